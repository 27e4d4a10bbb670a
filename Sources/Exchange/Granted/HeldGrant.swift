import Database
import Gateway
import StrictJSON
import Vocabulary

/// A grant that another member's node gave to an application of this one without being asked from here: issued there,
/// or asked for there. That node tells of it, signed, for as long as it holds and for a while after.
struct HeldGrant: Sendable, Hashable {
    /// Which node gave it.
    let node: ID<Organisation>
    let application: ID<Application>
    /// `units/v1`.
    let service: String
    let serviceName: Phrase
    var standing: RequestStanding
    /// Nil for one that this node did not give back.
    var givenBack: GivenBack?

    var id: ID<AccessGrant> { standing.grant }
    /// Whether it gives something, or may do so again.
    var isOpen: Bool { standing.state.isOpen && givenBack?.isUnknownThere != true }
    /// Given back, and the node that gave it has not said that it is over, or that it has no such grant.
    var awaitsEnd: Bool { givenBack != nil && isOpen }
    /// How giving it back stands, for programs; nil of one that was not given back.
    var givingBack: String? { givenBack.map { $0.answer?.code ?? (isOpen ? "waiting" : "confirmed") } }

    static let givingBackCodes = ["waiting", "confirmed"] + GivenBack.Answer.codes

    /// As grants of this node are shown.
    var grant: AccessGrant {
        var grant = AccessGrant(
            id: standing.grant, application: application, version: ID(service), terms: standing.terms,
            state: standing.state, askedBy: nil, askedAt: standing.steps.first?.at ?? standing.terms.from,
            dueAt: standing.dueAt)
        (grant.reason, grant.suspension) = (standing.reason, standing.suspension)
        return grant
    }

    /// Under how many names a node may tell of grants at a time.
    static let toldMax = 1000

    /// What a standing says of its service beside itself.
    static func json(_ standing: RequestStanding, name: Phrase) -> JSON {
        var json = standing.json
        json["service-name"] = ["vi": .string(name.vi), "en": .string(name.en)]
        return json
    }
}

/// The names in a grant as its provider's node signed it.
struct SignedNames {
    let organisation: ID<Organisation>
    let application: String
    let service: String

    init(_ document: [UInt8]) throws {
        let json = try JSONDocument(document).root
        let (consumer, service) = (try json.requireObject("consumer"), try json.requireObject("service"))
        organisation = ID(try consumer.requireString("organisation"))
        application = try consumer.requireString("application")
        self.service = "\(try service.requireString("code"))/v\(try service.requireInteger("version"))"
    }
}

/// Grants that other nodes told of. One method, one query.
enum HeldStore {
    /// Of one node's applications, at the provider: those that nobody asked for from there, which wait or hold or ended
    /// since a moment; the newest first.
    static func given(
        to node: ID<Organisation>, endedSince moment: Instant, in tx: any Transaction
    ) throws -> [ID<AccessGrant>] {
        try tx.rows(
            """
            SELECT g.id AS id FROM exchange_grant g JOIN exchange_application a ON a.id = g.application
            WHERE a.node = \(node) AND NOT EXISTS (SELECT 1 FROM exchange_asked q WHERE q.grant_id = g.id)
                AND (g.state IN ('waiting', 'active', 'suspended') OR COALESCE(g.ended_at, g.decided_at) > \(moment))
            ORDER BY g.id DESC LIMIT \(HeldGrant.toldMax)
            """
        ).map { try $0.get("id") }
    }

