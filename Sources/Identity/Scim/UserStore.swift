import Database
import Scim
import StrictJSON
import Vocabulary

/// People as SCIM sees them: one row of `identity_person`, their attributes, and their groups.
struct UserStore {
    let reach: ScimReach
    let tx: any Transaction

    private var caller: ScimCaller { reach.caller }

    private var visible: SQL {
        "p.gone_at IS NULL AND p.home IN (\(list: reach.organisations.sorted { $0.text < $1.text }))"
    }

    private var select: SQL {
        """
        SELECT p.id AS id, p.login AS login, p.state AS state, p.created_at AS created_at, p.changed_at AS changed_at,
        p.home AS home, (SELECT x.external_id FROM identity_external x
        WHERE x.client = \(caller.service.id) AND x.resource = p.id) AS external_id FROM identity_person p
        """
    }

    func find(_ id: String) throws -> ScimDocument? {
        let rows = try tx.rows("\(select) WHERE p.id = \(id) AND \(visible)")
        return try documents(rows).first
    }

    func exists(_ ids: Set<String>) throws -> Set<String> {
        var found: Set<String> = []
        for chunk in ids.sorted().chunks(of: 500) {
            let rows = try tx.rows(
                "SELECT p.id AS id FROM identity_person p WHERE p.id IN (\(list: chunk)) AND \(visible)")
            found.formUnion(try rows.map { try $0.get("id", as: String.self) })
        }
        return found
    }

    func list(_ query: ScimQuery) throws -> (documents: [ScimDocument], total: Int) {
        let condition = ScimCondition(column: column)
        var filter: SQL = ""
        if let text = query.filter { filter = " AND \(try condition.sql(try ScimFilter(text, in: .user)))" }
        var order: SQL = "p.id"
        if let name = query.sortBy {
            let direction: SQL = query.isDescending ? "DESC" : "ASC"
            order = "\(try condition.sorting(name, in: .user)) \(direction) NULLS LAST, p.id"
        }
        let total: Int =
            try tx.row("SELECT COUNT(*) AS n FROM identity_person p WHERE \(visible)\(filter)")?.get("n") ?? 0
        guard query.count > 0, query.startIndex <= total else { return ([], total) }
        let rows = try tx.rows(
            "\(select) WHERE \(visible)\(filter) ORDER BY \(order) LIMIT \(query.count) OFFSET \(query.startIndex - 1)")
        return (try documents(rows), total)
    }

    // MARK: Columns

    private func column(_ attribute: ScimAttribute, _ part: ScimAttribute?) throws(ScimError) -> ScimColumn {
        // A filter by what is left out would tell it all the same.
        guard caller.seesContacts || !StaffContact.attributes.contains(attribute.name) else {
            throw .filter("this client does not see \(attribute.name)")
        }
        switch (attribute.name, part?.name) {
        case ("id", _): return .text("p.id")
        case ("userName", _): return .text("p.login")
        case ("active", _): return .flag("p.state = 'active'")
        case ("organization", _): return .text("lower(p.home)")
        case ("meta", "created"): return .moment("p.created_at")
        case ("meta", "lastModified"): return .moment("p.changed_at")
        case ("meta", "resourceType"): return .text("'User'")
        case ("meta", _): throw .filter("nobody can filter by meta.\(part?.name ?? "")")
        case ("externalId", _):
            let from: SQL = "identity_external x WHERE x.client = \(caller.service.id) AND x.resource = p.id"
            return .rows(from, parts: ["": .text("x.external_id")], order: "x.external_id")
        case ("groups", _): return groups
        case ("name", let part?): return rows("name.\(part)")
        case ("emails", _), ("phoneNumbers", _):
            let from: SQL = "identity_attribute a WHERE a.person = p.id AND a.name = \(attribute.name)"
            return .rows(
                from, parts: ["value": .text("a.key"), "type": .text("a.type"), "primary": .flag("a.is_primary = 1")],
                order: "COALESCE(a.is_primary, 0) DESC, a.place")
        default: return rows(attribute.name)
        }
    }

