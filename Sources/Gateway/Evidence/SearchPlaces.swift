/// Who looks for the leaves of a call at present. A search may read much of the log: there are few at once, of each
/// consumer one, and others are told to come back.
struct SearchPlaces {
    static let limit = 4

    private var searchers: Set<String> = []

    /// False when there is no place for this consumer now; else it leaves when it has found what it looks for.
    mutating func enter(_ consumer: String) -> Bool {
        searchers.count < SearchPlaces.limit && searchers.insert(consumer).inserted
    }

    mutating func leave(_ consumer: String) { searchers.remove(consumer) }
}
