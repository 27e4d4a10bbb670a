import Database
import Ledger
import Mail
import StrictJSON
import Vocabulary

/// Where this room keeps data of persons, table by table: what goes into an export of one's own data, and what becomes
/// of it when it is erased. A test walks the tables of the database and fails for one that is not listed.
struct PersonalTable: Sendable {
    enum Fate: Sendable, Hashable {
        /// The rows go.
        case erased
        /// Rows stay; they name nobody once the person's own row says nothing.
        case kept
    }

    let name: String
    /// The column that says whose data it is.
    let person: String
    /// Exported as they are.
    let columns: [String]
    /// Never leave the node: digests, hashes and sealed secrets, which tell their owner nothing.
    let secrets: [String]
    let fate: Fate
    /// Of rows that stay: what somebody wrote in their own words, which goes.
    let words: [String]

    init(
        _ name: String, by person: String = "person", _ columns: [String], secrets: [String] = [],
        words: [String] = [], _ fate: Fate
    ) {
        self.name = name
        self.person = person
        self.columns = columns
        self.secrets = secrets
        self.fate = fate
        self.words = words
    }

    static let all: [PersonalTable] = [
        PersonalTable(
            "identity_person", by: "id",
            ["login", "name", "email", "state", "created_at", "changed_at", "home", "gone_at", "erased_at"],
            secrets: ["search"], .kept),
        PersonalTable(
            "identity_attribute", ["name", "place", "value", "type", "is_primary"], secrets: ["key"], .erased),
        PersonalTable(
            "identity_membership",
            [
                "id", "organisation", "role", "valid_from", "valid_until", "succeeds", "granted_by", "approved_by",
                "reason",
            ], words: ["reason"], .kept),
        PersonalTable(
            "identity_fact", by: "subject",
            ["id", "relation", "object", "roles", "valid_from", "valid_until", "granted_by", "approved_by", "reason"],
            words: ["reason"], .kept),
        PersonalTable(
            "identity_request", by: "subject",
            [
                "id", "kind", "object", "lasts_seconds", "reason", "asked_by", "asked_at", "state", "decided_by",
                "decided_at", "organisation", "valid_from", "valid_until", "ended_at",
            ], words: ["reason"], .kept),
        PersonalTable(
            "identity_post",
            ["id", "organisation", "valid_from", "valid_until", "begun", "ended", "succeeds"], .kept),
        PersonalTable("identity_team_member", ["team"], .erased),
        PersonalTable("identity_program_holder", ["program"], .erased),
        PersonalTable("identity_password", ["changed_at"], secrets: ["phc"], .erased),
        PersonalTable("identity_authenticator", ["confirmed_at"], secrets: ["sealed", "last_step"], .erased),
        PersonalTable("identity_recovery", ["used_at"], secrets: ["digest"], .erased),
        PersonalTable(
            "identity_passkey", ["id", "name", "counter", "is_synced", "created_at", "used_at"],
            secrets: ["public_key"], .erased),
        PersonalTable("identity_notice", ["id", "kind", "device", "address", "at", "seen_at"], .erased),
        PersonalTable(
            "identity_reminder",
            ["id", "kind", "title_vi", "title_en", "text_vi", "text_en", "path", "at", "seen_at"], .erased),
        PersonalTable(
            "identity_reset", ["id", "asked_at", "first_officer", "first_at", "expires_at"], .erased),
        PersonalTable("identity_link", ["purpose", "made_by", "expires_at"], secrets: ["digest"], .erased),
        PersonalTable(
            "identity_session",
            [
                "id", "stage", "created_at", "issued_at", "seen_at", "idle_until", "expires_at", "replaced_at",
                "attempts", "device", "address", "level", "methods", "authenticated_at",
            ], secrets: ["digest"], .erased),
        PersonalTable("identity_device", ["expires_at"], secrets: ["digest"], .erased),
        PersonalTable(
            "identity_openid_grant",
            [
                "id", "client", "scopes", "audiences", "level", "methods", "authenticated_at", "offline", "created_at",
                "expires_at", "revoked_at", "lapsed_at", "ended_at",
            ], secrets: ["session", "nonce", "family", "refresh"], .erased),
        PersonalTable("identity_openid_consent", ["client", "scopes", "given_at"], .erased),
        PersonalTable("identity_look", ["reader", "way", "day", "first_at", "last_at", "times"], .erased),
        PersonalTable("identity_reading", ["day", "record", "opening"], .erased),
        PersonalTable(
            "identity_guest",
            [
                "organisation", "login", "home_subject", "valid_from", "valid_until", "reason", "registered_by",
                "registered_at", "vouched_at", "stopped_at", "ended_at",
            ], .erased),
        PersonalTable(
            "identity_guest_visit",
            ["id", "home_session", "level", "address", "at", "ended_at", "end_reason"], secrets: ["session"], .erased),
        PersonalTable(
            "identity_review_item",
            [
                "id", "review", "kind", "right_id", "what", "roles", "valid_from", "valid_until", "granted_by",
                "approved_by", "used_at", "signed_in_at", "decision", "decided_by", "decided_at",
            ], .kept),
        PersonalTable("identity_role_use", ["role", "day"], .erased),
        PersonalTable(
            "identity_import", by: "author", ["id", "name", "created_at", "done_at"], secrets: ["content"], .erased),
    ]

