import House
import Synchronization
import Testing
import Vocabulary
import Web

@testable import Identity

/// The authenticators of one town.
final class KeyRing: Sendable {
    private let keys = Mutex<[UInt8: SoftAuthenticator]>([:])

    func key(_ number: UInt8) -> SoftAuthenticator {
        keys.withLock { keys in
            let key =
                keys[number]
                ?? SoftAuthenticator(
                    id: [UInt8](repeating: number, count: 20), rpID: "truc.test", origin: "http://truc.test")
            keys[number] = key
            return key
        }
    }
}

extension Town {
    /// An authenticator of this town's site; the same number gives the same one.
    func authenticator(_ number: UInt8) -> SoftAuthenticator {
        keys.key(number)
    }

    /// Adds a passkey as the account page does.
    func add(_ key: SoftAuthenticator, _ name: String, _ visitor: House.Visitor) async throws -> Answered {
        let challenge = try await visitor.get("/identity/account/passkeys").challenge()
        return await visitor.post(
            "/identity/account/passkeys",
            [
                "name": name, "challenge": Base64.encodeURL(challenge),
                "client-data": Base64.encodeURL(key.clientData("webauthn.create", challenge)),
                "attestation": Base64.encodeURL(key.attestationObject()),
            ])
    }

    /// Signs in with a passkey as the sign-in page does.
    @discardableResult
    func use(
        _ key: SoftAuthenticator, _ visitor: House.Visitor, from page: String = "/sign-in", next: String? = nil
    ) async throws -> Answered {
        var fields = try key.answer(to: try await visitor.get(page).challenge(), whose: nil)
        if let next { fields.add("next", next) }
        return await visitor.post("/identity/passkey", fields)
    }
}

extension SoftAuthenticator {
    /// The fields that the script sends.
    func answer(to challenge: [UInt8], whose person: ID<Person>?) throws -> Fields {
        let client = clientData("webauthn.get", challenge)
        let data = data(flags: flags)
        var fields: Fields = [
            "challenge": Base64.encodeURL(challenge), "id": Base64.encodeURL(id),
            "client-data": Base64.encodeURL(client), "authenticator-data": Base64.encodeURL(data),
            "signature": Base64.encodeURL(try sign(data, client)),
        ]
        if let person { fields.add("user-handle", Base64.encodeURL(Array(person.text.utf8))) }
        return fields
    }
}

extension Answered {
    /// What the page gave the script to sign.
    func challenge(at location: SourceLocation = #_sourceLocation) throws -> [UInt8] {
        let text = try #require(
            self.text.firstMatch(of: /name="challenge" value="([A-Za-z0-9_-]+)"/)?.1, "\(status)",
            sourceLocation: location)
        return try #require(Base64.decodeURL(text))
    }
}

extension House.Visitor {
    /// A call as this browser would make it.
    var request: Request {
        Request(.get, "/", headers: ["cookie": cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")])
    }
}
