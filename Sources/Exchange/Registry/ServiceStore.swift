import Database
import Gateway
import Vocabulary

/// Services, their versions, documents and instances. One method, one query.
enum ServiceStore {
    static let columns: SQL = """
        s.id AS id, s.organisation AS organisation, s.subsystem AS subsystem, s.code AS code, s.name_vi AS name_vi,
        s.name_en AS name_en, s.about AS about, s.contact AS contact, s.data_class AS data_class,
        s.evidence AS evidence, s.evidence_across AS evidence_across, s.created_at AS created_at,
        s.ended_at AS ended_at,
        s.request_bytes AS request_bytes, s.response_bytes AS response_bytes, s.connect_seconds AS connect_seconds,
        s.answer_seconds AS answer_seconds, s.whole_seconds AS whole_seconds, s.tries AS tries,
        s.failures_to_eject AS failures_to_eject, s.eject_seconds AS eject_seconds,
        s.health_seconds AS health_seconds, s.health_path AS health_path
        """

    static func insert(_ service: ServiceRecord, by author: ID<Person>?, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO exchange_service (id, organisation, subsystem, code, name_vi, name_en, about, contact,
                data_class, evidence, evidence_across, search, created_by, created_at)
            VALUES (\(service.id), \(service.organisation), \(service.subsystem), \(service.code), \(service.name.vi),
                \(service.name.en), \(service.about), \(service.contact), \(service.dataClass), \(service.evidence),
                \(service.evidenceAcross), \(search(service)), \(author), \(service.createdAt))
            """)
        try setLimits(of: service, in: tx)
    }

    static func update(_ service: ServiceRecord, in tx: any Transaction) throws {
        try tx.execute(
            """
            UPDATE exchange_service SET name_vi = \(service.name.vi), name_en = \(service.name.en),
                about = \(service.about), contact = \(service.contact), data_class = \(service.dataClass),
                evidence = \(service.evidence), evidence_across = \(service.evidenceAcross),
                search = \(search(service))
            WHERE id = \(service.id)
            """)
        try setLimits(of: service, in: tx)
        for version in try versions(of: service.id, in: tx) {
            try RegistryRevision.note(.version, version.id.text, in: tx)
        }
    }

    /// Null for each that is as usual: it goes with what is usual later on.
    private static func setLimits(of service: ServiceRecord, in tx: any Transaction) throws {
        let limits = service.limits
        try tx.execute(
            """
            UPDATE exchange_service SET request_bytes = \(limits.chosen(.requestBytes)),
                response_bytes = \(limits.chosen(.responseBytes)),
                connect_seconds = \(limits.chosen(.connectSeconds)),
                answer_seconds = \(limits.chosen(.answerSeconds)), whole_seconds = \(limits.chosen(.wholeSeconds)),
                tries = \(limits.chosen(.tries)), failures_to_eject = \(limits.chosen(.failuresToEject)),
                eject_seconds = \(limits.chosen(.ejectSeconds)), health_seconds = \(limits.chosen(.healthSeconds)),
                health_path = \(limits.healthPath)
            WHERE id = \(service.id)
            """)
    }

    private static func search(_ service: ServiceRecord) -> String {
        Folding.fold([service.code, service.name.vi, service.name.en, service.about].joined(separator: " "))
    }

    static func service(_ id: ID<ServiceRecord>, in tx: any Transaction) throws -> ServiceRecord? {
        try tx.row("SELECT \(columns) FROM exchange_service s WHERE s.id = \(id)").map(service)
    }

    static func service(code: String, in tx: any Transaction) throws -> ServiceRecord? {
        try tx.row("SELECT \(columns) FROM exchange_service s WHERE s.code = \(code)").map(service)
    }

    /// Those that are still offered; each folded word must be found.
    static func all(matching words: [String] = [], in tx: any Transaction) throws -> [ServiceRecord] {
        var found: SQL = "s.ended_at IS NULL"
        for word in words.prefix(8) {
            let pattern = "%" + word.filter { $0 != "%" && $0 != "_" && $0 != "\\" } + "%"
            found = "\(found) AND s.search LIKE \(pattern)"
        }
        return try tx.rows("SELECT \(columns) FROM exchange_service s WHERE \(found) ORDER BY s.code LIMIT 500").map(
            service)
    }

    static func service(_ row: Row) throws -> ServiceRecord {
        ServiceRecord(
            id: try row.get("id"), organisation: try row.get("organisation"), subsystem: try row.get("subsystem"),
            code: try row.get("code"), name: Phrase(vi: try row.get("name_vi"), en: try row.get("name_en")),
            about: try row.get("about"), contact: try row.get("contact"), dataClass: try row.get("data_class"),
            evidence: try row.get("evidence"), evidenceAcross: try row.get("evidence_across"),
            limits: try limits(row), createdAt: try row.get("created_at"), endedAt: try row.get("ended_at"))
    }

    private static func limits(_ row: Row) throws -> ServiceLimits {
        var limits = ServiceLimits()
        for limit in ServiceLimit.allCases {
            let value: Double? = try row.get(limit.rawValue.replacing("-", with: "_"))
            if let value { limits[limit] = value }
        }
        limits.healthPath = try row.get("health_path")
        return limits
    }
}

/// Versions and where they stand.
extension ServiceStore {
    private static let versionColumns: SQL = """
        v.id AS id, v.service AS service, v.number AS number, v.validates AS validates, v.revision AS revision,
        v.created_at AS created_at, v.closed_at AS closed_at, v.closes_at AS closes_at, v.closing AS closing,
        v.closing_reason AS closing_reason
        """

    static func insert(_ version: ServiceVersion, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO exchange_service_version (id, service, number, validates, revision, created_at)
            VALUES (\(version.id), \(version.service), \(version.number), \(version.validates), \(version.revision),
                \(version.createdAt))
            """)
        try RegistryRevision.note(.version, version.id.text, in: tx)
    }

    static func versions(of service: ID<ServiceRecord>, in tx: any Transaction) throws -> [ServiceVersion] {
        try tx.rows(
            """
            SELECT \(versionColumns) FROM exchange_service_version v WHERE v.service = \(service)
            ORDER BY v.number DESC
            """
        ).map(version)
    }

    static func version(_ id: ID<ServiceVersion>, in tx: any Transaction) throws -> ServiceVersion? {
        try tx.row("SELECT \(versionColumns) FROM exchange_service_version v WHERE v.id = \(id)").map(version)
    }

    static func openVersions(in tx: any Transaction) throws -> [ServiceVersion] {
        try tx.rows(
            """
            SELECT \(versionColumns) FROM exchange_service_version v JOIN exchange_service s ON s.id = v.service
            WHERE v.closed_at IS NULL AND s.ended_at IS NULL ORDER BY v.id
            """
        ).map(version)
    }

    private static func version(_ row: Row) throws -> ServiceVersion {
        let kind: Suspension.Kind? = try row.get("closing")
        return ServiceVersion(
            id: try row.get("id"), service: try row.get("service"), number: try row.get("number"),
            validates: try row.get("validates"), revision: try row.get("revision"),
            createdAt: try row.get("created_at"), closedAt: try row.get("closed_at"),
            closing: try kind.map {
                VersionClosing(
                    kind: $0, at: try row.get("closes_at"), reason: try row.get("closing_reason") as String? ?? "")
            })
    }

    /// Writes down when a version closes; nil when it is given up.
    static func plan(_ closing: VersionClosing?, of id: ID<ServiceVersion>, in tx: any Transaction) throws {
        try tx.execute(
            """
            UPDATE exchange_service_version SET closes_at = \(closing?.at), closing = \(closing?.kind),
                closing_reason = \(closing?.reason)
            WHERE id = \(id)
            """)
        try RegistryRevision.note(.version, id.text, in: tx)
    }

    static func closing(before now: Instant, in tx: any Transaction) throws -> [ID<ServiceVersion>] {
        try tx.rows(
            """
            SELECT id FROM exchange_service_version WHERE closed_at IS NULL AND closes_at <= \(now) ORDER BY id
            """
        ).map { try $0.get("id") }
    }

    static func close(_ id: ID<ServiceVersion>, at now: Instant, in tx: any Transaction) throws -> Bool {
        try RegistryRevision.note(.version, id.text, in: tx)
        return try tx.execute(
            "UPDATE exchange_service_version SET closed_at = \(now) WHERE id = \(id) AND closed_at IS NULL")
            == 1
    }

    static func setRevision(_ revision: Int, of id: ID<ServiceVersion>, in tx: any Transaction) throws {
        try tx.execute("UPDATE exchange_service_version SET revision = \(revision) WHERE id = \(id)")
        try RegistryRevision.note(.version, id.text, in: tx)
    }

    static func instances(of version: ID<ServiceVersion>, in tx: any Transaction) throws -> [ServiceInstance] {
        try tx.rows(
            """
            SELECT id, address, pin, may_be_private, node FROM exchange_instance WHERE version = \(version)
            ORDER BY id
            """
        ).map { row in
            ServiceInstance(
                id: try row.get("id"),
                upstream: try Upstream.reading(
                    try row.get("address"), pin: try row.get("pin"), mayBePrivate: try row.get("may_be_private"),
                    node: try row.get("node")))
        }
    }

    static func insert(
        _ instance: ServiceInstance, of version: ID<ServiceVersion>, by author: ID<Person>?, at now: Instant,
        in tx: any Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO exchange_instance (id, version, address, pin, may_be_private, node, added_by, added_at)
            VALUES (\(instance.id), \(version), \(instance.address), \(instance.upstream.pin),
                \(instance.upstream.mayBePrivate), \(instance.upstream.node), \(author), \(now))
            """)
        try RegistryRevision.note(.version, version.text, in: tx)
    }

    static func delete(
        _ id: ID<ServiceInstance>, of version: ID<ServiceVersion>, in tx: any Transaction
    ) throws -> Bool {
        try RegistryRevision.note(.version, version.text, in: tx)
        return try tx.execute("DELETE FROM exchange_instance WHERE id = \(id) AND version = \(version)") == 1
    }
}

/// A contract as it was given, byte for byte.
struct StoredDocument: Sendable {
    let revision: Int
    let bytes: [UInt8]
    let sha256: String
    let title: String
    let documentVersion: String
    let storedAt: Instant
}

extension ServiceStore {
    static func insert(
        _ document: StoredDocument, of version: ID<ServiceVersion>, by author: ID<Person>?, in tx: any Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO exchange_service_document (version, revision, bytes, sha256, title, document_version, stored_by,
                stored_at)
            VALUES (\(version), \(document.revision), \(document.bytes), \(document.sha256), \(document.title),
                \(document.documentVersion), \(author), \(document.storedAt))
            """)
    }

    static func document(
        of version: ID<ServiceVersion>, revision: Int, in tx: any Transaction
    ) throws -> StoredDocument? {
        try tx.row(
            """
            SELECT revision, bytes, sha256, title, document_version, stored_at FROM exchange_service_document
            WHERE version = \(version) AND revision = \(revision)
            """
        ).map { row in
            StoredDocument(
                revision: try row.get("revision"), bytes: try row.get("bytes"), sha256: try row.get("sha256"),
                title: try row.get("title"), documentVersion: try row.get("document_version"),
                storedAt: try row.get("stored_at"))
        }
    }

    /// The digest without the bytes: what a cache is asked by.
    static func digest(of version: ServiceVersion, in tx: any Transaction) throws -> String? {
        try tx.row(
            """
            SELECT sha256 FROM exchange_service_document
            WHERE version = \(version.id) AND revision = \(version.revision)
            """)?.get("sha256")
    }

    static func offered(_ id: ID<ServiceVersion>, in tx: any Transaction) throws -> OfferedVersion? {
        guard let version = try version(id, in: tx), let service = try service(version.service, in: tx) else {
            return nil
        }
        return OfferedVersion(service: service, version: version, instances: try instances(of: id, in: tx))
    }

    static func offered(code: String, number: Int, in tx: any Transaction) throws -> OfferedVersion? {
        guard let service = try service(code: code, in: tx),
            let version = try versions(of: service.id, in: tx).first(where: { $0.number == number })
        else { return nil }
        return OfferedVersion(service: service, version: version, instances: try instances(of: version.id, in: tx))
    }
}