    private func rows(_ name: String) -> ScimColumn {
        .rows(
            "identity_attribute a WHERE a.person = p.id AND a.name = \(name)", parts: ["": .text("a.key")],
            order: "a.place")
    }

    private var groups: ScimColumn {
        .rows(
            "(\(GroupStore.members(reach))) m WHERE m.person = p.id",
            parts: ["value": .text("lower(m.grp)"), "type": .text("'direct'")], order: "m.grp")
    }

    // MARK: Documents

    private func documents(_ rows: [Row]) throws -> [ScimDocument] {
        let ids = try rows.map { try $0.get("id", as: ID<Person>.self) }
        let attributes = try AttributeStore.attributes(of: ids, in: tx)
        let groups = try GroupStore(reach: reach, tx: tx).groups(of: ids)
        return try zip(ids, rows).map { id, row in
            try document(row, id, attributes[id] ?? [], groups[id] ?? [])
        }
    }

    private func document(
        _ row: Row, _ id: ID<Person>, _ attributes: [PersonAttribute], _ groups: [JSON]
    ) throws -> ScimDocument {
        let shown = attributes.filter { caller.seesContacts || !StaffContact.attributes.contains($0.name) }
        var document = ScimDocument(UserStore.values(shown))
        document.values["id"] = .string(id.text)
        document.values["externalId"] = (try row.get("external_id", as: String?.self)).map { .string($0) }
        document.values["userName"] = .string(try row.get("login"))
        document.values["active"] = .bool(try row.get("state", as: String.self) == "active")
        if !groups.isEmpty { document.values["groups"] = .array(groups) }
        document.values["\(ScimSchema.enterprise.id):organization"] = .string(try row.get("home"))
        document.stamp(
            .user, caller, id: id.text, created: try row.get("created_at"), changed: try row.get("changed_at"))
        return document
    }

    /// Attributes as the document has them.
    static func values(_ attributes: [PersonAttribute]) -> [String: JSON] {
        var values: [String: JSON] = [:]
        for attribute in attributes {
            if attribute.name == "emails" || attribute.name == "phoneNumbers" {
                var element: JSON = ["value": .string(attribute.value)]
                if let type = attribute.type { element["type"] = .string(type) }
                if let isPrimary = attribute.isPrimary { element["primary"] = .bool(isPrimary) }
                values[attribute.name] = .array(ScimFilter.elements(values[attribute.name]) + [element])
            } else if let part = attribute.name.split(separator: ".").dropFirst().first {
                var name = values["name"] ?? .object([])
                name[String(part)] = .string(attribute.value)
                values["name"] = name
            } else {
                let key =
                    ScimSchema.enterprise.attributes.contains { $0.name == attribute.name }
                    ? "\(ScimSchema.enterprise.id):\(attribute.name)" : attribute.name
                values[key] = .string(attribute.value)
            }
        }
        return values
    }

    /// The rows of what a document says, but for what has a column of its own.
    static func attributes(_ document: ScimDocument) -> [PersonAttribute] {
        var found: [PersonAttribute] = []
        for attribute in ScimResourceType.user.attributes where attribute.mutability != .readOnly {
            guard let value = document.values[attribute.key] else { continue }
            switch attribute.name {
            case "userName", "active", "externalId": continue
            case "name":
                for part in attribute.parts {
                    guard let text = value[part.name]?.scimText else { continue }
                    found.append(PersonAttribute(name: "name.\(part.name)", place: 0, value: text))
                }
            case "emails", "phoneNumbers":
                for (place, element) in ScimFilter.elements(value).enumerated() {
                    let primary: Bool? = if case .bool(let flag) = element["primary"] { flag } else { nil }
                    found.append(
                        PersonAttribute(
                            name: attribute.name, place: place, value: element["value"]?.scimText ?? "",
                            type: element["type"]?.scimText, isPrimary: primary))
                }
            default:
                guard let text = value.scimText else { continue }
                found.append(PersonAttribute(name: attribute.name, place: 0, value: text))
            }
        }
        return found
    }
}
