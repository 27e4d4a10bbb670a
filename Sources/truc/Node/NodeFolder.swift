import Crypto
import Foundation
import Vocabulary
import Web

/// What a node keeps in its data folder beside the database and the ledger: whose it is, and its keys.
///
/// Everything is made at first start and then only read. Files are readable by their owner alone.
struct NodeFolder: Sendable {
    let path: String

    init(_ path: String) throws {
        self.path = path
        for folder in [path, path + "/keys"] {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
    }

    var databasePath: String { path + "/truc.sqlite" }
    var ledgerPath: String { path + "/ledger" }
    var eventsPath: String { path + "/events" }
    static let socketName = "control.sock"
    var socketPath: String { "\(path)/\(NodeFolder.socketName)" }

    // MARK: whose node it is

    func organisation() throws -> ID<Organisation>? {
        try read("organisation").map { ID(String(decoding: $0, as: UTF8.self)) }
    }

    /// Settles whose node this is, once and for all: other nodes know it by this name.
    func settle(_ organisation: ID<Organisation>) throws {
        if let known = try self.organisation() {
            guard known == organisation else {
                throw UsageError("the data folder \(path) belongs to \(known), not to \(organisation)")
            }
            return
        }
        try write(Array(organisation.text.utf8), as: "organisation")
    }

    // MARK: keys

    /// Signs the node's facts, its calls and the heads of its ledger.
    func signingKey() throws -> Curve25519.Signing.PrivateKey {
        let bytes = try once("keys/node.key") {
            Array(Base64.encode(Array(Curve25519.Signing.PrivateKey().rawRepresentation)).utf8)
        }
        guard let raw = Base64.decode(String(decoding: bytes, as: UTF8.self)) else { throw damaged("keys/node.key") }
        return try Curve25519.Signing.PrivateKey(rawRepresentation: raw)
    }

    /// What other nodes see when they connect; its key is pinned in the roster.
    func tlsIdentity(name: String, now: Instant) throws -> TLSIdentity {
        if let certificate = try read("keys/tls.crt"), let key = try read("keys/tls.key") {
            return try TLSIdentity(
                certificatePEM: String(decoding: certificate, as: UTF8.self),
                privateKeyPEM: String(decoding: key, as: UTF8.self))
        }
        let made = try TLSIdentity.makeSelfSigned(name: name, now: now)
        try write(Array(made.privateKeyPEM.utf8), as: "keys/tls.key")
        try write(Array(made.certificatePEM.utf8), as: "keys/tls.crt")
        return made
    }

    /// 32 bytes of the node's own: `site` signs form tokens, `identity` seals authenticator secrets.
    func secret(_ name: String) throws -> [UInt8] {
        let text = try once("keys/\(name).secret") {
            Array(Hex.encode(SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }).utf8)
        }
        guard let secret = Hex.decode(String(decoding: text, as: UTF8.self)), secret.count == 32 else {
            throw damaged("keys/\(name).secret")
        }
        return secret
    }

    // MARK: what the gateway remembers

    /// What was used of quotas, as `Gateway.quotasInUse` says it; nil before the first time.
    func quotas() throws -> [UInt8]? { try read("gateway-quotas.json") }

    func keepQuotas(_ bytes: [UInt8]) throws { try write(bytes, as: "gateway-quotas.json") }

    // MARK: files

    private func once(_ name: String, make: () -> [UInt8]) throws -> [UInt8] {
        if let bytes = try read(name) { return bytes }
        let bytes = make()
        try write(bytes, as: name)
        return bytes
    }

    private func read(_ name: String) throws -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: "\(path)/\(name)") else { return nil }
        return Array(try Data(contentsOf: URL(filePath: "\(path)/\(name)")))
    }

    /// Whole or not at all: written beside, brought to the disk, then renamed.
    private func write(_ bytes: [UInt8], as name: String) throws {
        let temporary = "\(path)/\(name).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw UsageError("\(temporary) cannot be written: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        guard NodeFolder.put(bytes, in: descriptor), rename(temporary, "\(path)/\(name)") == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(temporary)
            throw UsageError("\(path)/\(name) cannot be written: \(reason)")
        }
        try syncFolder(of: name)
    }

    /// True when every byte is on the disk; otherwise `errno` says why not.
    private static func put(_ bytes: [UInt8], in descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return fsync(descriptor) == 0
    }

    /// Makes the new name itself outlive a power loss.
    private func syncFolder(of name: String) throws {
        let folder = open(URL(filePath: "\(path)/\(name)").deletingLastPathComponent().path(), O_RDONLY | O_CLOEXEC)
        defer { if folder >= 0 { close(folder) } }
        guard folder >= 0, fsync(folder) == 0 else {
            throw UsageError("\(path)/\(name) cannot be made durable: \(String(cString: strerror(errno)))")
        }
    }

    private func damaged(_ name: String) -> UsageError {
        UsageError("\(path)/\(name) is damaged; bring it back from a copy")
    }
}
