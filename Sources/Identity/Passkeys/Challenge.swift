import Database
import Vocabulary

/// What an authenticator signs so that its answer is fresh: chance, an end, and a seal that only this node can make.
///
/// Nothing is stored when one is handed out, so that whoever fetches pages costs nothing. When one is used, its digest
/// is kept until its end: it is used once.
struct Challenge: Sendable, Hashable {
    /// What it is good for. One made for one purpose is none for another.
    enum Purpose: Sendable, Hashable {
        case signIn
        case confirm(ID<Session>)
        case register(ID<Person>)

        var text: String {
            switch self {
            case .signIn: "sign-in"
            case .confirm(let session): "confirm \(session)"
            case .register(let person): "register \(person)"
            }
        }
    }

    static let lifetimeSeconds: Int64 = 30 * 60
    private static let chanceBytes = 16

    let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    init(_ purpose: Purpose, at now: Instant, _ box: SecretBox) {
        let end = UInt64(bitPattern: now.adding(seconds: Challenge.lifetimeSeconds).milliseconds)
        let head = Randomness.bytes(Challenge.chanceBytes) + Challenge.spell(end)
        bytes = head + Challenge.seal(head, purpose, box)
    }

    /// Until when it is good; nil when this node did not make it for `purpose`, or its end has come.
    func end(_ purpose: Purpose, at now: Instant, _ box: SecretBox) -> Instant? {
        guard bytes.count == Challenge.chanceBytes + 8 + 32 else { return nil }
        let head = Array(bytes.prefix(Challenge.chanceBytes + 8))
        guard areEqual(Challenge.seal(head, purpose, box), bytes.dropFirst(head.count)) else { return nil }
        let end = head.suffix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        let instant = Instant(milliseconds: Int64(bitPattern: end))
        return now < instant ? instant : nil
    }

    private static func spell(_ number: UInt64) -> [UInt8] {
        (0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
    }

    private static func seal(_ head: [UInt8], _ purpose: Purpose, _ box: SecretBox) -> [UInt8] {
        Array(box.pseudonym("challenge \(purpose.text)", Hex.encode(head)).utf8)
    }

    /// Whether this call was the one that used it.
    func use(until end: Instant, in tx: any Transaction) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO identity_challenge (digest, expires_at) VALUES (\(Digest.hex(Hex.encode(bytes))), \(end))
            ON CONFLICT (digest) DO NOTHING
            """) == 1
    }

    static func sweep(at now: Instant, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_challenge WHERE expires_at <= \(now)")
    }
}
