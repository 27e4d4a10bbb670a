import Crypto
package import Gateway
import Ledger
import Logging
import StrictJSON
package import Vocabulary
import Web

/// Signatures on calls through the gateway (RFC 9421).
///
/// A node signs what it forwards to another node, with its key of the roster, and vouches with that for the application
/// in `X-Road-Client`. An application may sign by itself, with a key that its registration names: its `keyid` is the
/// key (base64url of 32 bytes, Ed25519).
enum GatewaySigning {
    typealias Item = StructuredField.Item

    /// How long what a node signs is valid.
    static let seconds: Int64 = 15
    static let client = "x-road-client"

    private static let always = ["@method", "@authority", "@path", "@query"].map { Item(text: $0) }
    /// Covered when the request has them.
    static let fields = [client, "x-road-id", "x-road-userid", "x-road-represented-party", "x-road-issue"]

    /// The fields to add to the request.
    static func sign(
        _ request: SignedRequest, by key: Curve25519.Signing.PrivateKey, now: Instant, nonce: String
    ) throws -> [(name: String, value: String)] {
        var message = request.signable
        var parts = always + fields.filter { message.headers[$0] != nil }.map { Item(text: $0) }
        var added: [(name: String, value: String)] = []
        if !message.body.isEmpty {
            let digest = ContentDigest.make(message.body)
            message.headers[ContentDigest.header] = digest
            parts.append(Item(text: ContentDigest.header))
            added.append((ContentDigest.header, digest))
        }
        let signed = try MessageSignature.sign(
            message, covering: parts,
            with: [
                .init(name: "created", value: .integer(now.seconds)),
                .init(name: "expires", value: .integer(now.seconds + seconds)),
                .init(name: "nonce", value: .string(nonce)),
                .init(name: "keyid", value: .string(Base64.encodeURL(key.publicKey.rawRepresentation))),
                .init(name: "alg", value: .string("ed25519")),
            ], label: CallSigning.label, by: key)
        guard let signed else { throw CallRefusal.malformedSignature }
        return added + [("signature-input", signed.input), ("signature", signed.signature)]
    }

    /// Reads a signature that covers what matters and is of now; its key and its nonce are not looked at.
    static func read(
        _ message: SignableMessage, now: Instant, settings: ExchangeSettings
    ) throws(CallRefusal) -> (signature: MessageSignature, keyID: String, nonce: String) {
        let found = SignedRequest.labels.lazy.compactMap { MessageSignature(of: message, label: $0) }.first
        guard let signature = found, let created = signature.integer("created"),
            let expires = signature.integer("expires"), let nonce = signature.string("nonce"),
            (16...64).contains(nonce.utf8.count), let keyID = signature.string("keyid"),
            signature.string("alg") == "ed25519", always.allSatisfy(signature.covers),
            fields.allSatisfy({ message.headers[$0] == nil || signature.covers(Item(text: $0)) })
        else { throw .malformedSignature }
        try CallSigning.checkDigest(message, signature)
        guard created <= now.seconds + settings.skewSeconds else { throw .notYetValid }
        guard expires >= now.seconds - settings.skewSeconds, expires >= created,
            expires - created <= settings.callSeconds
        else { throw .expired }
        return (signature, keyID, nonce)
    }
}

extension SignedRequest {
    var signable: SignableMessage {
        var fields: Headers = [:]
        for (name, value) in headers { fields.add(name, value) }
        return .request(method, authority: authority, target: target, headers: fields, body: body)
    }
}

extension Exchange {
    /// What the gateway asks about signatures, and how it signs calls to other nodes.
    package func signs(for answers: GatewayAnswers) -> GatewayAnswers {
        var answers = answers
        answers.signature = { [self] in await signer(of: $0) }
        answers.sign = { [self] in
            try GatewaySigning.sign($0, by: home.key, now: now(), nonce: Base64.encodeURL(random(16)))
        }
        answers.otherReceipt = { [self] node, leaf, client in
            await receipt(at: ID(node), leaf: leaf, of: client)
        }
        answers.otherReceipts = { [self] node, leaf, client in
            await receipts(at: ID(node), leaf: leaf, of: client)
        }
        return answers
    }

