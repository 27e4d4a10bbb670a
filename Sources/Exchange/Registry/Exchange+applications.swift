package import Crypto
import Database
import Identity
import Ledger
import StrictJSON
package import Vocabulary

/// A new application with the key it was given, which is shown this once.
package struct MadeApplication: Sendable {
    package let application: Application
    /// Nil for one that lives at another node: that node speaks for it.
    package let key: String?
}

extension Exchange {
    package func addApplication(
        _ code: String, named name: String, of organisation: ID<Organisation>, contact: String = "",
        at node: ID<Organisation>? = nil, by author: Person?
    ) async throws -> MadeApplication {
        var errors: [String: Phrase] = [:]
        if !Application.isCode(code) { errors["code"] = .applicationCodeIsWrong }
        if !(1...200).contains(name.count) {
            errors["name"] = .nameIsMissing
        } else if !Folding.isLegible(name) {
            errors["name"] = .nameIsIllegible
        }
        if contact.count > 200 { errors["contact"] = .contactIsMissing }
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        guard try await authorization.organisations()[organisation] != nil else {
            throw Problem.invalid(["organisation": .noSuchOrganisation])
        }
        let at = now()
        let application = Application(
            id: ID(newID()), organisation: organisation, code: code, name: Folding.compose(name),
            contact: Folding.compose(contact), node: node == home.organisation ? nil : node, createdAt: at,
            endedAt: nil)
        try authorization.require(
            author, .register, on: .registered(application.id.text, by: organisation, as: .application))
        let key = application.node == nil ? newKey() : nil
        try await changeRegistry { [self] tx in
            guard try ApplicationStore.application(code, of: organisation, in: tx) == nil else {
                throw Problem.invalid(["code": .codeIsTaken])
            }
            try ApplicationStore.insert(application, by: author?.id, in: tx)
            try record(
                "exchange.application-added",
                [
                    "application": "\(application.id)", "organisation": "\(organisation)", "code": .string(code),
                    "node": .string(orNull: application.node?.text),
                ], about: application.id.text, by: author, at: at, in: tx)
            if let key { try insert(key, for: application.id, by: author, at: at, in: tx) }
        }
        return MadeApplication(application: application, key: key)
    }

    /// Another key beside those that are there, so that nothing stops while it is put in place.
    package func issueKey(for id: ID<Application>, by author: Person?) async throws -> String {
        let at = now()
        let key = newKey()
        try await changeRegistry { [self] tx in
            _ = try ownApplication(id, .credential, by: author, in: tx)
            try insert(key, for: id, by: author, at: at, in: tx)
        }
        return key
    }

    /// A certificate (PEM), a public key or an OAuth client by which it is known from now on.
    ///
    /// One that was taken without a proof before is proven with this; and when it was another's, it is that one's no
    /// more: whoever has the key has said whose it is.
    ///
    /// - Throws: `Problem.rejected`: `exchange.certificate-expired` or `exchange.certificate-not-yet-valid` of `value`
    ///   for a certificate outside its dates, `exchange.proof-missing` or `exchange.proof-wrong` of `proof` for a
    ///   certificate or a public key without a good `KeyProof`, and `exchange.client-not-owned` of `value` for a client
    ///   that is not the author's to hand out.
    @discardableResult
    package func addCredential(
        _ kind: ApplicationCredential.Kind, _ value: String, proof: String? = nil, to id: ID<Application>,
        by author: Person?
    ) async throws -> ApplicationCredential {
        let new = try NewCredential(kind, value)
        let at = now()
        return try await changeRegistry { [self] tx in
            _ = try ownApplication(id, .credential, by: author, in: tx)
            switch new {
            case .signer(let key):
                try KeyProof.require(proof) { KeyProof.isGood($0, for: id, by: key) }
            case .certificate(let certificate):
                try certificate.requireValidity(at: at)
                try KeyProof.require(proof) { KeyProof.isGood($0, for: id, with: certificate) }
            case .oauthClient(let client):
                guard try authorization.ownsClient(client, author, at, tx) else {
                    throw Problem.rejected(code: "exchange.client-not-owned", ["value": .clientIsNotYours])
                }
            }
            let value = new.value
            if let known = try ApplicationStore.credential(kind, value, in: tx), known.isUnproven {
                if known.application == id { return try prove(known, by: author, at: at, in: tx) }
                try revoke(known, because: "proven-by-another", by: author, at: at, in: tx)
            }
            return try insert(kind, value, hint: String(value.suffix(8)), for: id, by: author, at: at, in: tx)
        }
    }

    private func prove(
        _ known: ApplicationCredential, by author: Person?, at now: Instant, in tx: any Transaction
    ) throws -> ApplicationCredential {
        try ApplicationStore.prove(known, at: now, in: tx)
        try record(
            "exchange.credential-proven", ["application": "\(known.application)", "credential": "\(known.id)"],
            about: known.application.text, by: author, at: now, in: tx)
        return known.proven(at: now)
    }

    private func revoke(
        _ known: ApplicationCredential, because reason: String? = nil, by author: Person?, at now: Instant,
        in tx: any Transaction
    ) throws {
        guard try ApplicationStore.delete(known.id, of: known.application, in: tx) else { throw Problem.notFound }
        var content: JSON = ["application": "\(known.application)", "credential": "\(known.id)"]
        if let reason { content["because"] = .string(reason) }
        try record(
            "exchange.credential-revoked", content, about: known.application.text, by: author, at: now, in: tx)
    }

