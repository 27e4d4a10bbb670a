import Crypto
import Vocabulary
import Web

/// How nodes sign their calls and answers: one signature, labelled `truc`, over the parts that matter.
enum CallSigning {
    static let label = "truc"
    private typealias Item = StructuredField.Item

    private static let requestParts = ["@method", "@authority", "@path", "@query", RosterMark.header].map {
        Item(text: $0)
    }
    private static let answerParts = [
        Item(text: "@status"), Item(text: RosterMark.header),
        Item(
            text: "signature",
            parameters: [.init(name: "req", value: .flag), .init(name: "key", value: .string(label))]),
    ]
    private static let digest = Item(text: ContentDigest.header)

    static func sign(
        _ request: SignableMessage, by key: Curve25519.Signing.PrivateKey, now: Instant, seconds: Int64, nonce: String
    ) throws -> Headers {
        try sign(request, answering: nil, requestParts, by: key, now: now, until: seconds, nonce: nonce)
    }

    /// Binds the answer to the signature of the call, so that neither side can exchange one of the two.
    static func sign(
        _ answer: SignableMessage, answering request: SignableMessage, by key: Curve25519.Signing.PrivateKey,
        now: Instant
    ) throws -> Headers {
        try sign(answer, answering: request, answerParts, by: key, now: now, until: nil, nonce: nil)
    }

    private static func sign(
        _ message: SignableMessage, answering request: SignableMessage?, _ parts: [Item],
        by key: Curve25519.Signing.PrivateKey,
        now: Instant, until seconds: Int64?, nonce: String?
    ) throws -> Headers {
        var message = message
        if !message.body.isEmpty { message.headers[ContentDigest.header] = ContentDigest.make(message.body) }
        var parameters = [StructuredField.Parameter(name: "created", value: .integer(now.seconds))]
        if let seconds { parameters.append(.init(name: "expires", value: .integer(now.seconds + seconds))) }
        if let nonce { parameters.append(.init(name: "nonce", value: .string(nonce))) }
        parameters.append(.init(name: "keyid", value: .string(Base64.encodeURL(key.publicKey.rawRepresentation))))
        parameters.append(.init(name: "alg", value: .string("ed25519")))
        let signed = try MessageSignature.sign(
            message, answering: request, covering: message.body.isEmpty ? parts : parts + [digest], with: parameters,
            label: label,
            by: key)
        guard let signed else { throw CallRefusal.malformedSignature }
        message.headers["signature-input"] = signed.input
        message.headers["signature"] = signed.signature
        return message.headers
    }

    /// Reads the signature of a call and checks all but its key and its nonce.
    static func read(
        _ request: SignableMessage, now: Instant, settings: ExchangeSettings
    ) throws(CallRefusal) -> MessageSignature {
        guard request.headers["signature"] != nil else { throw .unsigned }
        guard let signature = MessageSignature(of: request, label: label), let created = signature.integer("created"),
            let expires = signature.integer("expires"), let nonce = signature.string("nonce"),
            (16...64).contains(nonce.utf8.count),
            signature.string("keyid") != nil, signature.string("alg") == "ed25519",
            requestParts.allSatisfy(signature.covers),
            request.headers.all(RosterMark.header).count == 1
        else { throw .malformedSignature }
        try checkDigest(request, signature)
        guard created <= now.seconds + settings.skewSeconds else { throw .notYetValid }
        guard expires >= now.seconds - settings.skewSeconds,
            expires - created <= settings.callSeconds + 2 * settings.skewSeconds
        else {
            throw .expired
        }
        return signature
    }

    /// Whether the answer comes from `key` and belongs to this call.
    static func check(
        _ answer: SignableMessage, answering request: SignableMessage, by key: Curve25519.Signing.PublicKey
    ) throws(CallRefusal) {
        guard answer.headers["signature"] != nil else { throw .unsigned }
        guard let signature = MessageSignature(of: answer, label: label), signature.string("alg") == "ed25519",
            answerParts.allSatisfy(signature.covers)
        else { throw .malformedSignature }
        try checkDigest(answer, signature)
        guard signature.isValid(for: answer, answering: request, by: key) else { throw .badSignature }
    }

    /// A body must be covered by the signature; a signature that covers a digest must have its body, also when somebody
    /// took it away.
    static func checkDigest(_ message: SignableMessage, _ signature: MessageSignature) throws(CallRefusal) {
        if message.body.isEmpty, !signature.covers(digest) { return }
        guard signature.covers(digest), let field = message.headers[ContentDigest.header],
            ContentDigest.matches(field, message.body)
        else { throw .badDigest }
    }
}

extension Request {
    var signable: SignableMessage {
        .request(method.rawValue, authority: host, target: rawTarget, headers: headers, body: body)
    }
}
