import Dispatch
import Foundation
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Identity

@Suite("Passwords")
struct PasswordTests {
    @Test("Argon2id as argon2-cffi computes it")
    func knownAnswer() throws {
        let made = try PasswordHash.make(Town.password, salt: Array(0..<16))
        #expect(made == Town.phc)
        #expect(try PasswordHash.verify(Town.password, against: Town.phc))
        #expect(try !PasswordHash.verify(Town.password + " ", against: Town.phc))
    }

    @Test("a node spends 19 MiB and two passes on each, two at once, whatever these tests spend")
    func production() {
        let settings = Identity.Settings(organisation: ID("H40"), issuer: "", key: [], cookiePrefix: "")
        #expect(settings.passwordCost == PasswordCost(memoryKiB: 19_456, passes: 2, lanes: 1))
        #expect(settings.hashesAtOnce == 2)
        #expect(PasswordHash.isOurs(Town.phc))
        #expect(!PasswordHash.isOurs(Town.quickPHC))
    }

    @Test("the same words typed decomposed or full-width are the same password")
    func normalised() throws {
        #expect(try PasswordHash.verify(Town.password.decomposedStringWithCanonicalMapping, against: Town.phc))
        #expect(try PasswordHash.verify(Town.password.replacing("2020", with: "２０２０"), against: Town.phc))
    }

    @Test("each hash has its own salt, and the dummy is as costly as the rest")
    func salts() throws {
        #expect(try PasswordHash.make(Town.password) != PasswordHash.make(Town.password))
        #expect(PasswordHash.isOurs(PasswordHash.nobodys()))
        #expect(try !PasswordHash.verify("", against: PasswordHash.nobodys()))
    }

    @Test(
        "a stored string that asks for more memory is not tried",
        arguments: [
            "$argon2id$v=19$m=1048576,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$rUOYiH+DFlKLo3P+DhkqPYe7ouzLrDxWVDTCnvRvz3Y",
            "$argon2i$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$rUOYiH+DFlKLo3P+DhkqPYe7ouzLrDxWVDTCnvRvz3Y",
            "", "plain",
        ])
    func foreignStrings(phc: String) throws {
        #expect(try !PasswordHash.verify(Town.password, against: phc))
    }

    @Test(
        "easy ones are refused",
        arguments: [
            "matkhau123456", "Mật khẩu 123456", "Password2020!", "P@ssw0rd1234", "123456789012", "210987654321",
            "aaaaaaaaaaaa", "abcabcabcabc", "anhyeuem12345", "Nam Định 2020!!", "qwertyuiopas", "vietnamvodich99",
            "admin@123456789", "ADMINISTRATOR1",
        ])
    func common(password: String) {
        #expect(PasswordRules.complaint(about: password, login: "canbo.mau") == .passwordTooCommon)
    }

    @Test(
        "long ones are taken whatever they are made of",
        arguments: [
            "cánh đồng lúa chín", "correct horse battery staple", "94837261504938", "ướt mưa chiều thứ bảy",
            "🌾🌾🌊🌊🪷🪷🐃🐃🌙🌙☀️☀️x",
        ])
    func good(password: String) {
        #expect(PasswordRules.complaint(about: password, login: "canbo.mau") == nil)
    }

    @Test("short, over-long and the own login are refused")
    func limits() {
        #expect(PasswordRules.complaint(about: "mưa rơi lúa", login: "x") == .passwordTooShort)
        #expect(PasswordRules.complaint(about: String(repeating: "mưa ", count: 300), login: "x") == .passwordTooLong)
        #expect(PasswordRules.complaint(about: "hoa.sen.trang-2020", login: "hoa.sen.trang") == .passwordIsLogin)
    }

    @Test("at most two hashes at once and so many waiting; the rest is told to come back")
    func bounded() async throws {
        let hasher = PasswordHasher(atOnce: 2, waiting: 3)
        let crowd = Crowd()
        let gate = DispatchSemaphore(value: 0)
        let refused = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    do {
                        try await hasher.run {
                            crowd.enter()
                            gate.wait()
                            gate.signal()
                            crowd.leave()
                        }
                        return false
                    } catch { return error as? Problem == .busy(retryAfterSeconds: 2) }
                }
            }
            var refused = 0
            for await isRefused in group where isRefused {
                refused += 1
                if refused == 7, (try? await eventually { crowd.now == 2 }) != nil { gate.signal() }
            }
            return refused
        }
        #expect(refused == 7)
        #expect(crowd.most == 2)
        #expect(try await hasher.verify(Town.password, against: Town.phc))
        #expect(try await !hasher.verify(Town.password, against: nil))
    }
}

/// How many were inside at once, at most.
private final class Crowd: Sendable {
    private let state = Mutex((now: 0, most: 0))

    func enter() { state.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
    func leave() { state.withLock { $0.now -= 1 } }
    var now: Int { state.withLock { $0.now } }
    var most: Int { state.withLock { $0.most } }
}
