import Gateway
import Vocabulary

/// Why something happened to a grant (lý do): what somebody wrote, or a reason of the node's own. That one is kept, is
/// signed and travels between nodes as a code, and everybody reads it in their own language:
///
/// - `truc:version-closed`, `truc:application-ended`, `truc:access-review`, `truc:request-lapsed`,
///   `truc:request-withdrawn`;
/// - `truc:version-closes 2020-11-18 …` with what the provider wrote;
/// - `truc:service-changed data-class=open>personal answer-seconds=30>5`, each as it was and as it is.
enum GrantReason: Sendable, Hashable {
    case written(String)
    case versionClosed
    case versionCloses(Day, String)
    case applicationEnded
    case accessReview
    case requestLapsed
    /// It was taken back while it was being approved.
    case requestWithdrawn
    case serviceChanged([Change])

    /// Of a service: a field by its name for programs, as it was and as it is.
    struct Change: Sendable, Hashable {
        let name: String
        let before: String
        let after: String
    }

    private static let mark = "truc:"

    /// As it is kept. What people write is never taken for a reason of the node's own.
    var text: String {
        switch self {
        case .written(let text): text.hasPrefix(GrantReason.mark) ? " \(text)" : text
        case .versionClosed: "\(GrantReason.mark)version-closed"
        case .versionCloses(let day, let why): "\(GrantReason.mark)version-closes \(day) \(why)"
        case .applicationEnded: "\(GrantReason.mark)application-ended"
        case .accessReview: "\(GrantReason.mark)access-review"
        case .requestLapsed: "\(GrantReason.mark)request-lapsed"
        case .requestWithdrawn: "\(GrantReason.mark)request-withdrawn"
        case .serviceChanged(let changes):
            ([GrantReason.mark + "service-changed"] + changes.map { "\($0.name)=\($0.before)>\($0.after)" })
                .joined(separator: " ")
        }
    }

    /// What was kept. A code that is not known, of a later program, is shown as it stands.
    init(_ text: String) {
        let known = text.hasPrefix(GrantReason.mark) ? GrantReason.reading(text.dropFirst(GrantReason.mark.count)) : nil
        self = known ?? .written(text)
    }

    private static func reading(_ text: Substring) -> GrantReason? {
        let parts = text.split(separator: " ", maxSplits: 1)
        let rest = parts.count > 1 ? parts[1] : ""
        switch parts.first {
        case "version-closed": return .versionClosed
        case "application-ended": return .applicationEnded
        case "access-review": return .accessReview
        case "request-lapsed": return .requestLapsed
        case "request-withdrawn": return .requestWithdrawn
        case "version-closes":
            guard let day = Day(String(rest.prefix(10))) else { return nil }
            return .versionCloses(day, String(rest.dropFirst(11)))
        case "service-changed":
            return .serviceChanged(
                rest.split(separator: " ").compactMap { change in
                    let sides = change.split(separator: "=", maxSplits: 1)
                    let values = sides.last?.split(separator: ">", omittingEmptySubsequences: false) ?? []
                    guard sides.count == 2, values.count == 2 else { return nil }
                    return Change(name: String(sides[0]), before: String(values[0]), after: String(values[1]))
                })
        default: return nil
        }
    }

    var isEmpty: Bool { self == .written("") }

    static let lengthMax = 2000

    /// What somebody writes, put into its one form. It is signed, and goes to whoever is told.
    static func words(_ text: String) throws(Problem) -> String {
        let text = Folding.compose(text)
        guard text.count <= lengthMax else { throw .invalid(["reason": .textIsLong]) }
        return text
    }

    static func writing(_ text: String) throws(Problem) -> GrantReason { .written(try words(text)) }

    var phrase: Phrase {
        switch self {
        case .written(let text): Phrase(name: text)
        case .versionClosed: .versionIsClosed
        case .versionCloses(let day, let why): .versionClosesOn(day, why)
        case .applicationEnded: .applicationHasEnded
        case .accessReview: .endedByReview
        case .requestLapsed: .requestHasLapsed
        case .requestWithdrawn: .requestWasWithdrawn
        case .serviceChanged(let changes):
            Phrase(
                vi: changes.map(\.words.vi).joined(separator: "; "),
                en: changes.map(\.words.en).joined(separator: "; "))
        }
    }
}

extension GrantReason.Change {
    /// `Chờ trả lời (giây): 30 → 5`. A field that is not known is shown by its name.
    fileprivate var words: Phrase {
        let (name, before, after) = (title, said(before), said(after))
        return Phrase(
            vi: "\(name.vi): \(before.vi) → \(after.vi)", en: "\(name.en): \(before.en) → \(after.en)")
    }

    private var title: Phrase {
        switch name {
        case "data-class": .dataClass
        case "evidence": .evidence
        case "evidence-across": .evidenceAcross
        default: ServiceLimit(rawValue: name)?.phrase ?? Phrase(name: name)
        }
    }

    private func said(_ value: String) -> Phrase {
        if let limit = ServiceLimit(rawValue: name), let number = Double(value), limit.bounds.contains(number) {
            return .figure(number / limit.pageUnit, decimals: limit.pageUnit > 1 ? 6 : 3)
        }
        if let known = DataClass(rawValue: value) { return known.phrase }
        let isUnsaid = name == "evidence-across" && value.isEmpty
        return (isUnsaid ? .beforeRelease : EvidenceClass(rawValue: value))?.phrase ?? Phrase(name: value)
    }
}

extension Phrase {
    /// For those who hold grants.
    static func versionClosesOn(_ day: Day, _ why: String) -> Phrase {
        Phrase(
            vi: "Phiên bản đóng từ ngày \(day.forReading). \(why)",
            en: "The version closes on \(day.forReading). \(why)")
    }
}
