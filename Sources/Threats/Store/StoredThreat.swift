import Database
package import Exchange
package import Vocabulary

/// Whether the origin of an object proved that it made it.
package enum SignatureState: String, Sendable, Hashable, Bindable, Readable {
    /// We signed it when we shared it.
    case ours
    /// Another member signed it and the signature held when it arrived.
    case verified
    /// Imported or typed in here, not shared by anybody yet.
    case unsigned
}

/// A line of the list of threats.
package struct ThreatLine: Sendable, Hashable {
    package let key: String
    package let id: String
    package let version: String
    package let type: String
    package let name: String
    package let value: String
    package let label: TLP
    package let origin: ID<Organisation>
    package let signature: SignatureState
    package let modifiedAt: Instant?
    package let validUntil: Instant?
    package let isRevoked: Bool
    package let isLatest: Bool
    package let storedAt: Instant
    package let sharedAt: Instant?
    /// Who typed or brought it in here.
    package let author: ID<Person>?

    static let columns: SQL = """
        o.key AS key, o.id AS id, o.version AS version, o.type AS type, o.name AS name, o.value AS value,
        o.label AS label,
        o.origin AS origin, o.signature AS signature, o.modified_at AS modified_at, o.valid_until AS valid_until,
        o.revoked AS revoked, o.latest AS latest, o.stored_at AS stored_at, o.shared_at AS shared_at,
        o.author AS author
        """

    init(_ row: Row) throws {
        key = try row.get("key")
        id = try row.get("id")
        version = try row.get("version")
        type = try row.get("type")
        name = try row.get("name")
        value = try row.get("value")
        label = try row.get("label")
        origin = try row.get("origin")
        signature = try row.get("signature")
        modifiedAt = try row.get("modified_at")
        validUntil = try row.get("valid_until")
        isRevoked = try row.get("revoked")
        isLatest = try row.get("latest")
        storedAt = try row.get("stored_at")
        sharedAt = try row.get("shared_at")
        author = try row.get("author")
    }
}

/// What somebody looks for.
package struct ThreatFilter: Sendable, Hashable {
    package var words = ""
    package var type = ""
    package var label: TLP?
    package var origin = ""
    /// Lines older than this key.
    package var before = ""

    package init() {}

    /// What a line must be, rights and words left out.
    var condition: SQL {
        var condition: SQL = "o.latest = TRUE"
        if !type.isEmpty { condition = condition + " AND o.type = \(type)" }
        if let label { condition = condition + " AND o.label = \(label)" }
        if !origin.isEmpty { condition = condition + " AND o.origin = \(origin)" }
        if !before.isEmpty { condition = condition + " AND o.key < \(before)" }
        return condition
    }
}