    func rows(of id: ID<Person>, in tx: any Transaction) throws -> JSON {
        var names: SQL = ""
        for column in columns { names = names == "" ? SQL(name: column) : "\(names), \(SQL(name: column))" }
        let rows = try tx.rows("SELECT \(names) FROM \(SQL(name: name)) WHERE \(SQL(name: person)) = \(id)")
        return .array(
            try rows.map { row in
                .object(try columns.map { JSON.Member($0, PersonalTable.json(try row.get($0), of: $0)) })
            })
    }

    func erase(_ id: ID<Person>, in tx: any Transaction) throws {
        guard fate == .erased else {
            for column in words {
                try tx.execute(
                    "UPDATE \(SQL(name: name)) SET \(SQL(name: column)) = '' WHERE \(SQL(name: person)) = \(id)")
            }
            return
        }
        try tx.execute("DELETE FROM \(SQL(name: name)) WHERE \(SQL(name: person)) = \(id)")
    }

    /// Moments as people and programs read them.
    private static func json(_ value: Value, of column: String) -> JSON {
        let isMoment =
            column.hasSuffix("_at") || column.hasSuffix("_until")
            || ["at", "valid_from"].contains(column)
        switch value {
        case .null: return .null
        case .integer(let number) where isMoment: return .string(Instant(milliseconds: number).rfc3339)
        case .integer(let number): return .integer(number)
        case .real(let number): return .number(number)
        case .text(let text): return .string(text)
        case .blob(let bytes): return .string(Base64.encode(bytes))
        }
    }
}

extension Identity {
    /// Everything that this node's people tables and its ledger hold about somebody, as one JSON document (quyền được
    /// cung cấp dữ liệu, Luật 91/2025/QH15).
    func export(of id: ID<Person>, by author: Person?) async throws -> JSON {
        let at = now()
        return try await database.write { tx in
            guard let account = try PeopleStore.account(id, in: tx) else { throw Problem.notFound }
            var tables: [JSON.Member] = []
            for table in PersonalTable.all { tables.append(.init(table.name, try table.rows(of: id, in: tx))) }
            let facts = try outbox.facts(about: id.text, limit: Identity.exportedFactsMax, in: tx)
            let letters = try mail?.records(of: id, account.email.flatMap { MailAddress($0) }, in: tx) ?? []
            try note(reading: [id], by: author, how: .export, at: at, in: tx)
            try outbox.record(
                "identity.data-exported", ["person": "\(id)", "by": by(author)], subject: id.text, at: at, in: tx)
            return [
                "format": "truc-personal-data-1", "exportedAt": .string(at.rfc3339), "person": "\(id)",
                "name": .string(account.name), "tables": .object(tables),
                "letters": .array(letters.map { Identity.json($0) }),
                "facts": .array(try facts.map { try Identity.json($0) }),
            ]
        }
    }

    private static let exportedFactsMax = 100_000

    private static func json(_ letter: Mail.Record) -> JSON {
        [
            "to": .string(letter.recipient), "subject": .string(letter.subject),
            "state": .string(letter.state), "code": .string(orNull: letter.code),
            "at": .string(letter.writtenAt.rfc3339), "endedAt": .string(orNull: letter.endedAt?.rfc3339),
        ]
    }

    private static func json(_ fact: RecordedFact) throws -> JSON {
        var json: JSON = [
            "id": .string(fact.id.text), "kind": .string(fact.kind), "at": .string(fact.at.rfc3339),
            "leaf": fact.leafIndex.map { .integer($0) } ?? .null,
        ]
        if let content = fact.disclosure?.content {
            json["content"] = JSON(try JSONDocument(content).root)
        }
        return json
    }

