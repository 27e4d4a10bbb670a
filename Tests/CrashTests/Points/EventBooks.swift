import Vocabulary

/// What a node has answered about events: kept by the test, outside of it.
actor EventBooks {
    struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    private var names = 0
    /// Positions of events that were acknowledged, by id.
    private(set) var places: [String: Int64] = [:]
    /// Up to where the puller was told that it is confirmed.
    private(set) var confirmed: Int64 = 0
    /// What the puller has taken and confirmed, in order.
    private(set) var taken: [String] = []
    /// Pauses and resumes that were answered, and all that were asked for.
    private(set) var pausesAnswered = 0
    private(set) var pausesAsked = 0

    func newID() -> String {
        names += 1
        return "su-kien-\(names)"
    }

    func took(_ ids: [String], at positions: [Int64]) throws {
        for (id, position) in zip(ids, positions) {
            if let known = places[id], known != position {
                throw Broken(description: "\(id) was at \(known) and is at \(position)")
            }
            places[id] = position
        }
    }

    func confirm(_ ids: [String], upTo position: Int64) {
        taken += ids
        confirmed = max(confirmed, position)
    }

    func askPause() { pausesAsked += 1 }

    func pause() { pausesAnswered += 1 }
}
