import Testing

@testable import Identity

@Suite("Secrets")
struct SecretTests {
    @Test("are equal when every byte is, whatever holds the bytes")
    func equal() {
        let secret = "c0ffee"
        #expect(areEqual(secret.utf8, secret.utf8) && areEqual([] as [UInt8], "".utf8))
        #expect(areEqual(Array(secret.utf8), "x\(secret)".dropFirst().utf8))
        for other in ["", "c0ffe", "c0ffee0", "d0ffee", "c0ffed", "C0FFEE"] {
            #expect(!areEqual(secret.utf8, other.utf8), "\(other)")
        }
    }
}
