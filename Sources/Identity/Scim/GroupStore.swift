import Database
import Scim
import StrictJSON
import Vocabulary

/// Groups as SCIM sees them: every role in every organisation within reach, which is always there, and teams (tổ, nhóm
/// công tác), which carry no right of their own.
struct GroupStore {
    let reach: ScimReach
    let tx: any Transaction

    private var caller: ScimCaller { reach.caller }

    /// Who is in which group now: rows of `grp` and `person`.
    static func members(_ reach: ScimReach) -> SQL {
        let (organisations, now) = (sorted(reach), reach.caller.at)
        return """
            SELECT tm.team AS grp, tm.person AS person FROM identity_team_member tm
            JOIN identity_team t ON t.id = tm.team JOIN identity_person q ON q.id = tm.person
            WHERE t.organisation IN (\(list: organisations)) AND q.home IN (\(list: organisations))
            AND q.gone_at IS NULL
            UNION SELECT ms.role || '@' || ms.organisation AS grp, ms.person AS person FROM identity_membership ms
            JOIN identity_person q ON q.id = ms.person
            WHERE ms.organisation IN (\(list: organisations)) AND ms.role <> 'citizen' AND ms.valid_from <= \(now)
            AND (ms.valid_until IS NULL OR ms.valid_until > \(now)) AND q.home IN (\(list: organisations))
            AND q.gone_at IS NULL
            """
    }

    /// All groups: rows of `id`, `name`, `key`, `created_at`, `changed_at`.
    private var all: SQL {
        let teams: SQL = """
            SELECT t.id AS id, t.name AS name, t.key AS key, t.created_at AS created_at, t.changed_at AS changed_at
            FROM identity_team t WHERE t.organisation IN (\(list: GroupStore.sorted(reach)))
            """
        let roles = RoleGroup.all(reach).map { group in
            let name = group.name(reach.register, on: reach.day)
            return [
                group.id.sqlValue, name.sqlValue, name.lowercased().sqlValue,
                GroupStore.start(of: group, reach).sqlValue,
            ]
        }
        guard !roles.isEmpty else { return teams }
        // Rows of one list: SQLite joins no more than 500 queries by UNION ALL.
        return """
            \(teams) UNION ALL SELECT CAST(column1 AS TEXT), CAST(column2 AS TEXT), CAST(column3 AS TEXT),
            CAST(column4 AS \(.integer64)), CAST(column4 AS \(.integer64)) FROM (\(SQL.values(roles))) v
            """
    }

    private var select: SQL {
        """
        SELECT g.id AS id, g.name AS name, g.created_at AS created_at, g.changed_at AS changed_at,
        (SELECT x.external_id FROM identity_external x
        WHERE x.client = \(caller.service.id) AND x.resource = g.id) AS external_id FROM (\(all)) g
        """
    }

    func find(_ id: String, withMembers: Bool = true) throws -> ScimDocument? {
        try documents(try tx.rows("\(select) WHERE g.id = \(id)"), withMembers).first
    }

    func list(_ query: ScimQuery, withMembers: Bool) throws -> (documents: [ScimDocument], total: Int) {
        let condition = ScimCondition(column: column)
        var filter: SQL = "TRUE"
        if let text = query.filter { filter = try condition.sql(try ScimFilter(text, in: .group)) }
        var order: SQL = "g.id"
        if let name = query.sortBy {
            let direction: SQL = query.isDescending ? "DESC" : "ASC"
            order = "\(try condition.sorting(name, in: .group)) \(direction) NULLS LAST, g.id"
        }
        let total: Int = try tx.row("SELECT COUNT(*) AS n FROM (\(all)) g WHERE \(filter)")?.get("n") ?? 0
        guard query.count > 0, query.startIndex <= total else { return ([], total) }
        let rows = try tx.rows(
            "\(select) WHERE \(filter) ORDER BY \(order) LIMIT \(query.count) OFFSET \(query.startIndex - 1)")
        return (try documents(rows, withMembers), total)
    }

    /// The groups of each person, as a user's document lists them.
    func groups(of people: [ID<Person>]) throws -> [ID<Person>: [JSON]] {
        let rows = try tx.rows(
            """
            SELECT m.grp AS grp, m.person AS person, t.name AS name FROM (\(GroupStore.members(reach))) m
            LEFT JOIN identity_team t ON t.id = m.grp WHERE m.person IN (\(list: people)) ORDER BY m.grp
            """)
        var found: [ID<Person>: [JSON]] = [:]
        for row in rows {
            let id: String = try row.get("grp")
            let name = try row.get("name", as: String?.self) ?? RoleGroup(id)?.name(reach.register, on: reach.day)
            found[try row.get("person"), default: []].append([
                "value": .string(id), "$ref": .string(caller.location(.group, id)), "display": .string(name ?? id),
                "type": "direct",
            ])
        }
        return found
    }

