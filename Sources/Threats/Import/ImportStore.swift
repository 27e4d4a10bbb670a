import Database
package import Exchange
import Identity
package import Vocabulary

/// A file on its way into the store, and how far it is.
package struct ThreatImport: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, Bindable, Readable {
        case waiting, running, done, failed
    }

    package let id: ID<ThreatImport>
    package let name: String
    package let person: ID<Person>
    package let origin: ID<Organisation>
    package let size: Int
    /// Nil: what is imported stays here.
    package let shareLabel: TLP?
    package let recipients: Recipients
    package let state: State
    /// Why the whole file failed.
    package let problem: String?
    /// Nil until the file was looked through once.
    package let total: Int?
    package let done: Int
    package let added: Int
    package let known: Int
    package let faults: Int
    package let startedAt: Instant
    package let finishedAt: Instant?

    package var isOver: Bool { state == .done || state == .failed }

    init(_ row: Row) throws {
        id = try row.get("id")
        name = try row.get("name")
        person = try row.get("person")
        origin = try row.get("origin")
        size = try row.get("size")
        shareLabel = try row.get("share_label")
        recipients = try row.get("recipients")
        state = try row.get("state")
        problem = try row.get("problem")
        total = try row.get("total")
        done = try row.get("done")
        added = try row.get("added")
        known = try row.get("known")
        faults = try row.get("faults")
        startedAt = try row.get("started_at")
        finishedAt = try row.get("finished_at")
    }
}

/// A fault and the number of the item in its file, counted from 1.
package struct ImportFault: Sendable, Hashable {
    package let position: Int
    package let fault: StixFault
}

/// The tables `threats_import…`: the file in parts until it is read, its progress, its faults.
struct ImportStore {
    let tx: any Transaction

    /// Faults that are kept for each import; all are counted.
    static let faultsKept = 1000
    private static let partBytes = 512 << 10

    func start(
        _ id: ID<ThreatImport>, name: String, bytes: [UInt8], person: Person, origin: ID<Organisation>, share: Sharing?,
        at now: Instant
    ) throws {
        try tx.execute(
            """
            INSERT INTO threats_import (id, name, person, origin, size, share_label, recipients, state, done, added,
                known, faults, started_at)
            VALUES (\(id), \(name), \(person.id), \(origin), \(bytes.count), \(share?.label),
                \(share?.recipients ?? .nobody),
                \(ThreatImport.State.waiting), 0, 0, 0, 0, \(now))
            """)
        for (number, start) in stride(from: 0, to: bytes.count, by: ImportStore.partBytes).enumerated() {
            let part = Array(bytes[start..<min(start + ImportStore.partBytes, bytes.count)])
            try tx.execute("INSERT INTO threats_import_part (import, number, bytes) VALUES (\(id), \(number), \(part))")
        }
    }

    func find(_ id: ID<ThreatImport>) throws -> ThreatImport? {
        try tx.row("SELECT * FROM threats_import WHERE id = \(id)").map(ThreatImport.init)
    }

    func find(_ id: ID<ThreatImport>, _ rights: RowRights) throws -> ThreatImport? {
        try tx.row("SELECT * FROM threats_import t WHERE t.id = \(id) AND \(rights.condition)").map(ThreatImport.init)
    }

    func latest(_ rights: RowRights, limit: Int = 10) throws -> [ThreatImport] {
        try tx.rows(
            """
            SELECT * FROM threats_import t WHERE \(rights.condition) ORDER BY started_at DESC, id DESC LIMIT \(limit)
            """
        ).map(ThreatImport.init)
    }

    func file(_ id: ID<ThreatImport>) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(try tx.row("SELECT size FROM threats_import WHERE id = \(id)")?.get("size") ?? 0)
        for row in try tx.rows("SELECT bytes FROM threats_import_part WHERE import = \(id) ORDER BY number") {
            bytes += try row.get("bytes", as: [UInt8].self)
        }
        return bytes
    }

    func begin(_ id: ID<ThreatImport>, total: Int) throws {
        try tx.execute(
            "UPDATE threats_import SET state = \(ThreatImport.State.running), total = \(total) WHERE id = \(id)")
    }

    /// Moves on from `done`; false when somebody else already did.
    func advance(
        _ id: ID<ThreatImport>, from done: Int, by items: Int, added: Int, known: Int, faults: Int
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE threats_import SET done = done + \(items), added = added + \(added), known = known + \(known),
                faults = faults + \(faults)
            WHERE id = \(id) AND done = \(done)
            """) == 1
    }

    func finish(_ id: ID<ThreatImport>, problem: String?, at now: Instant) throws {
        let state = problem == nil ? ThreatImport.State.done : .failed
        try tx.execute(
            "UPDATE threats_import SET state = \(state), problem = \(problem), finished_at = \(now) WHERE id = \(id)")
        try tx.execute("DELETE FROM threats_import_part WHERE import = \(id)")
    }

    func add(_ faults: [ImportFault], to id: ID<ThreatImport>, already: Int) throws {
        for fault in faults.prefix(max(0, ImportStore.faultsKept - already)) {
            try tx.execute(
                """
                INSERT INTO threats_import_fault (import, position, code, object, pointer)
                VALUES (\(id), \(fault.position), \(fault.fault.code), \(fault.fault.object), \(fault.fault.pointer))
                """)
        }
    }

    func faults(of id: ID<ThreatImport>, limit: Int = 100) throws -> [ImportFault] {
        try tx.rows(
            """
            SELECT position, code, object, pointer FROM threats_import_fault WHERE import = \(id)
            ORDER BY position LIMIT \(limit)
            """
        ).map { row in
            let object: String? = try row.get("object")
            return ImportFault(
                position: try row.get("position"),
                fault: StixFault(try row.get("code"), at: try row.get("pointer"), of: object))
        }
    }
}
