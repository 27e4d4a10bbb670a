package import Vocabulary
package import Web

extension Exchange {
    /// Signs a call to somebody who is no node, such as a webhook, with the node's key: RFC 9421 over method,
    /// authority, path, query, content type and the RFC 9530 digest of the body, under the label `truc`.
    ///
    /// - Parameter url: `https://host:port/path?query`.
    package func signed(_ method: Web.Method, _ url: String, headers: Headers, body: [UInt8]) throws -> Headers {
        let rest = url.drop { $0 != ":" }.dropFirst(3)
        let host = String(rest.prefix { !"/?#".contains($0) })
        let target = String(rest.dropFirst(host.count).prefix { $0 != "#" })
        var message = SignableMessage.request(
            method.rawValue, authority: OutgoingSigning.authority(host, isSecure: url.hasPrefix("https:")),
            target: target.hasPrefix("/") ? target : "/" + target, headers: headers, body: body)
        message.headers[ContentDigest.header] = ContentDigest.make(body)
        var parts = ["@method", "@authority", "@path", "@query", ContentDigest.header]
        if headers["content-type"] != nil { parts.append("content-type") }
        let now = now()
        let signed = try MessageSignature.sign(
            message, covering: parts.map { .init(text: $0) },
            with: [
                .init(name: "created", value: .integer(now.seconds)),
                .init(name: "expires", value: .integer(now.seconds + 300)),
                .init(name: "nonce", value: .string(Base64.encodeURL(random(16)))),
                .init(name: "keyid", value: .string(home.keyID)),
                .init(name: "alg", value: .string("ed25519")),
            ], label: CallSigning.label, by: home.key)
        guard let signed else { throw CallRefusal.malformedSignature }
        message.headers["signature-input"] = signed.input
        message.headers["signature"] = signed.signature
        return message.headers
    }

    /// The node's Ed25519 public key, base64url: the `keyid` of what it signs.
    package var keyID: String { home.keyID }
}

private enum OutgoingSigning {
    /// As the `Host` field has it: without the port of the scheme.
    static func authority(_ host: String, isSecure: Bool) -> String {
        let usual = isSecure ? ":443" : ":80"
        return host.hasSuffix(usual) ? String(host.dropLast(usual.count)) : host
    }
}
