import Crypto
import Database
import Gateway
import House
import JOSE
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

@Suite("Certificates and keys from before proofs were asked for")
struct ProofRuleTests {
    /// A certificate with its key, of somebody who has it.
    private struct Identity {
        let pem: String
        let certificate: ShownCertificate
        let key: CertificatePrivateKey

        init(_ name: String, at now: Instant) throws {
            let made = try TLSIdentity.makeSelfSigned(name: name, now: now)
            (pem, certificate) = (made.certificatePEM, try ShownCertificate(pem: made.certificatePEM))
            key = try CertificatePrivateKey(pem: made.privateKeyPEM)
        }

        var value: String { Hex.encode(certificate.sha256) }

        func proof(for application: ID<Application>) throws -> String {
            try KeyProof(of: application, with: certificate, by: key).text
        }
    }

    private func application(
        _ code: String, of organisation: String, _ town: RegistryTown
    ) async throws
        -> ID<Application>
    {
        try await town.exchange.addApplication(code, named: "Mẫu \(code)", of: ID(organisation), by: nil).application.id
    }

    /// As it was taken before: by its digest, from whoever came first.
    private func takeOnTrust(
        _ kind: ApplicationCredential.Kind, _ value: String, for application: ID<Application>, _ town: RegistryTown
    ) async throws {
        let at = town.clock.now()
        try await town.node.database.write { tx in
            try ApplicationStore.insert(
                ApplicationCredential(
                    id: ID("old-\(kind.rawValue)"), application: application, kind: kind, value: value,
                    hint: String(value.suffix(8)), createdAt: at, provenAt: nil), by: nil, in: tx)
            try RegistryRevision.bump(in: tx)
        }
    }

    /// Whose the certificate is in the gateway's table; nil for nobody's.
    private func holder(_ identity: Identity, _ town: RegistryTown) async throws -> String? {
        let table = try await town.node.database.read { [exchange = town.exchange] in
            try exchange.gatewayTable(in: $0)
        }
        return table.consumers.first { $0.credentials.contains(.certificate(sha256: identity.certificate.sha256)) }?.id
    }

    private func unproven(_ town: RegistryTown) async throws -> [String] {
        try await town.exchange.unprovenCredentials().credentials.map { $0.credential.id.text }
    }

    @Test(
        "They work until the day that an administrator sets, of which those concerned are told", arguments: Engine.all)
    func rule(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let mine = try await application("portal", of: "K40", town)
            let identity = try Identity("portal", at: town.clock.now())
            let signer = Curve25519.Signing.PrivateKey().publicKey
            let key = Base64.encodeURL(signer.rawRepresentation)
            try await takeOnTrust(.certificate, identity.value, for: mine, town)
            try await takeOnTrust(.signer, key, for: mine, town)
            #expect(try await Set(unproven(town)) == ["old-certificate", "old-signer"])
            let page = "/exchange/applications/\(mine)?lang=en"
            await town.visitor(town.user).get(page).expect(200, shows: "Not proven", "Proofs are missing")
            await town.visitor(town.user).get("/exchange/applications?lang=en").expect(200, shows: "Not proven")
            #expect(try await holder(identity, town) == mine.text)

            let day = Day(town.clock.now().adding(days: 30))
            #expect(await problem { try await town.exchange.requireProofs(from: day, by: town.user) } == .forbidden)
            let book = TableBook()
            func step() async throws -> TableBook.Step? {
                let (exchange, now) = (town.exchange, town.clock.now())
                let step = try await town.node.database.read { try book.next(for: exchange, at: now, in: $0) }
                if let step { book.take(step) }
                return step
            }
            try await town.exchange.requireProofs(from: day, by: town.administrator)
            #expect(town.announced.all().filter { $0.kind == "exchange.proof-required" }.count == 2)
            await town.visitor(town.user).get(page).expect(200, shows: "From \(day.forReading) on")
            _ = try await step()
            #expect(try await holder(identity, town) == mine.text)
            #expect(try await town.exchange.signingKey(key) != nil)

            town.clock.advance(seconds: 31 * 86_400)
            let change = try #require(try await step()).change
            #expect(change.isWhole && change.consumers.allSatisfy { $0.credentials.count == 1 }, "the API key is left")
            #expect(try await step() == nil)
            #expect(try await holder(identity, town) == nil)
            #expect(try await town.exchange.signingKey(key) == nil)

            // With the proof it is known again, at once, and by the same entry.
            try await town.exchange.addCredential(
                .certificate, identity.pem, proof: identity.proof(for: mine), to: mine, by: town.user)
            #expect(try await holder(identity, town) == mine.text)
            #expect(try await unproven(town) == ["old-signer"])
            #expect(try await town.leaves("exchange.credential-proven").count == 1)
            try await town.exchange.requireProofs(from: nil, by: town.administrator)
            #expect(try await town.exchange.signingKey(key) != nil)
            #expect(try await town.leaves("exchange.proofs-required").count == 2)
        }
    }

    @Test(
        "Who has the key takes it from whoever registered it first, without waiting for that day",
        arguments: Engine.all)
    func squatted(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let (squatter, owner) = (
                try await application("squatter", of: "T40", town), try await application("owner", of: "K40", town)
            )
            let identity = try Identity("owner", at: town.clock.now())
            try await takeOnTrust(.certificate, identity.value, for: squatter, town)
            #expect(
                await problem {
                    try await town.exchange.addCredential(
                        .certificate, identity.pem, proof: identity.proof(for: squatter), to: owner, by: town.user)
                } == .rejected(code: "exchange.proof-wrong", ["proof": .proofIsWrong]))
            #expect(try await holder(identity, town) == squatter.text)
            try await town.exchange.addCredential(
                .certificate, identity.pem, proof: identity.proof(for: owner), to: owner, by: town.user)
            #expect(try await holder(identity, town) == owner.text)
            #expect(try await unproven(town).isEmpty)
            #expect(try await town.leaves("exchange.credential-revoked").count == 1)
            // What is proven is nobody else's, whatever he can show.
            #expect(
                await problem {
                    try await town.exchange.addCredential(
                        .certificate, identity.pem, proof: identity.proof(for: squatter), to: squatter,
                        by: town.provider)
                } == .invalid(["value": .credentialIsTaken]))
        }
    }
}
