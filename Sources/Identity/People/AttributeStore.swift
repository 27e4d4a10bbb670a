import Database
import Vocabulary

/// What else is known of a person (thông tin cá nhân): one row a value, by the name that SCIM has for it.
struct PersonAttribute: Sendable, Hashable {
    /// `displayName`, `name.familyName`, `emails`.
    let name: String
    let place: Int
    let value: String
    var type: String?
    var isPrimary: Bool?
}

enum AttributeStore {
    static func attributes(of people: [ID<Person>], in tx: any Transaction) throws -> [ID<Person>: [PersonAttribute]] {
        let rows = try tx.rows(
            "SELECT * FROM identity_attribute WHERE person IN (\(list: people)) ORDER BY person, name, place")
        var found: [ID<Person>: [PersonAttribute]] = [:]
        for row in rows {
            let isPrimary: Int? = try row.get("is_primary")
            found[try row.get("person"), default: []].append(
                PersonAttribute(
                    name: try row.get("name"), place: try row.get("place"), value: try row.get("value"),
                    type: try row.get("type"), isPrimary: isPrimary.map { $0 == 1 }))
        }
        return found
    }

    /// Writes these in place of all there were.
    static func replace(_ attributes: [PersonAttribute], of person: ID<Person>, in tx: any Transaction) throws {
        try forget(of: person, in: tx)
        for attribute in attributes {
            try tx.execute(
                """
                INSERT INTO identity_attribute (person, name, place, value, key, type, is_primary)
                VALUES (\(person), \(attribute.name), \(attribute.place), \(attribute.value),
                    \(exact.contains(attribute.name) ? attribute.value : attribute.value.lowercased()),
                    \(attribute.type), \(attribute.isPrimary))
                """)
        }
    }

    static func forget(of person: ID<Person>, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_attribute WHERE person = \(person)")
    }

    /// People of whom nothing is written here yet: accounts from before this table.
    static func withoutAny(in tx: any Transaction) throws -> [Account] {
        try tx.rows(
            """
            SELECT id, login, name, email, state, created_at, home FROM identity_person p
            WHERE p.gone_at IS NULL AND NOT EXISTS (SELECT 1 AS one FROM identity_attribute a WHERE a.person = p.id)
            """
        ).map { try Account($0) }
    }

    /// Case counts in these.
    private static let exact: Set = ["employeeNumber"]
}

extension Account {
    /// As a new account has them.
    var attributes: [PersonAttribute] {
        var found = [PersonAttribute(name: "name.formatted", place: 0, value: name)]
        if let email {
            found.append(PersonAttribute(name: "emails", place: 0, value: email, type: "work", isPrimary: true))
        }
        return found
    }
}
