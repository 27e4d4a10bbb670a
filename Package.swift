// swift-tools-version:6.2
import PackageDescription

/// The floors of docs/architecture.md: a room lists the rooms below it that it uses, and `Tests/Tidy` holds the walls.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name), "TestKit"] + dependencies, exclude: exclude,
        swiftSettings: strict)
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
func nio(_ product: String) -> Target.Dependency { .product(name: product, package: "swift-nio") }

let package = Package(
    name: "truc",
    products: [.executable(name: "truc", targets: ["truc"])],
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
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),

        room("Vocabulary"),
        room("StrictJSON", ["Vocabulary"]),
        room(
            "Database",
            ["Vocabulary", "CPostgres", nio("NIOPosix"), .product(name: "GRDB", package: "GRDB.swift")]),
        room("Ledger", ["Vocabulary", "StrictJSON", "Database", crypto, logging]),
        room("Jobs", ["Vocabulary", "Database", logging]),
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
                "Vocabulary", "StrictJSON", "Database", "Ledger", "Jobs", "Web", "CArgon2", crypto, logging,
                nio("NIOPosix"),
            ]),
        room(
            "Exchange", ["Vocabulary", "StrictJSON", "Database", "Ledger", "Jobs", "Web", "Identity", crypto, logging]),
        room(
            "Threats",
            [
                "Vocabulary", "StrictJSON", "Database", "Ledger", "Jobs", "Web", "Identity", "Exchange", "CArchive",
                crypto, logging,
            ]),
        room(
            "Incidents",
            ["Vocabulary", "StrictJSON", "Database", "Ledger", "Jobs", "Web", "Identity", "Exchange", crypto]),

        .executableTarget(
            name: "truc",
            dependencies: [
                "Vocabulary", "StrictJSON", "Database", "Ledger", "Jobs", "Web", "Identity", "Exchange", "Threats",
                "Incidents",
                crypto, logging,
            ],
            swiftSettings: strict),

        .executableTarget(
            name: "bench",
            dependencies: [
                "Vocabulary", "StrictJSON", "Database", "Ledger", "Jobs", "Web", "Exchange", "Threats", crypto, logging,
            ],
            path: "Benchmarks/Rooms", swiftSettings: strict),

        .target(
            name: "TestKit", dependencies: ["Vocabulary", "Database"], path: "Tests/TestKit", swiftSettings: strict),
        .target(
            name: "House", dependencies: ["Vocabulary", "Web", "TestKit", "Database"], path: "Tests/House",
            swiftSettings: strict),
        tests("Vocabulary"),
        tests("StrictJSON"),
        tests("Database", ["Vocabulary"]),
        tests("Ledger", ["StrictJSON", "Database", crypto, logging], exclude: ["Fixtures"]),
        tests("Jobs", ["Vocabulary", "Database", logging]),
        tests("Web", ["StrictJSON", "House", logging, nio("NIOCore"), nio("NIOPosix")]),
        tests("Identity", ["Database", "Ledger", "Web", "House"]),
        tests("Exchange", ["StrictJSON", "Database", "Ledger", "Web", "Identity", crypto, "House"]),
        tests(
            "Threats", ["StrictJSON", "Database", "Ledger", "Jobs", "Web", "Identity", "Exchange", "House", logging]),
        tests("Incidents", ["StrictJSON", "Database", "Ledger", "Web", "Identity", "Exchange", "House"]),
        tests("truc", ["Database", "Ledger", "Web", "Identity", "Exchange", "Threats", "Incidents", "House"]),
        .testTarget(
            name: "CrashTests",
            dependencies: [
                "truc", "TestKit", "Vocabulary", "StrictJSON", "Database", "Ledger", "Web", "Exchange", crypto, logging,
            ],
            swiftSettings: strict),
        .testTarget(name: "TidyTests", path: "Tests/Tidy", swiftSettings: strict),
    ])
