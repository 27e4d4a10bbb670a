import Database
import StrictJSON
import Vocabulary

/// A request that this node made at another member's node, and how it stands there.
struct FarRequest: Sendable, Hashable {
    /// What the other node is still to be told.
    enum Wish: String, Sendable, Hashable, Bindable, Readable {
        case ask, withdraw, end
        /// The same without the name of who asked, whose data were erased.
        case forget
    }

    var request: GrantRequest
    var signed: SignedDocument
    let application: ID<Application>
    let serviceName: Phrase
    let askedBy: ID<Person>?
    var wish: Wish?
    var wishReason = ""
    /// Why the other node did not take it, in its words; then it is over.
    var failure: Phrase?
    /// What the other node says of it; nil until it has taken it.
    var standing: RequestStanding?
    /// When its people here are told that the grant ends soon; nil when that is done or there is no grant.
    var expiryNoticeAt: Instant?

    var id: ID<GrantRequest> { request.id }

    /// Nil while it is on its way, and for one that was not taken.
    var state: AccessGrant.State? { standing?.state }

    /// Whether it was asked and nobody has decided, or taken it back.
    var isWaiting: Bool { isOpen && (state == nil || state == .waiting) && (wish == nil || wish == .ask) }

    /// How it is given up: what holds is ended, what waits is taken back.
    var givingUp: Wish { state == .active || state == .suspended ? .end : .withdraw }

    /// Whether something may still happen to it there.
    var isOpen: Bool {
        if failure != nil { return false }
        return switch state {
        case nil, .waiting, .active, .suspended: true
        case .refused, .withdrawn, .lapsed, .ended: false
        }
    }
}

/// Requests made elsewhere. One method, one query.
enum FarRequestStore {
    private static let columns: SQL = """
        id, node, application, service_vi, service_en, asked_by, document, signature, wish, wish_reason, failure_vi,
        failure_en, standing, expiry_notice_at
        """

    static func save(_ far: FarRequest, in tx: any Transaction) throws {
        let standing = far.standing?.json.text
        try tx.execute(
            """
            INSERT INTO exchange_far_request (\(columns), asked_at, is_open)
            VALUES (\(far.id), \(far.request.provider), \(far.application), \(far.serviceName.vi),
                \(far.serviceName.en), \(far.askedBy), \(far.signed.document), \(far.signed.signature), \(far.wish),
                \(far.wishReason), \(far.failure?.vi), \(far.failure?.en), \(standing), \(far.expiryNoticeAt),
                \(far.request.askedAt), \(far.isOpen || far.wish != nil))
            ON CONFLICT (id) DO UPDATE SET document = excluded.document, signature = excluded.signature,
                wish = excluded.wish, wish_reason = excluded.wish_reason,
                failure_vi = excluded.failure_vi, failure_en = excluded.failure_en, standing = excluded.standing,
                expiry_notice_at = excluded.expiry_notice_at, is_open = excluded.is_open
            """)
    }

    static func request(_ id: ID<GrantRequest>, in tx: any Transaction) throws -> FarRequest? {
        try tx.row("SELECT \(columns) FROM exchange_far_request WHERE id = \(id)").map(request)
    }

    /// The one with this id, or those whose grant there has it: that id is the other node's word.
    static func requests(named id: String, in tx: any Transaction) throws -> [FarRequest] {
        if let own = try request(ID(id), in: tx) { return [own] }
        return try tx.rows("SELECT \(columns) FROM exchange_far_request WHERE standing LIKE \("%\"\(id)\"%")").map(
            request
        ).filter { $0.standing?.grant.text == id }
    }

    /// Those of one node that are not over, or of which it is still to be told something, the oldest first.
    static func open(at node: ID<Organisation>, in tx: any Transaction) throws -> [FarRequest] {
        try tx.rows(
            """
            SELECT \(columns) FROM exchange_far_request WHERE node = \(node) AND is_open = \(true) ORDER BY asked_at, id
            """
        ).map(request)
    }

    /// Those that are over, too, the oldest first.
    static func all(in tx: any Transaction) throws -> [FarRequest] {
        try tx.rows("SELECT \(columns) FROM exchange_far_request ORDER BY asked_at, id").map(request)
    }

    /// Those of an application that are not over.
    static func made(for application: ID<Application>, in tx: any Transaction) throws -> [FarRequest] {
        try tx.rows(
            """
            SELECT \(columns) FROM exchange_far_request WHERE application = \(application) AND is_open = \(true)
            ORDER BY id
            """
        ).map(request).filter(\.isOpen)
    }

    /// The newest first.
    static func latest(limit: Int, in tx: any Transaction) throws -> [FarRequest] {
        try tx.rows("SELECT \(columns) FROM exchange_far_request ORDER BY asked_at DESC, id LIMIT \(limit)").map(
            request)
    }

    /// Those that no node has taken yet.
    static func onTheirWay(in tx: any Transaction) throws -> [FarRequest] {
        try tx.rows(
            """
            SELECT \(columns) FROM exchange_far_request
            WHERE is_open = \(true) AND standing IS NULL AND failure_vi IS NULL ORDER BY id
            """
        ).map(request)
    }

    /// Those that are ended from here or taken back, as far as the other node has not said so.
    static func ending(in tx: any Transaction) throws -> [FarRequest] {
        try tx.rows(
            """
            SELECT \(columns) FROM exchange_far_request
            WHERE is_open = \(true) AND (wish = \(FarRequest.Wish.end) OR wish = \(FarRequest.Wish.withdraw))
            """
        ).map(request)
    }

    static func ending(before now: Instant, in tx: any Transaction) throws -> [FarRequest] {
        try tx.rows("SELECT \(columns) FROM exchange_far_request WHERE expiry_notice_at <= \(now) ORDER BY id").map(
            request)
    }

    private static func request(_ row: Row) throws -> FarRequest {
        let document: [UInt8] = try row.get("document")
        let (failure, english): (String?, String?) = (try row.get("failure_vi"), try row.get("failure_en"))
        let standing: String? = try row.get("standing")
        return FarRequest(
            request: try GrantRequest(document),
            signed: SignedDocument(document: document, signature: try row.get("signature")),
            application: try row.get("application"),
            serviceName: Phrase(vi: try row.get("service_vi"), en: try row.get("service_en")),
            askedBy: try row.get("asked_by"), wish: try row.get("wish"), wishReason: try row.get("wish_reason"),
            failure: failure.map { Phrase(vi: $0, en: english ?? $0) },
            standing: try standing.map { try RequestStanding(try JSONDocument($0).root) },
            expiryNoticeAt: try row.get("expiry_notice_at"))
    }
}