    /// Whom to ask about it from now on; empty for nobody in particular.
    package func setContact(_ contact: String, of id: ID<Application>, by author: Person?) async throws {
        guard contact.count <= 200 else { throw Problem.invalid(["contact": .contactIsMissing]) }
        let (at, contact) = (now(), Folding.compose(contact))
        try await changeRegistry { [self] tx in
            guard try ownApplication(id, by: author, in: tx).contact != contact else { return }
            try ApplicationStore.set(contact: contact, of: id, in: tx)
            try record(
                "exchange.application-contact-set", ["application": "\(id)"], about: id.text, by: author, at: at,
                in: tx)
        }
    }

    package func revokeCredential(
        _ credential: ID<ApplicationCredential>, of id: ID<Application>, by author: Person?
    ) async throws {
        let at = now()
        try await changeRegistry { [self] tx in
            _ = try ownApplication(id, .credential, by: author, in: tx)
            let known = try ApplicationStore.credentials(of: id, in: tx).first { $0.id == credential }
            guard let known else { throw Problem.notFound }
            try revoke(known, by: author, at: at, in: tx)
        }
    }

    package func credentials(
        of id: ID<Application>, by person: Person?
    ) async throws -> [ApplicationCredential] {
        try await database.read { [self] tx in
            _ = try ownApplication(id, .credential, by: person, in: tx)
            return try ApplicationStore.credentials(of: id, in: tx)
        }
    }

    /// Ends an application: its credentials are gone at once, so that another may have them, its grants end with it,
    /// what it asked for is withdrawn, here and at the nodes of other members, and what these gave is given back.
    package func endApplication(_ id: ID<Application>, by author: Person?) async throws {
        let at = now()
        try await changeRegistry { [self] tx in
            _ = try ownApplication(id, by: author, in: tx)
            guard try ApplicationStore.end(id, at: at, in: tx) else { throw Problem.notFound }
            for credential in try ApplicationStore.credentials(of: id, in: tx) {
                try revoke(credential, by: author, at: at, in: tx)
            }
            try record(
                "exchange.application-ended", ["application": "\(id)"], about: id.text, by: author, at: at, in: tx)
            try endGrants(of: id, by: author, at: at, in: tx)
        }
    }

    private func endGrants(
        of id: ID<Application>, by author: Person?, at now: Instant, in tx: any Transaction
    ) throws {
        for var grant in try GrantStore.held(by: id, in: tx) {
            switch grant.state {
            case .waiting:
                try grant.withdraw(at: now)
                try save(grant, .withdrawn, by: author, at: now, in: tx)
            case .active, .suspended:
                try grant.end(because: .applicationEnded, at: now)
                try save(grant, .ended, by: author, at: now, in: tx)
            case .refused, .withdrawn, .lapsed, .ended: continue
            }
        }
        for request in try FarRequestStore.made(for: id, in: tx) {
            try giveUp(request, because: .applicationEnded, by: author, at: now, in: tx)
        }
        for held in try HeldStore.open(for: id, in: tx) where held.givenBack == nil {
            try giveBack(held, because: .applicationEnded, by: author, at: now, in: tx)
        }
    }

    /// The public key behind the `keyid` of an RFC 9421 signature, when an application that has not ended has it, and
    /// has proven it where that is asked for.
    package func signingKey(_ keyID: String) async throws -> Curve25519.Signing.PublicKey? {
        guard let bytes = Base64.decodeURL(keyID), bytes.count == 32 else { return nil }
        let at = now()
        let isKnown = try await database.read { tx in
            guard let found = try ApplicationStore.signer(keyID, in: tx) else { return false }
            return try !found.isUnproven || !ProofRule.isInForce(at: at, in: tx)
        }
        return isKnown ? try Curve25519.Signing.PublicKey(rawRepresentation: bytes) : nil
    }

    private func newKey() -> String { ApplicationCredential.keyPrefix + Base64.encodeURL(random(32)) }

    /// - Parameter kind: what of it is changed.
    func ownApplication(
        _ id: ID<Application>, _ kind: Resource.Registered = .application, by author: Person?, in tx: any Transaction
    ) throws -> Application {
        guard let application = try ApplicationStore.application(id, in: tx), application.endedAt == nil else {
            throw Problem.notFound
        }
        try authorization.require(author, .register, on: .registered(id.text, by: application.organisation, as: kind))
        return application
    }

    private func insert(
        _ key: String, for application: ID<Application>, by author: Person?, at now: Instant, in tx: any Transaction
    ) throws {
        let digest = Hex.encode(SHA256.hash(data: Array(key.utf8)))
        try insert(.apiKey, digest, hint: String(key.suffix(4)), for: application, by: author, at: now, in: tx)
    }

    @discardableResult
    private func insert(
        _ kind: ApplicationCredential.Kind, _ value: String, hint: String, for application: ID<Application>,
        by author: Person?, at now: Instant, in tx: any Transaction
    ) throws -> ApplicationCredential {
        guard try ApplicationStore.credential(kind, value, in: tx) == nil else {
            throw Problem.invalid(["value": .credentialIsTaken])
        }
        guard try ApplicationStore.credentials(of: application, in: tx).count < ApplicationCredential.livingMax else {
            throw Problem.conflict(.tooManyCredentials)
        }
        let credential = ApplicationCredential(
            id: ID(newID()), application: application, kind: kind, value: value, hint: hint, createdAt: now,
            provenAt: kind.isProvable ? now : nil)
        try ApplicationStore.insert(credential, by: author?.id, in: tx)
        try record(
            "exchange.credential-added",
            ["application": "\(application)", "credential": "\(credential.id)", "kind": .string(kind.rawValue)],
            about: application.text, by: author, at: now, in: tx)
        return credential
    }
}
