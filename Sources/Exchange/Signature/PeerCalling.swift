import Crypto
import StrictJSON
import Vocabulary
import Web

/// Where a call goes and whose key the answer must have.
struct PeerPlace: Sendable {
    let address: String
    let key: Curve25519.Signing.PublicKey
    let tlsPin: String
}

extension Member {
    var place: PeerPlace { PeerPlace(address: address, key: key, tlsPin: tlsPin) }
}

struct PeerAnswer: Sendable {
    let status: Int
    let mark: RosterMark
    let body: [UInt8]
}

extension Exchange {
    /// Signs and sends one call and checks the answer. Throws `PeerError`, or what the transport throws.
    func call(
        _ method: Web.Method, _ target: String, at place: PeerPlace, body: [UInt8] = [], type: String? = nil,
        maxBytes: Int = 64 << 10
    ) async throws -> PeerAnswer {
        var headers: Headers = [RosterMark.header: mark.description]
        if let type { headers["content-type"] = type }
        var message = SignableMessage.request(
            method.rawValue, authority: authority(of: place.address), target: target, headers: headers, body: body)
        message.headers = try CallSigning.sign(
            message, by: home.key, now: now(), seconds: settings.callSeconds, nonce: Base64.encodeURL(random(16)))
        let answer = try await transport.send(
            .init(
                method: method, url: place.address + target, headers: message.headers, body: body, tlsPin: place.tlsPin,
                seconds: settings.answerSeconds, maxBytes: maxBytes))
        guard (200..<300).contains(answer.status) else {
            throw PeerError.refused(status: answer.status, code: PeerError.code(in: answer.body))
        }
        let signed = SignableMessage.response(answer.status, headers: answer.headers, body: answer.body)
        do {
            try CallSigning.check(signed, answering: message, by: place.key)
        } catch {
            throw PeerError.untrusted(error.rawValue)
        }
        guard let mark = answer.headers[RosterMark.header].flatMap({ RosterMark($0) }) else {
            throw PeerError.unreadable
        }
        return PeerAnswer(status: answer.status, mark: mark, body: answer.body)
    }
}

extension PeerError {
    /// The stable code of a problem+json body.
    static func code(in body: [UInt8]) -> String {
        let code = try? JSONDocument(body, limits: JSONLimits(bytes: 64 << 10, depth: 4, nodes: 100)).root
            .optionalString("code")
        return code.map { String($0.prefix(64)) } ?? "unknown"
    }
}

/// Host and port as the `Host` field has them: without the port of https.
func authority(of address: String) -> String {
    let text = String(address.dropFirst("https://".count)).lowercased()
    return text.hasSuffix(":443") ? String(text.dropLast(4)) : text
}
