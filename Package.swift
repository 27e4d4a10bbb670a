// swift-tools-version:6.2
import PackageDescription

/// The floors of docs/architecture.md: a room lists the rooms below it that it uses, and `Tests/Tidy` holds the walls.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name), "TestKit"] + dependencies, exclude: exclude,
        swiftSettings: strict)
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "_CryptoExtras", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
func nio(_ product: String) -> Target.Dependency { .product(name: product, package: "swift-nio") }

let package = Package(
    name: "truc",
    products: [
        .executable(name: "truc", targets: ["truc"]), .executable(name: "axis-bench", targets: ["axis-bench"]),
        .library(name: "PulledPlug", type: .dynamic, targets: ["PulledPlug"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
    ],
    targets: [
        .target(name: "CLazy"),
        .target(name: "CPages"),
        .target(name: "CPostgres", dependencies: ["CLazy"]),
        .target(name: "CArchive", dependencies: ["CLazy"]),
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),

        room("Vocabulary"),
        room("StrictJSON", ["Vocabulary"]),
        room("JOSE", ["Vocabulary", "StrictJSON", crypto, cryptoExtras]),
        room("WebAuthn", ["Vocabulary", "StrictJSON", crypto, cryptoExtras]),
        room("Contracts", ["Vocabulary", "StrictJSON"]),
        room("Cedar", ["Vocabulary"]),
        room(
            "Database",
            ["Vocabulary", "CPostgres", nio("NIOPosix"), .product(name: "GRDB", package: "GRDB.swift")]),
        room("Ledger", ["Vocabulary", "StrictJSON", "Database", crypto, logging]),
        room("Jobs", ["Vocabulary", "StrictJSON", "Database", logging]),
        room("Scim", ["Vocabulary", "StrictJSON"]),
        room(
            "Mail",
            [
                "Vocabulary", "Database", "Jobs", logging, nio("NIOCore"), nio("NIOPosix"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        room(
            "Web",
            [
                "Vocabulary", "StrictJSON", crypto, logging,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "X509", package: "swift-certificates"),
                nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
            ]),
        room(
            "Identity",
            [
                "Vocabulary", "StrictJSON", "Cedar", "JOSE", "WebAuthn", "Scim", "Database", "Ledger", "Jobs", "Mail",
                "Web",
                "CArgon2", crypto, logging,
                nio("NIOPosix"),
            ], resources: [.embedInCode("Decide/policies.cedar")]),
        room(
            "Gateway",
            [
                "Vocabulary", "StrictJSON", "Ledger", crypto, logging, nio("NIOCore"), nio("NIOPosix"), nio("NIOTLS"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        room(
            "Exchange",
            [
                "Vocabulary", "StrictJSON", "JOSE", "Contracts", "Database", "Ledger", "Jobs", "Web", "Identity",
                "Gateway", crypto, logging,
            ]),
        room(
            "Events",
            [
                "Vocabulary", "StrictJSON", "Contracts", "Database", "Ledger", "Web", "Identity", "Gateway", "Exchange",
                crypto, logging,
            ]),
        room(
            "Threats",
            [
                "Vocabulary", "StrictJSON", "Database", "Ledger", "Jobs", "Web", "Identity", "Exchange", "CArchive",
                crypto, logging,
            ]),
        room(
            "Incidents",
            ["Vocabulary", "StrictJSON", "Database", "Ledger", "Jobs", "Web", "Identity", "Exchange", crypto]),

        room("Examples", ["Vocabulary", "StrictJSON", "Web"]),

        .executableTarget(
            name: "truc",
            dependencies: [
                "CPages", "Vocabulary", "StrictJSON", "JOSE", "Mail", "Database", "Ledger", "Jobs", "Web", "Identity",
                "Gateway", "Exchange", "Events", "Threats", "Incidents", "Examples", crypto, logging,
            ],
            swiftSettings: strict),

        .executableTarget(
            name: "bench",
            dependencies: [
                "Vocabulary", "StrictJSON", "Database", "Ledger", "Jobs", "Web", "Identity", "Exchange", "Threats",
                crypto,
                logging,
            ],
            path: "Benchmarks/Rooms", swiftSettings: strict),

        .executableTarget(
            name: "bench-decide", dependencies: ["Vocabulary", "Cedar", "Database", "Identity"],
            path: "Benchmarks/Decide", swiftSettings: strict),
        .executableTarget(
            name: "cedar-answers", dependencies: ["Cedar", "StrictJSON", "Identity"], path: "Tests/CedarOracle",
            exclude: ["requirements.txt", "run.py", "worlds.py"], swiftSettings: strict),
        .executableTarget(
            name: "axis-bench",
            dependencies: ["Vocabulary", "Ledger", "Gateway", crypto, logging, nio("NIOCore"), nio("NIOPosix")],
            path: "Benchmarks/Axis", swiftSettings: strict),

        .target(
            name: "TestKit", dependencies: ["Vocabulary", "Database", logging], path: "Tests/TestKit",
            swiftSettings: strict),
        .target(
            name: "House", dependencies: ["Vocabulary", "Web", "TestKit", "Database", crypto], path: "Tests/House",
            swiftSettings: strict),
        tests("Vocabulary"),
        tests("StrictJSON"),
        tests("WebAuthn", ["Vocabulary", "StrictJSON", "House"], exclude: ["Fixtures"]),
        tests("JOSE", ["Vocabulary", "StrictJSON", crypto], exclude: ["Fixtures"]),
        tests("Contracts", ["Vocabulary", "StrictJSON"], exclude: ["Fixtures"]),
        .executableTarget(
            name: "contracts-oracle", dependencies: ["Vocabulary", "StrictJSON", "Contracts"],
            path: "Tests/ContractsOracle", exclude: ["oracle.py", "requirements.txt"], swiftSettings: strict),
        tests("Cedar", ["StrictJSON", "cedar-answers"], exclude: ["Fixtures"]),
        tests("Database", ["Vocabulary"]),
        tests("Ledger", ["StrictJSON", "Database", crypto, logging], exclude: ["Fixtures"]),
        tests("Jobs", ["Vocabulary", "Database", logging]),
        tests("Scim", ["Vocabulary", "StrictJSON"]),
        tests("Mail", ["Vocabulary", "Database", "Jobs", logging]),
        tests("Web", ["StrictJSON", "House", logging, nio("NIOCore"), nio("NIOPosix")]),
        tests(
            "Identity",
            [
                "Cedar", "StrictJSON", "JOSE", "Scim", "Database", "Ledger", "Jobs", "Mail", "Web", "House", crypto,
                logging,
            ], exclude: ["OpenID/Fixtures"]),
        tests(
            "Gateway",
            [
                "Vocabulary", "StrictJSON", "Ledger", "Web", crypto, logging, nio("NIOCore"), nio("NIOPosix"),
                nio("NIOHTTP1"), nio("NIOEmbedded"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        tests(
            "Exchange",
            [
                "StrictJSON", "JOSE", "Contracts", "Database", "Ledger", "Jobs", "Mail", "Web", "Identity", "Gateway",
                crypto, "House", logging,
            ]),
        tests(
            "Threats", ["StrictJSON", "Database", "Ledger", "Jobs", "Web", "Identity", "Exchange", "House", logging]),
        tests(
            "Events",
            [
                "StrictJSON", "Contracts", "Database", "Ledger", "Web", "Identity", "Gateway", "Exchange", "House",
                crypto,
                logging,
            ]),
        tests("Incidents", ["StrictJSON", "Database", "Ledger", "Web", "Identity", "Exchange", "House"]),
        tests("Examples", ["Vocabulary", "StrictJSON", "Contracts", "Web"]),
        tests(
            "truc",
            [
                "CPages", "StrictJSON", "Database", "Ledger", "Web", "Identity", "Gateway", "Exchange", "Events",
                "Threats", "Incidents", "Examples", "House",
            ]),
        // Loaded in front of a node's disk by the crash tests; no part of the program.
        .target(name: "PulledPlug", path: "Tests/PulledPlug"),
        .testTarget(
            name: "CrashTests",
            dependencies: [
                "truc", "TestKit", "Vocabulary", "StrictJSON", "Database", "Ledger", "Web", "Exchange", "Events",
                "Examples",
                crypto,
                logging,
            ],
            swiftSettings: strict),
        .testTarget(name: "TidyTests", path: "Tests/Tidy", swiftSettings: strict),
    ])
