import StrictJSON
import Vocabulary

/// Parts of a node's answer as whoever typed the command reads them.
extension JSONValue {
    /// What something is called, in English where it has a name in English.
    func name(in language: Language) -> String {
        (language == .en ? self["name-en"]?.string : nil) ?? self["name"]?.string ?? ""
    }
}

/// Moments of an answer as pages show them, in Vietnam's time (UTC+7): the node says them in RFC 3339.
extension JSONValue {
    /// `09/11/2020 08:30`; empty where nothing is said.
    func time(_ name: String) -> String { moment(name)?.forReading ?? "" }

    /// The day alone, of what is noted by the day.
    func day(_ name: String) -> String { moment(name).map { Day($0).forReading } ?? "" }

    /// What ends then: its last day where a day is over then, `08/11/2020`, else as `time`.
    func end(_ name: String) -> String {
        moment(name).map { Day(endingAt: $0)?.forReading ?? $0.forReading } ?? ""
    }

    private func moment(_ name: String) -> Instant? { self[name]?.string.flatMap { Instant(rfc3339: $0) } }
}
