import Identity
import Vocabulary

extension Node {
    /// Whose node it is: what the folder says; of a fresh one, whom an invitation names, or who bears the code that the
    /// setting names on this day (H24 is the code of another organisation since July 2025), or a code that nobody here
    /// knows.
    ///
    /// - Parameter invited: whom an invitation names, by id.
    /// - Throws: `NotOfThisDay` when a fresh folder would become the node of a body that does not exist on this day.
    static func owner(
        of folder: NodeFolder, _ configuration: Configuration, invited: ID<Organisation>? = nil
    ) throws -> ID<Organisation>? {
        let settled = try folder.organisation()
        guard let wanted = invited ?? configuration.organisation, wanted != settled else { return settled }
        let (register, today) = (OrganisationRegister.seed, Day(configuration.clock()))
        if invited == nil, let bearer = register.organisation(code: wanted.text, on: today) { return bearer.id }
        if settled == nil, let record = register.ever(wanted.text), !record.exists(on: today) {
            throw NotOfThisDay(record, in: register, on: today, offset: configuration.clockOffsetMilliseconds)
        }
        return wanted
    }

    /// How the node's own body ended; nil while it exists. Its node goes on, and is told.
    func ending() async throws -> Ending? {
        let (register, today) = (try await identity.organisations(), Day(clock()))
        return register[organisation].flatMap { Ending($0, in: register, on: today) }
    }
}

/// That a body is no more, and who stands in its place.
struct Ending: Sendable {
    let name: Phrase
    let since: Day
    let successors: [Successor]

    struct Successor: Sendable {
        let id: ID<Organisation>
        /// What it is called by on that day: a code, or its id.
        let code: String
        let name: Phrase
    }

    /// Nil while the body exists, and before.
    init?(_ record: OrganisationRecord, in register: OrganisationRegister, on day: Day) {
        guard let until = record.validUntil, until <= day else { return nil }
        since = until
        name = record.name(on: day).of(record.id.text)
        successors = register.current(of: record.id, on: day).map { heir in
            let code = heir.codes.first { $0.holds(on: day) }?.value ?? heir.id.text
            return Successor(id: heir.id, code: code, name: heir.name(on: day))
        }
    }

    /// One sentence without its full stop.
    var phrase: Phrase {
        func heirs(_ language: Language) -> String {
            successors.map { $0.name.of($0.code)[language] }.joined(separator: "; ")
        }
        let ended = Phrase(
            vi: "\(name.vi) không còn từ ngày \(since.forReading)",
            en: "\(name.en) exists no more since \(since.forReading)")
        guard !successors.isEmpty else {
            return ended + Phrase(vi: ", không có cơ quan kế thừa", en: ", and nobody stands in its place")
        }
        return ended
            + Phrase(vi: "; cơ quan kế thừa: \(heirs(.vi))", en: "; in its place stands \(heirs(.en))")
    }
}

/// A fresh node was to become that of a body which does not exist on the node's day.
struct NotOfThisDay: Error, Equatable {
    /// Stable, for programs: `organisation-dissolved`, `organisation-to-come`.
    let code: String
    /// What is wrong, and what to do.
    let phrase: Phrase

    /// - Parameter offset: by how many milliseconds the node's clock is moved already.
    init(_ record: OrganisationRecord, in register: OrganisationRegister, on day: Day, offset: Int64) {
        guard let ending = Ending(record, in: register, on: day) else {
            code = "organisation-to-come"
            let name = record.name(on: day).of(record.id.text)
            let from = record.validFrom.forReading
            phrase =
                Phrase(vi: "\(name.vi) chỉ có từ ngày \(from).", en: "\(name.en) exists only from \(from) on.")
                + .movedClock(to: record.validFrom, from: day, offset)
            return
        }
        code = "organisation-dissolved"
        let heirs = ending.successors.map(\.code)
        let (vi, en) = (heirs.joined(separator: " hoặc "), heirs.joined(separator: " or "))
        let advice = Phrase(
            vi: ". Hãy dùng --organisation \(vi), hoặc xin giấy mời cho \(vi).",
            en: ". Use --organisation \(en), or ask for an invitation for \(en).")
        phrase =
            ending.phrase + (heirs.isEmpty ? Phrase(name: ".") : advice)
            + .movedClock(to: Day(daysSince1970: ending.since.daysSince1970 - 1), from: day, offset)
    }
}

extension Phrase {
    fileprivate func of(_ code: String) -> Phrase { self + Phrase(name: " (\(code))") }

    /// How a drill gets to a day on purpose.
    fileprivate static func movedClock(to day: Day, from today: Day, _ offset: Int64) -> Phrase {
        let moved = offset + (day.daysSince1970 - today.daysSince1970) * 86_400_000
        return Phrase(
            vi: " Để diễn tập vào ngày \(day.forReading): --clock-offset-ms \(moved)",
            en: " For a drill on \(day.forReading): --clock-offset-ms \(moved)")
    }
}
