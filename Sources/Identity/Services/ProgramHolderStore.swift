import Database
import Vocabulary

/// Who ever had a key, a secret or a certificate of a program put in place, and so could call as it: one row each, for
/// as long as the program is known, since keys themselves are forgotten.
enum ProgramHolderStore {
    static let migration = Migration(
        "identity.26.program-holders",
        """
        CREATE TABLE identity_program_holder (
            program TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (program, person)) \(.strict)
        """,
        "CREATE INDEX identity_program_holder_person ON identity_program_holder (person)")

    /// Does nothing for whoever owns the node's folder, who is nobody by name.
    static func add(_ person: Person?, of program: String, in tx: any Transaction) throws {
        guard let person else { return }
        try tx.execute(
            """
            INSERT INTO identity_program_holder (program, person) VALUES (\(program), \(person.id))
            ON CONFLICT (program, person) DO NOTHING
            """)
    }

    static func all(of program: String, in tx: any Transaction) throws -> Set<ID<Person>> {
        Set(
            try tx.rows("SELECT person FROM identity_program_holder WHERE program = \(program)").map {
                try $0.get("person")
            })
    }
}
