import Crypto
import Exchange
import Foundation
import Gateway
import JOSE
import StrictJSON
import Vocabulary

/// By what an application is known, and how it shows that a key is its own.
extension Command {
    private static let certificate = Option(
        name: "certificate", value: "FILE",
        about: Phrase(vi: "Chứng thư (PEM) mà khóa là của nó", en: "The certificate (PEM) whose key it is"))

    static let applicationCredential = Command(
        name: "application credential", operands: ["OWNER/CODE", "certificate|oauth-client|signer", "[VALUE]"],
        about: Phrase(
            vi: "Thêm chứng thư, mã OAuth hoặc khóa công khai Ed25519",
            en: "Add a certificate, an OAuth client or an Ed25519 public key"),
        options: [
            Option(
                name: "key", value: "FILE",
                about: Phrase(
                    vi: "Khóa riêng (PEM) của signer hoặc của chứng thư; lệnh tự làm chứng minh",
                    en: "The private key (PEM) of a signer or of the certificate; the proof is made with it")),
            certificate,
            Option(
                name: "proof", value: "PROOF",
                about: Phrase(
                    vi: "Chứng minh, từ truc application proof", en: "The proof, as truc application proof makes it")),
        ]
    ) { call in
        var input: JSON = ["application": .string(call.operands[0]), "kind": .string(call.operands[1])]
        let pem = try call["certificate"].map(PrivateKeyFile.text)
        if let pem { input["value"] = .string(pem) }
        if let file = call["key"] {
            guard call["proof"] == nil else { throw UsageError("--key stands for --proof") }
            let found = try await call.ask("application.find", ["application": .string(call.operands[0])])
            let proof = try KeyProof(
                of: ID(found["id"]?.string ?? ""), certificatePEM: pem, by: PrivateKeyFile(file))
            if pem == nil { input["value"] = .string(proof.subject) }
            input["proof"] = .string(proof.text)
        } else if let proof = call["proof"] {
            input["proof"] = .string(proof)
        }
        let isSaid = input["value"] != nil
        guard isSaid != (call.operands.count == 3) else {
            throw UsageError("VALUE is needed, or --key of a signer, or --certificate: one of them")
        }
        if !isSaid { input["value"] = .string(call.operands[2]) }
        _ = try await call.ask("application.credential", input)
        call.say(Phrase(vi: "Đã thêm", en: "Added"))
        return ExitCode.done
    }

    static let applicationProof = Command(
        name: "application proof", operands: ["APPLICATION", "KEYFILE"],
        about: Phrase(
            vi: "In khóa công khai và chứng minh cho mã ứng dụng; tạo tệp khóa khi chưa có",
            en: "Print the public key and its proof for an application's id; makes the key file where there is none"),
        options: [certificate], takesSettings: false
    ) { call in
        let (file, pem) = (PrivateKeyFile(call.operands[1]), try call["certificate"].map(PrivateKeyFile.text))
        if pem == nil, !file.exists { _ = try file.make() }
        let proof = try KeyProof(of: ID(call.operands[0]), certificatePEM: pem, by: file)
        if pem == nil { call.terminal.say(proof.subject) }
        call.terminal.say(proof.text)
        return ExitCode.done
    }
}

extension KeyProof {
    /// Of a certificate; without one of the key itself, which is Ed25519 then.
    fileprivate init(of application: ID<Application>, certificatePEM pem: String?, by file: PrivateKeyFile) throws {
        guard let pem else {
            try self.init(of: application, by: try file.read())
            return
        }
        guard let certificate = try? ShownCertificate(pem: pem) else {
            throw UsageError("--certificate is no certificate in PEM")
        }
        try self.init(of: application, with: certificate, by: try file.readOfCertificate())
    }
}

/// An Ed25519 private key as OpenSSL writes it: PKCS #8 (RFC 8410 §7) in PEM.
struct PrivateKeyFile {
    let path: String

    init(_ path: String) {
        self.path = URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
    }

    /// What stands before the 32 bytes: version 0, id-Ed25519, an octet string in an octet string.
    private static let head: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]
    private static let (begin, end) = ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----")

    var exists: Bool { FileManager.default.fileExists(atPath: path) }

    /// What stands in a file that an option names.
    static func text(_ path: String) throws -> String {
        guard let bytes = FileManager.default.contents(atPath: PrivateKeyFile(path).path) else {
            throw UsageError("\(path) cannot be read")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A key of any kind that certificates have.
    func readOfCertificate() throws -> CertificatePrivateKey {
        if let key = try? read() { return CertificatePrivateKey(key) }
        guard let key = try? CertificatePrivateKey(pem: try PrivateKeyFile.text(path)) else {
            throw UsageError("\(path) is no private key in PEM, or of a kind that is not known")
        }
        return key
    }

    func read() throws -> Curve25519.Signing.PrivateKey {
        let text = (try? PrivateKeyFile.text(path)) ?? ""
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        guard lines.first == PrivateKeyFile.begin, lines.last == PrivateKeyFile.end,
            let der = Base64.decode(lines.dropFirst().dropLast().joined()), der.count == 48,
            Array(der.prefix(16)) == PrivateKeyFile.head
        else { throw UsageError("\(path) is no Ed25519 private key in PEM") }
        return try Curve25519.Signing.PrivateKey(rawRepresentation: Array(der.suffix(32)))
    }

    /// A new key, in a file that its owner alone reads.
    func make() throws -> Curve25519.Signing.PrivateKey {
        let key = Curve25519.Signing.PrivateKey()
        let body = Base64.encode(PrivateKeyFile.head + Array(key.rawRepresentation))
        let text = [PrivateKeyFile.begin, body, PrivateKeyFile.end, ""].joined(separator: "\n")
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { throw UsageError("\(path) cannot be written") }
        return key
    }
}
