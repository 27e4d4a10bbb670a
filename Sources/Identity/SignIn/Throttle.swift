import Database
import Vocabulary
import Web

/// Slows guessing down and locks nobody out (OWASP, "Slow down online guessing attacks with device cookies").
///
/// An attempt is counted on its own lane: a browser from which this person signed in before has a lane that nobody
/// else can enter; everyone else is counted by account and address together, by address, and by network. No lane for
/// passwords belongs to an account alone, so an attacker elsewhere cannot delay its owner. Names that nobody has are
/// counted the same way. Codes of the second step, six digits only, are counted by account too: whoever tries them has
/// the password, and the owner's known browsers keep their own lane. So is what is asked for in somebody's name: their
/// mailbox would be flooded from many addresses otherwise.
struct Throttle: Sendable {
    enum Lane: Sendable, Hashable {
        case device(String)
        case accountAndAddress(login: String, Network)
        case address(Network)
        case network(Network)
        case secondStep(ID<Person>)
        /// Letters and resets that strangers ask for on an account's behalf. Its owner gets what they ask for: they
        /// wait an hour at the most, and each letter that a stranger caused lets them in as well.
        case help(AskForHelp.Kind, ID<Person>)

        /// How many attempts are free, and the longest delay after them.
        var limits: (free: Int, longestSeconds: Int64) {
            switch self {
            case .device, .accountAndAddress: (5, 900)
            case .address: (30, 300)
            case .network: (200, 60)
            case .secondStep: (50, 900)
            case .help: (3, 3600)
            }
        }

        /// After the free ones 1 s, 2 s, 4 s and so on.
        func delaySeconds(attempts: Int) -> Int64 {
            let beyond = attempts - limits.free
            guard beyond >= 0 else { return 0 }
            return min(limits.longestSeconds, 1 << Int64(min(beyond, 30)))
        }

        func key(_ box: SecretBox) -> String {
            switch self {
            case .device(let digest): box.pseudonym("device", digest)
            case .accountAndAddress(let login, let network): box.pseudonym("pair", "\(network.near)\n\(login)")
            case .address(let network): box.pseudonym("near", network.near)
            case .network(let network): box.pseudonym("wide", network.wide)
            case .secondStep(let person): box.pseudonym("second", person.text)
            case .help(let kind, let person): box.pseudonym("help", "\(kind.rawValue)\n\(person)")
            }
        }
    }

    /// A lane is forgotten after a day without an attempt.
    static let memorySeconds: Int64 = 86_400
    /// The table never keeps more lanes than this past a sweep; those that would be forgotten first go.
    static let maximumLanes = 20_000

    let box: SecretBox

    /// Counts an attempt before it is made, so that many at once are counted as many. Nil when it may be made, else the
    /// moment from which on the next may; a refused attempt is not counted.
    func take(_ lanes: [Lane], at now: Instant, in tx: any Transaction) throws -> Instant? {
        if let freeAt = try freeAt(lanes, at: now, in: tx) { return freeAt }
        let states = try lanes.map { ($0, try state(of: $0, at: now, in: tx)) }
        for (lane, state) in states {
            let attempts = state.attempts + 1
            try save(lane, attempts, freeAt: now.adding(seconds: lane.delaySeconds(attempts: attempts)), now, in: tx)
        }
        return nil
    }

    /// When the next attempt may be made, without counting one; nil when it may be now.
    func freeAt(_ lanes: [Lane], at now: Instant, in tx: any Transaction) throws -> Instant? {
        let latest = try lanes.map { try state(of: $0, at: now, in: tx).freeAt }.max()
        return latest.flatMap { $0 > now ? $0 : nil }
    }

    /// The attempt succeeded or was never made (too busy): lanes of one account start again, shared ones forget this
    /// attempt alone, or whoever has an account could wash away a thousand failures with it.
    func giveBack(_ lanes: [Lane], succeeded: Bool, at now: Instant, in tx: any Transaction) throws {
        for lane in lanes {
            let attempts = try state(of: lane, at: now, in: tx).attempts
            switch lane {
            case .device, .accountAndAddress:
                try save(lane, succeeded ? 0 : max(0, attempts - 1), freeAt: now, now, in: tx)
            case .address, .network, .secondStep, .help: try save(lane, max(0, attempts - 1), freeAt: now, now, in: tx)
            }
        }
    }

    private func state(
        of lane: Lane, at now: Instant, in tx: any Transaction
    ) throws -> (attempts: Int, freeAt: Instant) {
        let row = try tx.row("SELECT attempts, free_at, forget_at FROM identity_attempt WHERE lane = \(lane.key(box))")
        guard let row, try row.get("forget_at", as: Instant.self) > now else { return (0, now) }
        return (try row.get("attempts"), try row.get("free_at"))
    }

    private func save(_ lane: Lane, _ attempts: Int, freeAt: Instant, _ now: Instant, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_attempt (lane, attempts, free_at, forget_at)
            VALUES (\(lane.key(box)), \(attempts), \(freeAt), \(now.adding(seconds: Throttle.memorySeconds)))
            ON CONFLICT (lane) DO UPDATE
            SET attempts = excluded.attempts, free_at = excluded.free_at, forget_at = excluded.forget_at
            """)
    }

    static func sweep(at now: Instant, keeping most: Int = maximumLanes, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_attempt WHERE forget_at <= \(now)")
        try tx.execute(
            """
            DELETE FROM identity_attempt WHERE lane IN
            (SELECT lane FROM identity_attempt ORDER BY forget_at DESC, lane LIMIT 1000000 OFFSET \(most))
            """)
    }
}
