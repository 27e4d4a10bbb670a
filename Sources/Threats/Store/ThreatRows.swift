import Database
import Exchange
import Vocabulary

/// Rows of new objects and all that hangs on them, to be written together.
struct ThreatRows {
    private var objects: [[Value]] = []
    private var awaited: [[Value]] = []
    private var references: [[Value]] = []
    private var words: [(id: String, text: SearchText)] = []

    mutating func add(_ object: StixObject, _ arrival: ThreatStore.Arrival, key: String, isLatest: Bool) {
        let label = max(object.label, arrival.label)
        objects.append([
            key.sqlValue, object.id.sqlValue, object.version.sqlValue, object.sha256.sqlValue, object.type.sqlValue,
            object.name.sqlValue, object.value.sqlValue, label.sqlValue, arrival.origin.sqlValue,
            arrival.signature.sqlValue, object.modifiedAt.sqlValue, object.validUntil.sqlValue,
            (object.isRevoked || arrival.isWithdrawal).sqlValue, isLatest.sqlValue, arrival.at.sqlValue,
            arrival.sharedAt.sqlValue, object.bytes.sqlValue, arrival.author.sqlValue,
        ])
        // RED only because nobody said what these markings mean.
        for marking in object.unexplained {
            awaited.append([marking.sqlValue, key.sqlValue, arrival.label.sqlValue])
        }
        guard isLatest else { return }
        words.append((key, object.words))
        for reference in Set(object.references) {
            references.append([key.sqlValue, reference.property.sqlValue, reference.target.sqlValue])
        }
    }

    mutating func write(in tx: any Transaction) throws {
        try tx.insert(
            """
            INSERT INTO threats_object (key, id, version, sha256, type, name, value, label, origin, signature,
                modified_at, valid_until, revoked, latest, stored_at, shared_at, bytes, author)
            """, objects)
        try tx.insert("INSERT INTO threats_awaited (marking, key, envelope)", awaited)
        try tx.insert("INSERT INTO threats_reference (source, property, target)", references)
        try ThreatTables.search.put(words, in: tx)
        self = ThreatRows()
    }
}
