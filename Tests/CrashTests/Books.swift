import TestKit
import Vocabulary

/// What the nodes have acknowledged: kept by the test, outside of every node.
actor Books {
    struct Entry: Sendable, Hashable {
        let origin: String
        /// The object's id in `exchange_fact`.
        let id: String
        let audience: Audience
    }

    private(set) var shared: [Entry] = []
    /// Reports that were taken, by node; sharing them is another acknowledgement.
    private(set) var reported: [String: Set<String>] = [:]
    /// Signed heads that were handed out, by node. No later log may contradict one.
    private(set) var heads: [String: Set<String>] = [:]
    /// Calls that nobody answered, or that were refused.
    private(set) var unanswered = 0
    private(set) var refusals: [String] = []

    func share(_ id: String, at origin: String, _ audience: Audience) {
        shared.append(Entry(origin: origin, id: id, audience: audience))
    }

    func report(_ id: String, at origin: String) {
        reported[origin, default: []].insert(id)
    }

    func head(_ note: String, of origin: String) {
        heads[origin, default: []].insert(note)
    }

    func miss(_ error: any Error) {
        unanswered += 1
        if error is Desk.Trouble { refusals.append("\(error)") }
    }

    func count(of origin: String) -> Int {
        shared.count { $0.origin == origin } + (reported[origin]?.count ?? 0)
    }

    var acknowledged: Int { shared.count + reported.values.reduce(0) { $0 + $1.count } }
}

/// Writes at one node until cancelled: indicators in one form, incidents by the JSON door and then their sharing.
struct Writer: Sendable {
    let node: NodeProcess
    let desk: Desk
    let books: Books
    let number: Int
    /// Whom an audience may name.
    var members = Set(CrashCluster.four.map(\.0))

    func write(seed: UInt64) async {
        var random = SeededRandom(seed: seed)
        let choices = Audience.all.filter { $0.fits(node.code) && members.isSuperset(of: $0.named) }
        var count = 0
        while !Task.isCancelled {
            count += 1
            guard let audience = choices.randomElement(using: &random) else { return }
            do {
                try await one(audience, "\(number)-\(count)", isReport: Int.random(in: 0..<4, using: &random) == 0)
                if count % 5 == 0 { await books.head(try await desk.checkpoint(), of: node.code) }
            } catch {
                if Task.isCancelled { return }
                await books.miss(error)
                // The node is down or starting; a browser would not knock faster either.
                try? await Task.sleep(for: .milliseconds(30))
            }
        }
    }

    private func one(_ audience: Audience, _ name: String, isReport: Bool) async throws {
        guard isReport else {
            let id = try await desk.indicator("mau-\(node.code)-\(name).example".lowercased(), audience)
            await books.share(id, at: node.code, audience)
            return
        }
        let id = try await desk.report("Mẫu \(name)", audience)
        await books.report(id, at: node.code)
        if audience.label == "TLP:RED" { return }
        try await desk.share(incident: id, "Mẫu \(name)")
        await books.share("incident--\(id)", at: node.code, audience)
    }
}
