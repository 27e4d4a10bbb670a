import Database
import Vocabulary

/// Organisations in their tables. There are a few dozen: all are read at once.
enum OrganisationStore {
    static func all(in tx: any Transaction) throws -> OrganisationRegister {
        let names = try dated(tx.rows("SELECT * FROM identity_organisation_name ORDER BY valid_from")) { row in
            Phrase(vi: try row.get("vi"), en: try row.get("en"))
        }
        let codes = try dated(tx.rows("SELECT * FROM identity_organisation_code ORDER BY valid_from, code")) { row in
            try row.get("code", as: String.self)
        }
        let parents = try dated(tx.rows("SELECT * FROM identity_organisation_parent ORDER BY valid_from")) { row in
            try row.get("parent", as: ID<Organisation>.self)
        }
        let successors = Dictionary(
            grouping: try tx.rows("SELECT * FROM identity_organisation_successor ORDER BY successor")
        ) { (try? $0.get("organisation", as: String.self)) ?? "" }
        return OrganisationRegister(
            try tx.rows("SELECT * FROM identity_organisation ORDER BY id").map { row in
                let id: ID<Organisation> = try row.get("id")
                return OrganisationRecord(
                    id: id, kind: try row.get("kind"), validFrom: try row.get("valid_from"),
                    validUntil: try row.get("valid_until"), names: names[id] ?? [], codes: codes[id] ?? [],
                    parents: parents[id] ?? [],
                    successors: try (successors[id.text] ?? []).map { try $0.get("successor") })
            })
    }

    /// Writes what `record` says in place of what was known of it.
    static func save(_ record: OrganisationRecord, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_organisation (id, kind, valid_from, valid_until)
            VALUES (\(record.id), \(record.kind), \(record.validFrom), \(record.validUntil))
            ON CONFLICT (id) DO UPDATE
            SET kind = excluded.kind, valid_from = excluded.valid_from, valid_until = excluded.valid_until
            """)
        try forgetDetails(of: record.id, in: tx)
        for name in record.names {
            try tx.execute(
                """
                INSERT INTO identity_organisation_name (organisation, vi, en, valid_from, valid_until)
                VALUES (\(record.id), \(name.value.vi), \(name.value.en), \(name.from), \(name.until))
                """)
        }
        for code in record.codes {
            try tx.execute(
                """
                INSERT INTO identity_organisation_code (organisation, code, valid_from, valid_until)
                VALUES (\(record.id), \(code.value), \(code.from), \(code.until))
                """)
        }
        for parent in record.parents {
            try tx.execute(
                """
                INSERT INTO identity_organisation_parent (organisation, parent, valid_from, valid_until)
                VALUES (\(record.id), \(parent.value), \(parent.from), \(parent.until))
                """)
        }
        for successor in record.successors {
            try tx.execute(
                """
                INSERT INTO identity_organisation_successor (organisation, successor)
                VALUES (\(record.id), \(successor))
                """)
        }
    }

    private static func forgetDetails(of id: ID<Organisation>, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_organisation_name WHERE organisation = \(id)")
        try tx.execute("DELETE FROM identity_organisation_code WHERE organisation = \(id)")
        try tx.execute("DELETE FROM identity_organisation_parent WHERE organisation = \(id)")
        try tx.execute("DELETE FROM identity_organisation_successor WHERE organisation = \(id)")
    }

    private static func dated<Value>(
        _ rows: [Row], _ value: (Row) throws -> Value
    ) throws -> [ID<Organisation>: [Dated<Value>]] {
        var found: [ID<Organisation>: [Dated<Value>]] = [:]
        for row in rows {
            found[try row.get("organisation"), default: []].append(
                Dated(try value(row), from: try row.get("valid_from"), until: try row.get("valid_until")))
        }
        return found
    }
}

extension OrganisationRecord.Kind: Bindable, Readable {}
