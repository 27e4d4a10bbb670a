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
    /// What each room made of it, in the order of the rooms.
    var prepared: [(any Sendable)?] = []

    func prepared(for room: Int) -> (any Sendable)? {
        room < prepared.count ? prepared[room] : nil
    }
}

/// Looks at facts before they are stored: the origin's signature with the key that the roster has for it, the hash, the
/// label, and whether they are addressed to us.
struct Inspector: Sendable {
    let home: ID<Organisation>
    let roster: Roster
    let now: Instant
    let skewSeconds: Int64

    /// Checks signatures on at most `width` tasks at a time, and lets rooms prepare what holds.
    func inspect(
        _ frames: [FactPage.Frame], width: Int = 2, _ prepare: @Sendable (Fact) -> [(any Sendable)?]
    ) async -> [Inspected] {
        await withoutActuallyEscaping(prepare) { prepare in
            let chunks = Array(frames.chunked(by: 64).enumerated())
            return await withTaskGroup(of: (Int, [Inspected]).self) { group in
                var results = [[Inspected]](repeating: [], count: chunks.count)
                var waiting = chunks.makeIterator()
                for _ in 0..<width {
                    if let (place, chunk) = waiting.next() { group.addTask { (place, inspect(chunk, prepare)) } }
                }
                for await (place, result) in group {
                    results[place] = result
                    if let (place, chunk) = waiting.next() { group.addTask { (place, inspect(chunk, prepare)) } }
                }
                return results.flatMap { $0 }
            }
        }
    }

    private func inspect(
        _ frames: ArraySlice<FactPage.Frame>, _ prepare: (Fact) -> [(any Sendable)?]
    ) -> [Inspected] {
        var audiences = Audiences(home: home, roster: roster)
        return frames.map { frame in
            var inspected = inspect(frame, &audiences)
            if case .success(let fact) = inspected.result { inspected.prepared = prepare(fact) }
            return inspected
        }
    }

    func inspect(_ frame: FactPage.Frame) -> Inspected {
        var audiences = Audiences(home: home, roster: roster)
        return inspect(frame, &audiences)
    }

    private func inspect(_ frame: FactPage.Frame, _ audiences: inout Audiences) -> Inspected {
        do throws(FactRefusal) {
            let (fact, isOurs) = try check(frame, &audiences)
            return Inspected(frame: frame, result: .success(fact), isAddressedToUs: isOurs)
        } catch {
            return Inspected(frame: frame, result: .failure(error))
        }
    }

    private func check(
        _ frame: FactPage.Frame, _ audiences: inout Audiences
    ) throws(FactRefusal) -> (Fact, isAddressedToUs: Bool) {
        guard let envelope = Envelope(frame.envelope) else { throw .unreadable }
        let fact = Fact(envelope, bytes: Array(frame.bytes), signature: Array(frame.signature))
        guard fact.origin != home else { throw .ours }
        guard let origin = roster.member(fact.origin) else { throw .unknownOrigin }
        guard !origin.roles(on: Day(fact.createdAt)).isEmpty else { throw .originNotMember }
        guard fact.createdAt <= now.adding(seconds: skewSeconds) else { throw .fromTheFuture }
        guard fact.isSigned(by: origin.key, envelope: frame.envelope) else { throw .badSignature }
        guard fact.tlp != .red else { throw .red }
        let isAddressedToUs = mayWeHave(fact, &audiences)
        guard fact.isRevocation || isAddressedToUs else { throw .notForUs }
        return (fact, isAddressedToUs)
    }

    /// On the day it was made or on the day it came: a newcomer is given history, a member may leave while it is on
    /// its way.
    private func mayWeHave(_ fact: Fact, _ audiences: inout Audiences) -> Bool {
        audiences.includeUs(fact, on: Day(now)) || audiences.includeUs(fact, on: Day(fact.createdAt))
    }
}

/// Whether we are in the audience, asked once for all facts of a page that are addressed alike.
private struct Audiences {
    private struct Question: Addressed, Hashable {
        let origin: ID<Organisation>
        let tlp: TLP
        let recipients: Recipients
        let day: Day
    }

    let home: ID<Organisation>
    let roster: Roster
    private var memberships: [Day: Membership] = [:]
    private var answers: [Question: Bool] = [:]

    init(home: ID<Organisation>, roster: Roster) {
        self.home = home
        self.roster = roster
    }

    mutating func includeUs(_ fact: Fact, on day: Day) -> Bool {
        let question = Question(origin: fact.origin, tlp: fact.tlp, recipients: fact.recipients, day: day)
        if let answer = answers[question] { return answer }
        let membership = memberships[day] ?? roster.membership(on: day)
        memberships[day] = membership
        let answer = audience(question, membership).contains(home)
        answers[question] = answer
        return answer
    }
}

extension Array {
    func chunked(by size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
