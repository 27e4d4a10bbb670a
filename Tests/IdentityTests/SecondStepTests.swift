import Crypto
import Foundation
import Database
import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("The second step")
struct SecondStepTests {
    @Test(
        "codes of RFC 6238 appendix B, SHA-1",
        arguments: [
            (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
        ])
    func vectors(seconds: Int64, code: String) {
        let step = TOTP.step(at: Instant(milliseconds: seconds * 1000))
        #expect(TOTP.code(secret: Array("12345678901234567890".utf8), step: step, digits: 8) == code)
    }

    @Test("a code is good in its step, one before and one after, and never again once used")
    func window() {
        let secret = Array("12345678901234567890".utf8)
        let now = Instant(milliseconds: 59_000_000)
        let step = TOTP.step(at: now)
        for difference in -3...3 {
            let code = TOTP.code(secret: secret, step: step + Int64(difference))
            let found = TOTP.step(of: code, secret: secret, at: now, after: 0)
            #expect(found == (abs(difference) <= 1 ? step + Int64(difference) : nil))
        }
        let code = TOTP.code(secret: secret, step: step)
        #expect(TOTP.step(of: code, secret: secret, at: now, after: step) == nil)
        #expect(TOTP.step(of: " \(code.prefix(3)) \(code.suffix(3))", secret: secret, at: now, after: 0) == step)
        #expect(TOTP.step(of: "", secret: secret, at: now, after: 0) == nil)
    }

    @Test(
        "base 32 as RFC 4648 §10 has it",
        arguments: [
            ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ])
    func base32(plain: String, encoded: String) {
        #expect(Base32.encode(Array(plain.utf8)) == encoded)
    }

    @Test(
        "the QR code is the one that python-qrcode draws (level L, mask 0)",
        arguments: [
            ("otpauth://totp/A:b?secret=ABC", "b0fcdcebfc933946cfe72d053c3220e7affbf141bd32645eca31c0efe6527352"),
            (
                "otpauth://totp/Tr%E1%BB%A5c%20Nam%20%C4%90%E1%BB%8Bnh:canbo.mau"
                    + "?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
                    + "&issuer=Tr%E1%BB%A5c%20Nam%20%C4%90%E1%BB%8Bnh&algorithm=SHA1&digits=6&period=30",
                "392909f15d411a113908a6179cb07d480065555bec061cd3acafb7c97679b4e9"
            ),
        ])
    func qrCode(text: String, digest: String) throws {
        let code = try #require(QRCode(text))
        let rows = (0..<code.size).map { row in (0..<code.size).map { code[row, $0] ? "1" : "0" }.joined() }
        #expect(Hex.encode(SHA256.hash(data: Data(rows.joined(separator: "\n").utf8))) == digest)
    }

    @Test("the link that the QR code holds, and no QR code for what is too long")
    func link() {
        let link = TOTP.link(secret: Array("12345678901234567890".utf8), login: "canbo.mau", issuer: "Trục")
        #expect(
            link == "otpauth://totp/Tr%E1%BB%A5c:canbo.mau?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                + "&issuer=Tr%E1%BB%A5c&algorithm=SHA1&digits=6&period=30")
        #expect(QRCode(String(repeating: "x", count: 231)) == nil)
        #expect(QRCode(String(repeating: "x", count: 230))?.size == 53)
    }

    @Test("a sealed secret opens for its owner alone, under its key alone")
    func sealed() throws {
        let box = SecretBox(key: Array(0..<32))
        let sealed = try box.seal([1, 2, 3], for: ID("a"))
        #expect(try box.open(sealed, of: ID("a")) == [1, 2, 3])
        #expect(throws: (any Error).self) { try box.open(sealed, of: ID("b")) }
        #expect(throws: (any Error).self) { try SecretBox(key: Array(1..<33)).open(sealed, of: ID("a")) }
        #expect(try box.seal([1, 2, 3], for: ID("a")) != sealed)
    }

    @Test("recovery codes are read as people type them")
    func typed() {
        let code = RecoveryCode()
        #expect(RecoveryCode(typed: code.text.lowercased().replacing("-", with: " ")) == code)
        #expect(RecoveryCode(typed: "ABCD") == nil)
        #expect(code.digest(of: ID("a")) != code.digest(of: ID("b")))
    }

    @Test("of 64 uses of one recovery code at once, one succeeds", arguments: Engine.all)
    func recoveryRace(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .officer)
            let code = try #require(try await town.withAuthenticator(person).codes.first)
            #expect(try await town.race(code.text, of: person) == 1)
            #expect(try await town.race(code.text, of: person) == 0)
        }
    }

    @Test("of 64 uses of one code of the phone at once, one succeeds", arguments: Engine.all)
    func stepRace(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .officer)
            let secret = try await town.withAuthenticator(person).secret
            #expect(try await town.race(town.code(secret), of: person) == 1)
            #expect(try await town.race(town.code(secret), of: person) == 0)
        }
    }

    @Test("nothing in the tables is a secret in clear", arguments: Engine.all)
    func atRest(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .officer)
            let (secret, codes) = try await town.withAuthenticator(person)
            let sealed = try await town.database.read { tx in
                try SecondStepStore.authenticator(of: person, in: tx)?.sealed ?? []
            }
            #expect(!Hex.encode(sealed).contains(Hex.encode(secret)))
            let stored: Set<String> = try await town.database.read { tx in
                Set(try tx.rows("SELECT digest FROM identity_recovery").map { try $0.get("digest") })
            }
            #expect(stored == Set(codes.map { $0.digest(of: person) }))
            #expect(stored.count == 10)
        }
    }

    @Test("an unconfirmed authenticator asks for nothing; a wrong first code confirms nothing", arguments: Engine.all)
    func unconfirmed(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .officer)
            let secret = try #require(try await town.identity.proposedSecret(of: person))
            #expect(try await town.identity.proposedSecret(of: person) == secret)
            #expect(try await town.identity.confirmAuthenticator(code: "000000", of: person) == nil)
            let outcome = try await town.identity.signIn(
                login: "canbo.mau", password: Town.password, from: Browser(address: "192.0.2.1"))
            guard case .signedIn = outcome else {
                _ = Issue.record("another outcome")
                return
            }
            #expect(try await town.identity.confirmAuthenticator(code: town.code(secret), of: person) == nil)
            let fresh = try #require(try await town.identity.proposedSecret(of: person))
            #expect(try await town.identity.confirmAuthenticator(code: town.code(fresh), of: person)?.count == 10)
            #expect(try await town.identity.proposedSecret(of: person) == nil)
        }
    }

    @Test("an authenticator with a known secret is put in place by the folder's owner, once", arguments: Engine.all)
    func known(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let secret = Array("truc-demo-vi-du-2020".utf8)
            await #expect(throws: Problem.self) {
                try await town.identity.setAuthenticator(secret: [1], of: "canbo.mau")
            }
            try await town.identity.setAuthenticator(secret: secret, of: "canbo.mau")
            await #expect(throws: Problem.self) {
                try await town.identity.setAuthenticator(secret: secret, of: "canbo.mau")
            }
            let visitor = await town.visitor("canbo.mau")
            await visitor.post("/identity/second-step", ["code": "000000"]).expect(422)
            await visitor.post("/identity/second-step", ["code": town.code(secret)]).expect(redirectTo: "/")
            #expect(try await town.contents(of: "identity.authenticator-added").last?.contains("command") == true)
        }
    }
}

extension Town {
    /// How many of 64 uses at once succeed.
    func race(_ code: String, of person: ID<Person>) async throws -> Int {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    try await database.write { tx in
                        try identity.useSecondStep(code, of: person, at: clock.now(), phone.now(), in: tx) != nil
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }
}
