import Database
import Synchronization
import Vocabulary

/// When rights were used last, by the day (lần dùng gần nhất): noted in memory with the decision that needed them, and
/// written with the next sweep, so that no request waits for it.
final class Uses: Sendable {
    enum Right: Sendable, Hashable {
        case role(ID<Person>, Role)
        /// Something that only the roles of another allow (ủy quyền).
        case delegation(ID<Person>)
        case client(ID<Client>)
    }

    private struct Held {
        var day = Day(Instant(milliseconds: 0))
        /// Noted on this day; what is not written yet is waiting.
        var noted: Set<Right> = []
        var waiting: [Right: Day] = [:]
    }

    private let held = Mutex(Held())

    func note(_ right: Right, at now: Instant) {
        held.withLock { held in
            let day = Day(now)
            if held.day != day { (held.day, held.noted) = (day, []) }
            if held.noted.insert(right).inserted { held.waiting[right] = day }
        }
    }

    /// What is to be written; given back when that fails.
    func take() -> [Right: Day] {
        held.withLock { held in
            defer { held.waiting = [:] }
            return held.waiting
        }
    }

    func giveBack(_ rights: [Right: Day]) {
        held.withLock { $0.waiting.merge(rights) { max($0, $1) } }
    }
}

enum UseStore {
    static let migration = Migration(
        "identity.16.uses",
        """
        CREATE TABLE identity_role_use (
            person TEXT NOT NULL REFERENCES identity_person (id), role TEXT NOT NULL, day TEXT NOT NULL,
            PRIMARY KEY (person, role)) \(.strict)
        """,
        "CREATE TABLE identity_client_use (client TEXT PRIMARY KEY, day TEXT NOT NULL) \(.strict)",
        "ALTER TABLE identity_review_item ADD COLUMN signed_in_at \(.integer64)")

    /// Stands for every role of another.
    private static let lent = "delegate"

    static func write(_ uses: [Uses.Right: Day], in tx: any Transaction) throws {
        for (right, day) in uses {
            switch right {
            case .role(let person, let role): try write(person, role.rawValue, day, in: tx)
            case .delegation(let person): try write(person, lent, day, in: tx)
            case .client(let client):
                try tx.execute(
                    """
                    INSERT INTO identity_client_use (client, day) VALUES (\(client), \(day))
                    ON CONFLICT (client) DO UPDATE SET day = excluded.day WHERE identity_client_use.day < excluded.day
                    """)
            }
        }
    }

    private static func write(_ person: ID<Person>, _ role: String, _ day: Day, in tx: any Transaction) throws {
        // Somebody may have been erased since.
        try tx.execute(
            """
            INSERT INTO identity_role_use (person, role, day)
            SELECT id, \(role), \(day) FROM identity_person WHERE id = \(person)
            ON CONFLICT (person, role) DO UPDATE SET day = excluded.day WHERE identity_role_use.day < excluded.day
            """)
    }

    static func lastUse(of role: Role, by person: ID<Person>, in tx: any Transaction) throws -> Day? {
        try day(person, role.rawValue, in: tx)
    }

    static func lastUseOfLent(by person: ID<Person>, in tx: any Transaction) throws -> Day? {
        try day(person, lent, in: tx)
    }

    private static func day(_ person: ID<Person>, _ role: String, in tx: any Transaction) throws -> Day? {
        try tx.row("SELECT day FROM identity_role_use WHERE person = \(person) AND role = \(role)")?.get("day")
    }

    static func lastUse(of client: ID<Client>, in tx: any Transaction) throws -> Day? {
        try tx.row("SELECT day FROM identity_client_use WHERE client = \(client)")?.get("day")
    }
}

extension Identity {
    /// The least of somebody's roles that opens the door: that one was needed.
    static let leastFirst: [Role] = [
        .officer, .auditor, .incidentHandler, .departmentLead, .unitAdministrator, .nodeAdministrator,
    ]

    /// A door of `permission` was opened by somebody.
    func noteUse(of permission: Permission, by person: Person, at now: Instant) {
        // Of programs it is written when their keys were used.
        guard !person.isProgram, case .holders(let roles) = Permissions.table[permission.name]?.who else { return }
        if let role = Identity.leastFirst.first(where: { roles.contains($0) && person.roles.contains($0) }) {
            uses.note(.role(person.id, role), at: now)
        } else {
            uses.note(.delegation(person.id), at: now)
        }
    }

    /// Writes what was noted since the last time.
    func writeUses() async throws {
        let noted = uses.take()
        guard !noted.isEmpty else { return }
        do {
            try await database.write { try UseStore.write(noted, in: $0) }
        } catch {
            uses.giveBack(noted)
            throw error
        }
    }
}