    func people(in group: String) throws -> Set<String> {
        Set(
            try tx.rows("SELECT m.person AS person FROM (\(GroupStore.members(reach))) m WHERE m.grp = \(group)").map {
                try $0.get("person", as: String.self)
            })
    }

    private func column(_ attribute: ScimAttribute, _ part: ScimAttribute?) throws(ScimError) -> ScimColumn {
        switch (attribute.name, part?.name) {
        case ("id", _): return .text("g.id")
        case ("displayName", _): return .text("g.key")
        case ("meta", "created"): return .moment("g.created_at")
        case ("meta", "lastModified"): return .moment("g.changed_at")
        case ("meta", "resourceType"): return .text("'Group'")
        case ("externalId", _):
            let from: SQL = "identity_external x WHERE x.client = \(caller.service.id) AND x.resource = g.id"
            return .rows(from, parts: ["": .text("x.external_id")], order: "x.external_id")
        case ("members", _):
            return .rows(
                "(\(GroupStore.members(reach))) m WHERE m.grp = g.id",
                parts: ["value": .text("m.person"), "type": .text("'user'")], order: "m.person")
        default: throw .filter("nobody can filter by \(attribute.name)")
        }
    }

    private func documents(_ rows: [Row], _ withMembers: Bool) throws -> [ScimDocument] {
        let ids = try rows.map { try $0.get("id", as: String.self) }
        var members: [String: [JSON]] = [:]
        if withMembers, !ids.isEmpty {
            let found = try tx.rows(
                """
                SELECT m.grp AS grp, m.person AS person FROM (\(GroupStore.members(reach))) m
                WHERE m.grp IN (\(list: ids)) ORDER BY m.grp, m.person
                """)
            for row in found {
                let person: String = try row.get("person")
                members[try row.get("grp"), default: []].append([
                    "value": .string(person), "$ref": .string(caller.location(.user, person)), "type": "User",
                ])
            }
        }
        return try zip(ids, rows).map { id, row in
            var document = ScimDocument(["id": .string(id), "displayName": .string(try row.get("name"))])
            document.values["externalId"] = (try row.get("external_id", as: String?.self)).map { .string($0) }
            document.values["members"] = members[id].map { .array($0) }
            document.stamp(
                .group, caller, id: id, created: try row.get("created_at"), changed: try row.get("changed_at"),
                isWhole: withMembers)
            return document
        }
    }

    private static func sorted(_ reach: ScimReach) -> [ID<Organisation>] {
        reach.organisations.sorted { $0.text < $1.text }
    }

    private static func start(of group: RoleGroup, _ reach: ScimReach) -> Instant {
        reach.register[group.organisation]?.validFrom.start ?? reach.caller.at
    }
}

/// Teams in their tables.
enum TeamStore {
    static func insert(
        _ id: String, _ name: String, of organisation: ID<Organisation>, at now: Instant, in tx: any Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO identity_team (id, organisation, name, key, created_at, changed_at)
            VALUES (\(id), \(organisation), \(name), \(name.lowercased()), \(now), \(now))
            """)
    }

    static func rename(_ id: String, _ name: String, at now: Instant, in tx: any Transaction) throws {
        try tx.execute(
            "UPDATE identity_team SET name = \(name), key = \(name.lowercased()), changed_at = \(now) WHERE id = \(id)")
    }

    static func add(_ person: String, to team: String, in tx: any Transaction) throws {
        try tx.execute(
            "INSERT INTO identity_team_member (team, person) VALUES (\(team), \(person)) ON CONFLICT DO NOTHING")
    }

    static func remove(_ person: String, from team: String, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_team_member WHERE team = \(team) AND person = \(person)")
    }

    static func delete(_ id: String, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_team_member WHERE team = \(id)")
        try tx.execute("DELETE FROM identity_external WHERE resource = \(id)")
        try tx.execute("DELETE FROM identity_team WHERE id = \(id)")
    }
}

/// The identifiers that clients gave (`externalId`), each its own.
enum ExternalStore {
    static func put(
        _ id: String?, for resource: String, by client: ID<ServiceAccount>, in tx: any Transaction
    ) throws {
        try tx.execute("DELETE FROM identity_external WHERE client = \(client) AND resource = \(resource)")
        guard let id else { return }
        try tx.execute(
            """
            INSERT INTO identity_external (client, resource, external_id)
            VALUES (\(client), \(resource), \(id))
            """)
    }
}
