import Vocabulary

/// The operations of an event type, which is a service that has these two and no others.
enum EventOperations {
    static let follow = "follow:"
    static let publish = "publish:"

    static func areAll(_ operations: [String]) -> Bool {
        !operations.isEmpty && operations.allSatisfy { $0.hasPrefix(follow) || $0.hasPrefix(publish) }
    }
}

/// Which operations terms name, of those that a version has.
extension GrantTerms {
    /// What is granted where nobody named an operation; nil for all. Of an event type that is to follow: who publishes
    /// speaks in its provider's name, so publishing is named.
    static func usualOperations(among known: [String]) -> [String]? {
        EventOperations.areAll(known) ? known.filter { $0.hasPrefix(EventOperations.follow) } : nil
    }

    /// Puts each operation into its whole name: `follow` is enough for `follow:vn.gov.example.changed` where a version
    /// has one of them only. What is none is left as it is, and `check` refuses it.
    mutating func settleOperations(among known: [String]) {
        guard let operations else { return self.operations = GrantTerms.usualOperations(among: known) }
        var settled: [String] = []
        for named in operations.map({ GrantTerms.whole($0, among: known) }) where !settled.contains(named) {
            settled.append(named)
        }
        self.operations = settled
    }

    private static func whole(_ named: String, among known: [String]) -> String {
        if known.contains(named) { return named }
        let meant = known.filter { $0.hasPrefix(named + ":") }
        return meant.count == 1 ? meant[0] : named
    }
}

extension Phrase {
    /// - Parameter known: those that there are.
    static func noSuchOperation(_ id: String, among known: [String]) -> Phrase {
        let list = known.prefix(40).joined(separator: ", ") + (known.count > 40 ? ", …" : "")
        return Phrase(
            vi: "Phiên bản này không có thao tác “\(id)”. Các thao tác: \(list).",
            en: "The version has no operation “\(id)”. There are: \(list).")
    }

    static let eventOperationsHint = Phrase(
        vi: "Không chọn gì là chỉ nhận sự kiện; quyền phát sự kiện phải được chọn rõ.",
        en: "Nothing ticked means to follow only; to publish must be ticked.")
}
