package import Database

extension Exchange {
    /// Tables of the room. Sequence numbers are assigned in Swift, inside the transaction that uses them.
    package static let migrations = [
        Migration("exchange.1", steps: rosterTables + factTables + deliveryTables + watchTables),
        Migration(
            "exchange.2.originsAndShelves", "DROP INDEX exchange_fact_version",
            "CREATE UNIQUE INDEX exchange_fact_version ON exchange_fact (id, version, origin, sha256)",
            "CREATE INDEX exchange_fact_received ON exchange_fact (seq) WHERE came_from IS NOT NULL"),
        Migration("exchange.3.registryAndGrants", steps: registryTables + grantTables),
        Migration("exchange.4.granted", steps: grantedTables),
        AcrossStore.tables, Migration("exchange.6.grantUse", steps: GrantUseStore.tables),
        Migration("exchange.7.asking", steps: offeredTables + askingTables + dateColumns),
        Migration("exchange.8.tableChanges", steps: tableChanges),
        Migration("exchange.9.limits", steps: limitColumns), Migration("exchange.10.closing", steps: closingColumns),
        Migration(
            "exchange.11.askers", "CREATE INDEX exchange_far_request_asked_by ON exchange_far_request (asked_by)"),
        Migration("exchange.12.proofs", steps: proofTables),
        Migration("exchange.13.held", steps: heldTables),
        Migration("exchange.14.givingBack", steps: giveBackColumns),
        Migration("exchange.15.answersToGivingBack", steps: answerColumns),
        Migration("exchange.16.letters", steps: LetterBound.tables),
    ]

    private static let rosterTables: [SQL] = [
        """
        CREATE TABLE exchange_roster (
            version \(.integer64) PRIMARY KEY, hash \(.blob) NOT NULL, document \(.blob) NOT NULL,
                signature \(.blob) NOT NULL,
            received_at \(.integer64) NOT NULL
        ) \(.strict)
        """,
        """
        CREATE TABLE exchange_invitation (
            secret_hash TEXT PRIMARY KEY, organisation TEXT NOT NULL, name_vi TEXT NOT NULL, name_en TEXT NOT NULL,
            role TEXT NOT NULL, valid_from TEXT NOT NULL, valid_until TEXT, history \(.boolean) NOT NULL, made_by TEXT,
            made_at \(.integer64) NOT NULL, expires_at \(.integer64) NOT NULL, used_at \(.integer64), used_by TEXT
        ) \(.strict)
        """,
    ]

    private static let factTables: [SQL] = [
        """
        CREATE TABLE exchange_fact (
            seq \(.integer64) PRIMARY KEY, id TEXT NOT NULL, version TEXT NOT NULL, sha256 \(.blob) NOT NULL,
                origin TEXT NOT NULL,
            media_type TEXT NOT NULL, tlp TEXT NOT NULL, recipients TEXT NOT NULL, revoked \(.boolean) NOT NULL,
            created_at \(.integer64) NOT NULL, bytes \(.blob) NOT NULL, signature \(.blob) NOT NULL, came_from TEXT,
            received_at \(.integer64) NOT NULL, quarantined \(.boolean) NOT NULL
        ) \(.strict)
        """,
        "CREATE UNIQUE INDEX exchange_fact_version ON exchange_fact (id, version, sha256)",
        "CREATE INDEX exchange_fact_from ON exchange_fact (came_from, seq)",
        """
        CREATE TABLE exchange_quarantine (
            seq \(.integer64) PRIMARY KEY, peer TEXT NOT NULL, fact TEXT NOT NULL, version TEXT NOT NULL,
                origin TEXT NOT NULL,
            reason TEXT NOT NULL, frame \(.blob) NOT NULL, at \(.integer64) NOT NULL
        ) \(.strict)
        """,
    ]

    private static let deliveryTables: [SQL] = [
        """
        CREATE TABLE exchange_release (
            id \(.integer64) PRIMARY KEY, roster_version \(.integer64) NOT NULL, rule TEXT NOT NULL,
                released_at \(.integer64) NOT NULL,
            recorded_as TEXT NOT NULL
        ) \(.strict)
        """,
        """
        CREATE TABLE exchange_delivery (
            peer TEXT NOT NULL, seq \(.integer64) NOT NULL, fact \(.integer64) NOT NULL, release \(.integer64) NOT NULL,
            PRIMARY KEY (peer, seq)
        ) \(.strict)
        """,
        "CREATE UNIQUE INDEX exchange_delivery_fact ON exchange_delivery (fact, peer)",
        """
        CREATE TABLE exchange_ack (
            peer TEXT NOT NULL, last_seq \(.integer64) NOT NULL, at \(.integer64) NOT NULL, checkpoint TEXT,
            PRIMARY KEY (peer, last_seq)
        ) \(.strict)
        """,
        """
        CREATE TABLE exchange_peer (
            code TEXT PRIMARY KEY, given_seq \(.integer64) NOT NULL, acked_seq \(.integer64) NOT NULL,
            taken_seq \(.integer64) NOT NULL, taken_at \(.integer64)
        ) \(.strict)
        """,
    ]

    private static let watchTables: [SQL] = [
        """
        CREATE TABLE exchange_alarm (
            seq \(.integer64) PRIMARY KEY, code TEXT NOT NULL, peer TEXT, detail TEXT NOT NULL,
                at \(.integer64) NOT NULL
        ) \(.strict)
        """,
        """
        CREATE TABLE exchange_event (
            seq \(.integer64) PRIMARY KEY, name TEXT NOT NULL, data TEXT NOT NULL, at \(.integer64) NOT NULL
        ) \(.strict)
        """,
    ]
}

extension Transaction {
    /// The number after the highest in use; the transaction is serializable, so nobody else gets it.
    func nextNumber(_ column: SQL, of table: SQL) throws -> Int64 {
        try row("SELECT COALESCE(MAX(\(column)), 0) AS last FROM \(table)").map { try $0.get("last") as Int64 + 1 } ?? 1
    }
}