    /// Erases what is known of somebody who holds no post and no role any more (quyền được xóa dữ liệu). What they did
    /// stays under an id that names nobody; the contents of their facts go, the leaves and every proof stay.
    ///
    /// Throws `Problem.conflict` while they hold a post or a role: the law has the administration keep that.
    func erase(_ id: ID<Person>, by author: Person?) async throws {
        let at = now()
        try await endingTokens { tx in
            guard let account = try PeopleStore.account(id, in: tx) else { throw Problem.notFound }
            if let author, author.id != id { try checkReach(of: author, to: id, at: at, in: tx) }
            let posts = try PostStore.posts(of: id, in: tx)
            let roles = try PeopleStore.memberships(of: id, in: tx)
            guard !posts.contains(where: { ($0.until ?? .distantFuture) > at }),
                !roles.contains(where: { ($0.until ?? .distantFuture) > at && $0.role != .citizen })
            else { throw Problem.conflict(.stillInService) }
            for role in roles where (role.until ?? .distantFuture) > at {
                _ = try PeopleStore.end(role.id, at: at, in: tx)
            }
            let gone = try erasedPerson(account, in: tx)
            for table in PersonalTable.all { try table.erase(id, in: tx) }
            try ReminderStore.forget(id, in: tx)
            try ImportStore.forget(account, in: tx)
            try mail?.erase(id, account.email.flatMap { MailAddress($0) }, in: tx)
            try erasures.tell(of: gone, in: tx)
            let mentions = try takeOutMentions(of: gone, at: at, in: tx)
            try PeopleStore.giveUp(id, at: at, in: tx)
            try PeopleStore.blank(account, at: at, in: tx)
            while true {
                let facts = try outbox.facts(about: id.text, limit: 500, in: tx)
                if facts.isEmpty { break }
                for fact in facts { try outbox.erase(fact.id, at: at, in: tx) }
            }
            let watched = Set(roles.filter { $0.role.isPrivileged && $0.from <= at }.map(\.role))
            // Names nobody: the id alone, without a subject under which it could be looked up.
            try outbox.record(
                "identity.person-erased",
                [
                    "person": "\(id)", "by": by(author),
                    "privileged": .array(watched.map(\.rawValue).sorted().map { .string($0) }),
                    "mentions": .integer(Int64(mentions.count)),
                ], at: at, in: tx)
            try alarmOfErasure(of: id, watched, by: author, at: at, in: tx)
            try tellOfMentions(mentions, of: id, by: author, at: at, in: tx)
        }
    }

    /// As they are called here until they are erased. Whoever left has no username any more: the leaves about them say
    /// which they had.
    func erasedPerson(_ account: Account, in tx: any Transaction) throws -> ErasedPerson {
        let added = try outbox.facts(about: account.id.text, limit: Identity.exportedFactsMax, in: tx).filter {
            $0.kind == "identity.person-added"
        }
        let logins = try added.compactMap { fact in
            try fact.disclosure.flatMap { try JSONDocument($0.content).root["login"]?.string }
        }
        return ErasedPerson(
            id: account.id, name: account.name, email: account.email,
            logins: Set(logins + [account.login]).subtracting([account.id.text]),
            hasNamesake: try PeopleStore.hasNamesake(account, in: tx))
    }

    private func tellOfMentions(
        _ mentions: [Mention], of id: ID<Person>, by author: Person?, at now: Instant, in tx: any Transaction
    ) throws {
        guard !mentions.isEmpty else { return }
        var people = try administrators(at: now, in: tx)
        if let author, author.id != id { people.insert(author.id) }
        try announce(.mentionsOfErased(mentions), to: .people(people), once: "mentions \(id)", at: now, in: tx)
    }
}

extension PeopleStore {
    static func hasNamesake(_ account: Account, in tx: any Transaction) throws -> Bool {
        try tx.row("SELECT id FROM identity_person WHERE name = \(account.name) AND id <> \(account.id) LIMIT 1") != nil
    }

    /// The row stays, for others refer to its id, and says nothing.
    static func blank(_ account: Account, at now: Instant, in tx: any Transaction) throws {
        try tx.execute(
            """
            UPDATE identity_person SET login = id, name = '', email = NULL, search = '', state = 'suspended',
                erased_at = \(now), changed_at = \(now) WHERE id = \(account.id)
            """)
    }
}
