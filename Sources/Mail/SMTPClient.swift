import NIOSSL
import Vocabulary

/// Hands one mail to a server (RFC 5321, 3207, 4954, 6531).
struct SMTPClient: Sendable {
    let settings: MailSettings

    /// Returns when the server has taken the mail. Throws `MailRefused`.
    func send(_ mail: MailFormat) async throws {
        let context = try settings.security == .none ? nil : tls()
        let wire = try await SMTPWire.open(settings, tls: settings.security == .tls ? context : nil)
        defer { wire.close() }
        try await expect(wire.reply())
        var abilities = try await greet(wire)
        if settings.security == .startTLS, let context {
            guard abilities.contains("STARTTLS") else {
                throw MailRefused("tls", "the server offers no STARTTLS")
            }
            try await expect(wire.say("STARTTLS"))
            try await wire.secure(settings, context)
            abilities = try await greet(wire)
        }
        if !settings.username.isEmpty { try await signIn(wire, abilities) }
        try await deliver(mail, wire, abilities)
        _ = try? await wire.say("QUIT")
    }

    @discardableResult
    private func expect(_ reply: SMTPReply, isOfAddress: Bool = false) throws -> SMTPReply {
        guard reply.isGood else { throw MailRefused(reply, isOfAddress: isOfAddress) }
        return reply
    }

    /// What the server can do, in capitals; parameters follow the word: `AUTH PLAIN LOGIN`.
    private func greet(_ wire: SMTPWire) async throws -> [String] {
        let name = settings.from.needsUTF8 ? "localhost" : settings.from.domain
        return try expect(await wire.say("EHLO \(name)")).lines.dropFirst().map { $0.uppercased() }
    }

    private func signIn(_ wire: SMTPWire, _ abilities: [String]) async throws {
        guard settings.security != .none else {
            throw MailRefused("auth", "a password is not sent without TLS", isForGood: true)
        }
        let ways = Set(
            abilities.filter { $0.hasPrefix("AUTH ") }.flatMap { $0.split(separator: " ").dropFirst().map(String.init) }
        )
        let (user, password) = (Array(settings.username.utf8), Array(settings.password.utf8))
        if ways.contains("PLAIN") {
            try await expect(wire.say("AUTH PLAIN \(Base64.encode([0] + user + [0] + password))"))
        } else if ways.contains("LOGIN") {
            try await expect(wire.say("AUTH LOGIN"))
            try await expect(wire.say(Base64.encode(user)))
            try await expect(wire.say(Base64.encode(password)))
        } else {
            throw MailRefused("auth", "neither PLAIN nor LOGIN is offered")
        }
    }

    private func deliver(_ mail: MailFormat, _ wire: SMTPWire, _ abilities: [String]) async throws {
        let needsUTF8 = mail.to.needsUTF8 || mail.from.needsUTF8
        guard !needsUTF8 || abilities.contains("SMTPUTF8") else {
            throw MailRefused("utf8", "the server takes no such address", isForGood: true, isOfAddress: true)
        }
        try await expect(wire.say("MAIL FROM:<\(mail.from)>\(needsUTF8 ? " SMTPUTF8 BODY=8BITMIME" : "")"))
        try await expect(wire.say("RCPT TO:<\(mail.to)>"), isOfAddress: true)
        let go = try await wire.say("DATA")
        guard go.code == 354 else { throw MailRefused(go) }
        try await expect(wire.send(SMTPClient.stuffed(mail.bytes)))
    }

    /// RFC 5321 §4.5.2: a dot that begins a line is doubled, a dot alone ends the mail.
    static func stuffed(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 8)
        var isAtStart = true
        for byte in bytes {
            if isAtStart, byte == UInt8(ascii: ".") { output.append(byte) }
            output.append(byte)
            isAtStart = byte == 10
        }
        return output + (isAtStart ? [] : [13, 10]) + Array(".\r\n".utf8)
    }

    private func tls() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .fullVerification
        if let file = settings.authorityFile { configuration.trustRoots = .file(file) }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw MailRefused("tls", "\(error)")
        }
    }
}