    /// As whom a signed call comes: `node:H42 VN/GOV/H42/kiosk` for an application that the node H42 vouches for, the
    /// key itself for one that signs on its own; nil when the signature does not hold.
    func signer(of request: SignedRequest) async -> String? {
        let message = request.signable
        do {
            return try await signer(of: message, at: now())
        } catch let refusal as CallRefusal {
            let keyID = MessageSignature(of: message, label: CallSigning.label)?.string("keyid")
            let member = keyID.flatMap { rosters.known?.roster.member(keyID: $0)?.organisation }
            try? await alarm(refusal.rawValue, member, "gateway \(message.path.prefix(200))")
        } catch {
            logger.warning("a signature cannot be checked now", metadata: ["exchange.cause": "\(error)"])
        }
        return nil
    }

    private func signer(of message: SignableMessage, at now: Instant) async throws -> String? {
        let (signature, keyID, nonce) = try GatewaySigning.read(message, now: now, settings: settings)
        guard message.authority == gatewayPlace?.authority else { throw CallRefusal.otherDestination }
        if rosters.known?.roster.member(keyID: keyID) == nil { _ = try await roster() }
        let member = rosters.known?.roster.member(keyID: keyID)
        // Only a key that somebody here has gets as far as the nonces: a made-up one must not fill them.
        var found = member?.key
        if found == nil { found = try await signingKey(keyID) }
        guard let key = found else { throw CallRefusal.unknownKey }
        guard signature.isValid(for: message, by: key) else { throw CallRefusal.badSignature }
        let until = Instant(milliseconds: ((signature.integer("expires") ?? 0) + settings.skewSeconds) * 1000)
        try gatewayNonces.take(
            "\(keyID) \(nonce)", created: signature.integer("created") ?? 0, until: until, now: now)
        guard let member else { return keyID }
        guard !member.roles(on: Day(now)).isEmpty else { throw CallRefusal.notMember }
        guard let client = message.headers[GatewaySigning.client] else { return nil }
        return "node:\(member.organisation) \(client)"
    }

    /// The other node's receipt of an exchange that an application of ours had with it; nil when it gives none.
    package func receipt(at node: ID<Organisation>, leaf: Int64, of client: String) async -> [UInt8]? {
        await evidence("\(leaf)", at: node, of: client)
    }

    /// The other node's receipts of the call that this leaf of its is of: of a long answer there are several. Where it
    /// gives them not, the leaf's alone.
    package func receipts(at node: ID<Organisation>, leaf: Int64, of client: String) async -> [UInt8]? {
        guard let one = await receipt(at: node, leaf: leaf, of: client) else { return nil }
        guard let call = Exchange.call(ofReceipt: one) else { return one }
        return await evidence(call, at: node, of: client) ?? one
    }

    /// Its id, when it is spelled as ids are: it becomes part of a path.
    static func call(ofReceipt bytes: [UInt8]) -> String? {
        guard let text = try? JSONDocument(bytes).root.requireString("leaf"), let leaf = Base64.decode(text),
            let call = Leaf(leaf)?.fact.text, call.utf8.count == 36,
            call.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) || $0 == 45 })
        else { return nil }
        return call
    }

    private func evidence(_ name: String, at node: ID<Organisation>, of client: String) async -> [UInt8]? {
        guard let place = rosters.known?.roster.member(node)?.gateway else { return nil }
        let target = "/evidence/\(name)"
        let headers = [(name: GatewaySigning.client, value: client)]
        do {
            let signed = try GatewaySigning.sign(
                SignedRequest(method: "GET", authority: place.authority, target: target, headers: headers, body: []),
                by: home.key, now: now(), nonce: Base64.encodeURL(random(16)))
            var fields: Headers = [:]
            for (name, value) in headers + signed { fields.add(name, value) }
            let answer = try await transport.send(
                .init(
                    method: .get, url: place.address + target, headers: fields, body: [], tlsPin: place.tlsPin,
                    seconds: settings.answerSeconds, maxBytes: 256 << 10))
            return answer.status == 200 ? answer.body : nil
        } catch {
            logger.notice(
                "a node gives no receipt", metadata: ["exchange.peer": "\(node)", "exchange.cause": "\(error)"])
            return nil
        }
    }
}
