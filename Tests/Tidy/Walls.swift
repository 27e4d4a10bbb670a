/// Who may import whom: the table of `docs/architecture.md`.
enum Walls {
    static let tools: Set = [
        "Vocabulary", "StrictJSON", "JOSE", "WebAuthn", "Scim", "Contracts", "Database", "Ledger", "Jobs", "Mail",
        "Web",
    ]
    static let axis: Set = ["Identity", "Gateway", "Exchange", "Events"]

    /// The rooms that each room may see. A new room gets its line here and its row in the architecture.
    static let rooms: [String: Set<String>] = [
        "Vocabulary": [],
        "StrictJSON": ["Vocabulary"],
        "JOSE": ["Vocabulary", "StrictJSON"],
        "WebAuthn": ["Vocabulary", "StrictJSON"],
        "Contracts": ["Vocabulary", "StrictJSON"],
        "Cedar": ["Vocabulary"],
        "Database": ["Vocabulary"],
        "Ledger": ["Vocabulary", "StrictJSON", "Database"],
        "Jobs": ["Vocabulary", "StrictJSON", "Database"],
        "Mail": ["Vocabulary", "Database", "Jobs"],
        "Web": ["Vocabulary", "StrictJSON"],
        "Scim": ["Vocabulary", "StrictJSON"],
        "Identity": tools.union(["Cedar"]),
        "Gateway": ["Vocabulary", "StrictJSON", "Ledger"],
        "Exchange": tools.union(["Identity", "Gateway"]),
        "Events": tools.union(["Identity", "Gateway", "Exchange"]),
        "Threats": tools.union(axis),
        "Incidents": tools.union(axis),
        "Examples": ["Vocabulary", "StrictJSON", "Web"],
        "truc": tools.union(axis).union(["Threats", "Incidents", "Examples"]),
    ]

    /// Engines, and the only rooms that see them. `*` stands for any ending.
    static let owners: [(module: String, rooms: Set<String>)] = [
        ("GRDB", ["Database"]), ("CPostgres", ["Database"]), ("SQLite3", ["Database"]),
        ("Hummingbird*", ["Web"]), ("HTTPTypes", ["Web"]), ("NIOHTTP*", ["Web"]),
        ("NIOSSL", ["Web", "Mail", "Gateway"]),
        ("X509", ["Web"]),
        ("SwiftASN1", ["Web"]), ("NIOExtras", ["Web"]), ("CNIOExtrasZlib", ["Web"]),
        ("NIO*", ["Web", "Mail", "Database", "Identity", "Gateway", "Exchange"]),
        ("CArgon2", ["Identity"]), ("CArchive", ["Threats"]), ("CPages", ["truc"]),
    ]

    /// Engines that judge our own in tests and benchmarks, though the room does without them.
    static let judges: [String: Set<String>] = [
        "GatewayTests": ["NIOHTTP1", "NIOEmbedded"], "Axis": ["NIOCore", "NIOPosix"],
    ]

    /// What any room may see.
    static let open: Set = [
        "Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin", "Synchronization", "Dispatch", "Crypto",
        "_CryptoExtras", "CryptoExtras",
        "Logging", "Swift", "_Concurrency",
    ]

    static func findings(in source: SourceText) -> [Finding] {
        source.findings { line in
            guard let module = imported(line) else { return nil }
            return source.isTest
                ? testObjection(to: module, from: source.room) : objection(to: module, from: source.room)
        }
    }

    /// A wall that the manifest does not know of: a room imported without being listed as a dependency. SwiftPM lets a
    /// transitive dependency through in silence.
    static func undeclared(in source: SourceText, manifest: String) -> [Finding] {
        guard !source.isTest, let declared = declaration(of: source.room, in: manifest) else { return [] }
        return source.findings { line in
            guard let module = imported(line), rooms[module] != nil, !declared.contains("\"\(module)\"") else {
                return nil
            }
            return "imports \(module), which Package.swift does not list for \(source.room)"
        }
    }

    static func imported(_ line: String) -> String? {
        var words = line.split(separator: " ").map(String.init)
        while let first = words.first,
            first.hasPrefix("@") || ["package", "public", "private", "fileprivate", "internal"].contains(first)
        {
            words.removeFirst()
        }
        guard words.count > 1, words.removeFirst() == "import" else { return nil }
        let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        if kinds.contains(words[0]) { words.removeFirst() }
        return words.first.map { String($0.prefix { $0 != "." && $0 != ";" }) }
    }

    private static func objection(to module: String, from room: String) -> String? {
        if open.contains(module) { return nil }
        if rooms[module] != nil {
            return rooms[room]?.contains(module) == true
                ? nil : "\(room) may not import \(module): imports go downward only"
        }
        guard let owner = owners.first(where: { matches(module, $0.module) }) else {
            return "\(module) is in no table of Walls.swift"
        }
        return owner.rooms.contains(room)
            ? nil : "only \(owner.rooms.sorted().joined(separator: ", ")) may import \(module)"
    }

    /// Tests see any room, and the engines of none but their own.
    private static func testObjection(to module: String, from target: String) -> String? {
        guard let owner = owners.first(where: { matches(module, $0.module) }) else { return nil }
        let allowed =
            owner.rooms.contains { target == $0 + "Tests" } || target == "TestKit"
            || judges[target]?.contains(module) == true
        return allowed ? nil : "only the tests of \(owner.rooms.sorted().joined(separator: ", ")) may import \(module)"
    }

    private static func matches(_ module: String, _ pattern: String) -> Bool {
        pattern.hasSuffix("*") ? module.hasPrefix(pattern.dropLast()) : module == pattern
    }

    /// The text of `room("Web", [ … ])` in the manifest, up to the next target.
    private static func declaration(of room: String, in manifest: String) -> Substring? {
        let opening = room == "truc" ? "name: \"truc\",\n            dependencies" : "room(\"\(room)\""
        guard let start = manifest.ranges(of: opening).last else { return nil }
        let rest = manifest[start.upperBound...]
        let ends = ["room(\"", ".executableTarget(", ".target("].compactMap { rest.firstRange(of: $0)?.lowerBound }
        return rest[..<(ends.min() ?? rest.endIndex)]
    }
}
