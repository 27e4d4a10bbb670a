import Crypto
import TestKit
import Testing
import Vocabulary

@testable import Web

@Suite("Certificates that a proxy saw")
struct ClientCertificateTests {
    @Test("both spellings of the header give its thumbprint and its dates; what is no certificate gives none")
    func shown() throws {
        let clock = TestClock()
        let pem = try TLSIdentity.makeSelfSigned(name: "kiosk", now: clock.now(), validDays: 4).certificatePEM
        let base64 = pem.split(separator: "\n").dropFirst().dropLast().joined()
        let der = try #require(Base64.decode(base64))
        func read(_ text: String) -> ProvenCertificate? { ClientCertificate.shown(in: ["client-cert": text]) }
        for text in [":\(base64):", PercentCoding.encode(pem)] {
            let certificate = try #require(read(text))
            #expect(certificate.thumbprint == Base64.encodeURL(Array(SHA256.hash(data: der))))
            let seconds = clock.now().milliseconds / 1000
            func fault(_ after: Int64) -> CertificateValidity.Fault? {
                certificate.validity.fault(at: Instant(milliseconds: (seconds + after) * 1000))
            }
            #expect(fault(-86_401) == .notYet && fault(-86_400) == nil)
            #expect(fault(4 * 86_400) == nil && fault(4 * 86_400 + 1) == .expired)
        }
        // A sequence of some length, which would have passed for a name of a key.
        let no = [0x30, 0x82] + [UInt8](repeating: 7, count: 100)
        for text in ["", "::", ":\(Base64.encode(no)):", PercentCoding.encode(pem.replacing("MII", with: "AAA"))] {
            #expect(read(text) == nil, "\(text)")
        }
    }
}
