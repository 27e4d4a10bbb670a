import Crypto
import Foundation
import Logging
import Synchronization
import TestKit
import Vocabulary

@testable import Ledger

/// A log in a folder of its own, to be opened, closed, copied and spoilt.
struct Logs {
    let home: TemporaryFolder
    let folder: String
    let key: Curve25519.Signing.PrivateKey
    let clock = TestClock()

    static let origin = "H40.example/ledger"

    init() throws {
        home = try TemporaryFolder()
        folder = home.path + "/log"
        key = try Curve25519.Signing.PrivateKey(rawRepresentation: Array(0..<32))
    }

    var signer: VerifierKey { get throws { try VerifierKey(name: Logs.origin, key: key.publicKey) } }

    func open(
        _ folder: String? = nil, key: Curve25519.Signing.PrivateKey? = nil, settings: Ledger.Settings = .init()
    ) async throws -> Ledger {
        try await Ledger.open(
            folder: folder ?? self.folder, origin: Logs.origin, key: key ?? self.key, now: clock.now,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, settings: settings)
    }

    /// A leaf that tells itself apart.
    static func leaf(_ number: Int) throws -> Leaf {
        try Leaf(
            kind: "test", fact: ID("\(number)"), at: Instant(milliseconds: Int64(number)),
            digest: LedgerHash(sha256: Array("\(number)".utf8)))
    }

    static func leaves(_ range: Range<Int>) throws -> [Leaf] { try range.map(leaf) }

    // Files.

    func file(_ name: String) -> URL { URL(filePath: folder).appending(path: name) }
    func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: file(name))) }
    func write(_ bytes: [UInt8], to name: String) throws { try Data(bytes).write(to: file(name)) }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }
    func segments() throws -> [String] { try names().filter { $0.hasSuffix(".segment") } }

    /// Every file as it is now.
    func snapshot() throws -> [String: [UInt8]] {
        Dictionary(uniqueKeysWithValues: try names().map { ($0, try bytes($0)) })
    }

    func restore(_ files: [String: [UInt8]]) throws {
        for name in try names() where files[name] == nil { try FileManager.default.removeItem(at: file(name)) }
        for (name, bytes) in files { try write(bytes, to: name) }
    }
}

/// Throws for some calls, as a full or failing disk does.
final class FailingDisk: Sendable {
    private let failing = Mutex<Set<DiskFile.Call>>([])

    func fail(_ calls: DiskFile.Call...) { failing.withLock { $0.formUnion(calls) } }
    func heal() { failing.withLock { $0 = [] } }

    var settings: Ledger.Settings {
        var settings = Ledger.Settings()
        settings.fault = { [self] call throws(LedgerError) in
            if failing.withLock({ $0.contains(call) }) { throw .disk(call: call.rawValue, code: 28) }
        }
        return settings
    }
}
