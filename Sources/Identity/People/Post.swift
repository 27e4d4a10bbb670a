import Database
package import Vocabulary

/// Where somebody is on the staff, from a moment on and until another (vị trí công tác).
package struct Post: Sendable, Hashable {
    package let id: ID<Post>
    package let person: ID<Person>
    package let organisation: ID<Organisation>
    package let from: Instant
    package let until: Instant?
    /// Whether the clock has reached its beginning, and its end, and what follows from that was done.
    let hasBegun: Bool
    let hasEnded: Bool
    /// The post that went over into this one when organisations merged.
    package let succeeds: ID<Post>?

    package func holds(at instant: Instant) -> Bool {
        from <= instant && (until.map { instant < $0 } ?? true)
    }
}

enum PostStore {
    static func insert(_ post: Post, in tx: any Transaction) throws {
        try GuestStore.refuseGuest(post.person, in: tx)
        try tx.execute(
            """
            INSERT INTO identity_post (id, person, organisation, valid_from, valid_until, begun, ended, succeeds)
            VALUES (\(post.id), \(post.person), \(post.organisation), \(post.from), \(post.until),
                \(post.hasBegun), \(post.hasEnded), \(post.succeeds))
            """)
    }

    static func posts(of person: ID<Person>, in tx: any Transaction) throws -> [Post] {
        try tx.rows("SELECT * FROM identity_post WHERE person = \(person) ORDER BY valid_from, id").map { try Post($0) }
    }

    /// Posts whose beginning or end the clock has reached and from which nothing followed yet; the earliest first.
    static func due(at now: Instant, limit: Int, in tx: any Transaction) throws -> [Post] {
        try tx.rows(
            """
            SELECT * FROM identity_post
            WHERE (begun = 0 AND valid_from <= \(now)) OR (ended = 0 AND valid_until <= \(now))
            ORDER BY valid_from, id LIMIT \(limit)
            """
        ).map { try Post($0) }
    }

    static func mark(_ id: ID<Post>, begun: Bool, ended: Bool, in tx: any Transaction) throws {
        try tx.execute("UPDATE identity_post SET begun = \(begun), ended = \(ended) WHERE id = \(id)")
    }

    static func end(_ id: ID<Post>, at until: Instant?, in tx: any Transaction) throws {
        try tx.execute("UPDATE identity_post SET valid_until = \(until) WHERE id = \(id)")
    }

    /// A post that never begins: a move that was taken back.
    static func delete(_ id: ID<Post>, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_post WHERE id = \(id) AND begun = 0")
    }
}

extension Post {
    init(_ row: Row) throws {
        self.init(
            id: try row.get("id"), person: try row.get("person"), organisation: try row.get("organisation"),
            from: try row.get("valid_from"), until: try row.get("valid_until"), hasBegun: try row.get("begun"),
            hasEnded: try row.get("ended"), succeeds: try row.get("succeeds"))
    }
}