/// Requests that other members' nodes made here. One method, one query.
enum AskedStore {
    /// - Parameter askedBy: the name of who asked, as their node says it.
    static func insert(
        _ signed: SignedDocument, _ request: GrantRequest, as grant: ID<AccessGrant>, in tx: any Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO exchange_asked (grant_id, node, request, asked_by, document, signature)
            VALUES (\(grant), \(request.node), \(request.id), \(request.askedBy), \(signed.document),
                \(signed.signature))
            """)
    }

    static func replace(
        _ signed: SignedDocument, _ request: GrantRequest, of grant: ID<AccessGrant>, in tx: any Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE exchange_asked SET asked_by = \(request.askedBy), document = \(signed.document),
                signature = \(signed.signature)
            WHERE grant_id = \(grant)
            """)
    }

    static func grant(
        _ request: ID<GrantRequest>, from node: ID<Organisation>, in tx: any Transaction
    ) throws -> (grant: ID<AccessGrant>, document: [UInt8])? {
        try tx.row(
            "SELECT grant_id, document FROM exchange_asked WHERE node = \(node) AND request = \(request)"
        ).map { (try $0.get("grant_id"), try $0.get("document")) }
    }

    /// Which node asked for a grant, and the person in whose name it did.
    static func asker(
        of grant: ID<AccessGrant>, in tx: any Transaction
    ) throws -> (node: ID<Organisation>, name: String)? {
        try tx.row("SELECT node, asked_by FROM exchange_asked WHERE grant_id = \(grant)").map {
            (try $0.get("node"), try $0.get("asked_by"))
        }
    }

    /// Of one node: those that wait or hold, and those that ended since a moment; the newest first.
    static func requests(
        of node: ID<Organisation>, endedSince moment: Instant, limit: Int, in tx: any Transaction
    ) throws -> [(request: ID<GrantRequest>, grant: ID<AccessGrant>)] {
        try tx.rows(
            """
            SELECT a.request AS request, a.grant_id AS grant_id FROM exchange_asked a
            JOIN exchange_grant g ON g.id = a.grant_id
            WHERE a.node = \(node) AND (g.state IN ('waiting', 'active', 'suspended')
                OR COALESCE(g.ended_at, g.decided_at) > \(moment))
            ORDER BY a.grant_id DESC LIMIT \(limit)
            """
        ).map { (try $0.get("request"), try $0.get("grant_id")) }
    }

    static func waiting(of node: ID<Organisation>, in tx: any Transaction) throws -> Int {
        try tx.row(
            """
            SELECT COUNT(*) AS n FROM exchange_asked a JOIN exchange_grant g ON g.id = a.grant_id
            WHERE a.node = \(node) AND g.state = 'waiting'
            """)?.get("n") ?? 0
    }
}

extension Exchange {
    static let askingTables: [SQL] = [
        """
        CREATE TABLE exchange_far_request (
            id TEXT PRIMARY KEY, node TEXT NOT NULL, application TEXT NOT NULL REFERENCES exchange_application (id),
            service_vi TEXT NOT NULL, service_en TEXT NOT NULL, asked_by TEXT, asked_at \(.integer64) NOT NULL,
            document \(.blob) NOT NULL, signature \(.blob) NOT NULL, wish TEXT, wish_reason TEXT NOT NULL,
            failure_vi TEXT, failure_en TEXT, standing TEXT, expiry_notice_at \(.integer64),
            is_open \(.boolean) NOT NULL
        ) \(.strict)
        """,
        "CREATE INDEX exchange_far_request_open ON exchange_far_request (node, is_open)",
        "CREATE INDEX exchange_far_request_application ON exchange_far_request (application)",
        """
        CREATE TABLE exchange_asked (
            grant_id TEXT PRIMARY KEY REFERENCES exchange_grant (id), node TEXT NOT NULL, request TEXT NOT NULL,
            asked_by TEXT NOT NULL, document \(.blob) NOT NULL, signature \(.blob) NOT NULL, UNIQUE (node, request)
        ) \(.strict)
        """,
    ]
}