    static func save(_ held: HeldGrant, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO exchange_held (node, grant_id, application, service, service_vi, service_en, standing, is_open,
                given_back_at, give_back_reason, give_back_answer)
            VALUES (\(held.node), \(held.id), \(held.application), \(held.service), \(held.serviceName.vi),
                \(held.serviceName.en), \(held.standing.json.text), \(held.isOpen), \(held.givenBack?.at),
                \(held.givenBack?.reason), \(held.givenBack?.answer?.json.text))
            ON CONFLICT (node, grant_id) DO UPDATE SET application = excluded.application, service = excluded.service,
                service_vi = excluded.service_vi, service_en = excluded.service_en, standing = excluded.standing,
                is_open = excluded.is_open, given_back_at = excluded.given_back_at,
                give_back_reason = excluded.give_back_reason, give_back_answer = excluded.give_back_answer
            """)
    }

    static func delete(_ held: HeldGrant, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM exchange_held WHERE node = \(held.node) AND grant_id = \(held.id)")
    }

    private static let columns: SQL = """
        h.node AS node, h.application AS application, h.service AS service, h.service_vi AS service_vi,
        h.service_en AS service_en, h.standing AS standing, h.given_back_at AS given_back_at,
        h.give_back_reason AS give_back_reason, h.give_back_answer AS give_back_answer
        """

    /// The newest first.
    static func all(in tx: any Transaction) throws -> [HeldGrant] {
        try tx.rows("SELECT \(columns) FROM exchange_held h ORDER BY h.grant_id DESC LIMIT 2000").map(held)
    }

    /// The same, each with its application as `OWNER/CODE`.
    static func named(in tx: any Transaction) throws -> [(held: HeldGrant, application: String)] {
        try tx.rows(
            """
            SELECT \(columns), a.organisation AS owner, a.code AS code
            FROM exchange_held h JOIN exchange_application a ON a.id = h.application
            ORDER BY h.grant_id DESC LIMIT 2000
            """
        ).map { row in
            let (owner, code): (String, String) = (try row.get("owner"), try row.get("code"))
            return (try held(row), "\(owner)/\(code)")
        }
    }

    static func open(from node: ID<Organisation>, in tx: any Transaction) throws -> [HeldGrant] {
        try tx.rows("SELECT \(columns) FROM exchange_held h WHERE h.node = \(node) AND h.is_open = \(true)").map(held)
    }

    /// Those of an application that are not over.
    static func open(for application: ID<Application>, in tx: any Transaction) throws -> [HeldGrant] {
        try tx.rows(
            """
            SELECT \(columns) FROM exchange_held h WHERE h.application = \(application) AND h.is_open = \(true)
            ORDER BY h.grant_id
            """
        ).map(held)
    }

    static func grant(
        _ id: ID<AccessGrant>, from node: ID<Organisation>, in tx: any Transaction
    ) throws -> HeldGrant? {
        try tx.row("SELECT \(columns) FROM exchange_held h WHERE h.node = \(node) AND h.grant_id = \(id)").map(held)
    }

    /// Of each node that tells of a grant with this id: ids are the other node's word.
    static func grants(_ id: ID<AccessGrant>, in tx: any Transaction) throws -> [HeldGrant] {
        try tx.rows("SELECT \(columns) FROM exchange_held h WHERE h.grant_id = \(id) ORDER BY h.node").map(held)
    }

    static func givenBack(in tx: any Transaction) throws -> [(node: ID<Organisation>, grant: ID<AccessGrant>)] {
        try tx.rows("SELECT node, grant_id FROM exchange_held WHERE given_back_at IS NOT NULL").map {
            (try $0.get("node"), try $0.get("grant_id"))
        }
    }

    private static func held(_ row: Row) throws -> HeldGrant {
        let (standing, reason): (String, String?) = (try row.get("standing"), try row.get("give_back_reason"))
        let (at, answer): (Instant?, String?) = (try row.get("given_back_at"), try row.get("give_back_answer"))
        return HeldGrant(
            node: try row.get("node"), application: try row.get("application"), service: try row.get("service"),
            serviceName: Phrase(vi: try row.get("service_vi"), en: try row.get("service_en")),
            standing: try RequestStanding(try JSONDocument(standing).root),
            givenBack: try at.map { at in
                GivenBack(
                    at: at, reason: reason ?? "",
                    answer: try answer.map { try GivenBack.Answer(try JSONDocument($0).root) })
            })
    }
}

extension Exchange {
    static let heldTables: [SQL] = [
        """
        CREATE TABLE exchange_held (
            node TEXT NOT NULL, grant_id TEXT NOT NULL,
            application TEXT NOT NULL REFERENCES exchange_application (id), service TEXT NOT NULL,
            service_vi TEXT NOT NULL, service_en TEXT NOT NULL, standing TEXT NOT NULL, is_open \(.boolean) NOT NULL,
            PRIMARY KEY (node, grant_id)
        ) \(.strict)
        """
    ]

    static let giveBackColumns: [SQL] = [
        "ALTER TABLE exchange_held ADD COLUMN given_back_at \(.integer64)",
        "ALTER TABLE exchange_held ADD COLUMN give_back_reason TEXT",
    ]

    static let answerColumns: [SQL] = ["ALTER TABLE exchange_held ADD COLUMN give_back_answer TEXT"]
}
