import Vocabulary

/// Why a fact that came in is set aside. The raw value is the stable code beside it in quarantine.
enum FactRefusal: String, Error, Sendable, Hashable, CaseIterable {
    case unreadable = "exchange.fact-unreadable"
    case unknownOrigin = "exchange.fact-unknown-origin"
    case originNotMember = "exchange.fact-origin-not-member"
    case badSignature = "exchange.fact-signature"
    case red = "exchange.fact-red"
    case notForUs = "exchange.fact-not-for-us"
    case fromTheFuture = "exchange.fact-from-the-future"
    /// It says that we made it, and we did not send it.
    case ours = "exchange.fact-ours"
    /// Other bytes are here under the same id and version.
    case equivocation = "exchange.fact-equivocation"
    /// The room it is for would not have it.
    case refusedByRoom = "exchange.fact-refused-by-room"
}

/// A frame that was looked at: the fact, or why not.
struct Inspected: Sendable {
    let frame: FactPage.Frame
    let result: Result<Fact, FactRefusal>
    /// Label and recipients include us. A revocation that does not is for those who have the object.
    var isAddressedToUs = true
}

/// Looks at facts before they are stored: the origin's signature with the key that the roster has for it, the hash, the
/// label, and whether they are addressed to us.
struct Inspector: Sendable {
    let home: ID<Organisation>
    let roster: Roster
    let now: Instant
    let skewSeconds: Int64

    /// Checks signatures on at most `width` tasks at a time.
    func inspect(_ frames: [FactPage.Frame], width: Int = 2) async -> [Inspected] {
        guard frames.count > 64 else { return frames.map(inspect) }
        let chunks = Array(frames.chunked(by: 64).enumerated())
        return await withTaskGroup(of: (Int, [Inspected]).self) { group in
            var results = [[Inspected]](repeating: [], count: chunks.count)
            var waiting = chunks.makeIterator()
            for _ in 0..<width {
                if let (place, chunk) = waiting.next() { group.addTask { (place, chunk.map(inspect)) } }
            }
            for await (place, result) in group {
                results[place] = result
                if let (place, chunk) = waiting.next() { group.addTask { (place, chunk.map(inspect)) } }
            }
            return results.flatMap { $0 }
        }
    }

    func inspect(_ frame: FactPage.Frame) -> Inspected {
        do throws(FactRefusal) {
            let fact = try check(frame)
            return Inspected(frame: frame, result: .success(fact), isAddressedToUs: mayWeHave(fact))
        } catch {
            return Inspected(frame: frame, result: .failure(error))
        }
    }

    private func check(_ frame: FactPage.Frame) throws(FactRefusal) -> Fact {
        guard let envelope = Envelope(frame.envelope) else { throw .unreadable }
        let fact = Fact(envelope, bytes: frame.bytes, signature: frame.signature)
        guard fact.origin != home else { throw .ours }
        guard let origin = roster.member(fact.origin) else { throw .unknownOrigin }
        guard !origin.roles(on: Day(fact.createdAt)).isEmpty else { throw .originNotMember }
        guard fact.createdAt <= now.adding(seconds: skewSeconds) else { throw .fromTheFuture }
        guard fact.isSigned(by: origin.key) else { throw .badSignature }
        guard fact.tlp != .red else { throw .red }
        guard fact.isRevocation || mayWeHave(fact) else { throw .notForUs }
        return fact
    }

    /// On the day it was made or on the day it came: a newcomer is given history, a member may leave while it is on
    /// its way.
    private func mayWeHave(_ fact: Fact) -> Bool {
        [Day(now), Day(fact.createdAt)].contains { audience(fact, roster.membership(on: $0)).contains(home) }
    }
}

extension Array {
    func chunked(by size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
