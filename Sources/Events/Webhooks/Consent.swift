import Crypto
import Database
import Ledger
import StrictJSON
import Vocabulary
import Web

/// What an endpoint is told beside the question whether it wants events (`WebHook-Request-Callback`): an address by
/// which it, or whoever reads its log, can say yes later. The address holds a secret; only its digest is kept.
struct Consent: Sendable {
    let digest: [UInt8]
    let until: Instant
    let givenAt: Instant?

    static func newKey() -> String { Base64.encodeURL(LedgerOutbox.randomBytes(32)) }

    static func digest(_ key: String) -> [UInt8] { Array(SHA256.hash(data: Array(key.utf8))) }
}

enum ConsentStore {
    /// A new question: what was said to an older one counts no more.
    static func ask(_ id: ID<Subscription>, _ consent: Consent, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO events_consent (subscription, digest, until, given_at)
            VALUES (\(id), \(consent.digest), \(consent.until), \(consent.givenAt))
            ON CONFLICT (subscription) DO UPDATE SET
                digest = excluded.digest, until = excluded.until, given_at = excluded.given_at
            """)
    }

    static func find(_ id: ID<Subscription>, in tx: any Transaction) throws -> Consent? {
        try tx.row("SELECT digest, until, given_at FROM events_consent WHERE subscription = \(id)").map { row in
            Consent(
                digest: try row.get("digest"), until: try row.get("until"), givenAt: try row.get("given_at"))
        }
    }

    static func give(_ id: ID<Subscription>, at: Instant, in tx: any Transaction) throws {
        try tx.execute("UPDATE events_consent SET given_at = \(at) WHERE subscription = \(id)")
    }

    static func remove(_ id: ID<Subscription>, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM events_consent WHERE subscription = \(id)")
    }
}

extension Events {
    /// The callback of the handshake: the endpoint wants events from here after all. To say so twice changes nothing.
    ///
    /// - Parameter rate: as `WebHook-Allowed-Rate` has it, in calls a minute.
    func consent(_ id: ID<Subscription>, key: String, rate: String?) async throws -> Subscription {
        let (digest, at) = (Consent.digest(key), now())
        let (found, isNew) = try await database.write { [outbox] tx -> (Subscription, Bool) in
            guard let consent = try ConsentStore.find(id, in: tx), consent.digest == digest, at < consent.until,
                var found = try SubscriptionStore.find(id, in: tx)
            else { throw Problem.notFound }
            guard found.state != .paused else { throw Problem.conflict(.subscriptionIsPaused) }
            if found.state == .active, consent.givenAt != nil { return (found, false) }
            (found.state, found.reason) = (.active, "")
            found.target?.rate = Webhook.allowedRate(rate)
            try SubscriptionStore.set(&found, in: tx)
            try ConsentStore.give(id, at: at, in: tx)
            try outbox.record(
                "events.webhook-consented",
                ["subscription": "\(id)", "url": .string(orNull: found.target?.url)], subject: id.text, at: at, in: tx)
            return (found, true)
        }
        if isNew { dispatcher.change(found) }
        return found
    }

    /// Writes down that an endpoint is asked, and returns the address by which it may answer later.
    func callback(for id: ID<Subscription>) async throws -> String {
        let key = Consent.newKey()
        let consent = Consent(
            digest: Consent.digest(key), until: now().adding(seconds: settings.consentSeconds), givenAt: nil)
        try await database.write { try ConsentStore.ask(id, consent, in: $0) }
        return "\(neighbours.address())/events/v1/consents/\(id)?key=\(key)"
    }
}
