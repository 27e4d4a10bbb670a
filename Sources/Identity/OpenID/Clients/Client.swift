package import JOSE
package import Vocabulary

/// A program that asks for tokens (ứng dụng, hệ thống kết nối): it signs people in, or acts alone, or both.
package struct Client: Sendable, Hashable {
    package enum State: String, Sendable, Hashable {
        case active, revoked
    }

    package let id: ID<Client>
    /// As it is called in Vietnamese, and in English where that is not said.
    package var name: String
    package var nameEn = ""
    /// What people are asked to let it know them for (mục đích xử lý), in both languages; empty where it was not said.
    package var purpose = Purpose()
    package var organisation: ID<Organisation>
    package var state = State.active
    /// Cannot keep a secret: an app on a phone, a page in a browser. PKCE alone stands for it.
    package var isPublic = false
    /// May ask for tokens of its own (client credentials).
    package var actsAlone = false
    /// May ask about any token: a gateway. Others see only their own tokens and those meant for them.
    package var introspects = false
    /// Whether it was registered as one that people sign in to; it is, too, while it has no return address.
    var signsPeopleIn = false
    /// Whether people are asked before it learns about them; false for systems of the house.
    package var asksConsent = true
    /// SHA-256 of the secret, hexadecimal.
    var secret: String?
    /// The first moment at which the secret is good no more; nil for those that were made before secrets ended.
    package var secretUntil: Instant?
    /// The one before, while it still holds.
    var oldSecret: String?
    package var oldSecretUntil: Instant?
    /// RFC 8705 `x5t#S256` of the certificate that it calls with: then no secret is asked for, and its tokens are bound
    /// to the certificate.
    package var certificate: String?
    /// The one before, while it still holds.
    package var oldCertificate: String?
    package var oldCertificateUntil: Instant?
    package var scopes: [String] = []
    /// For whom its tokens may be: names of services, as `aud` has them.
    package var audiences: [String] = []
    /// What ID tokens and logout tokens are signed with.
    package var signing = SignatureAlgorithm.rs256
    /// People get another name in each sector (OpenID Connect Core §8.1); nil gives the node's own.
    package var sector: String?
    /// Where it is told that somebody signed out (back-channel).
    package var logoutURI: String?
    package var redirects: [String] = []
    package var signOutRedirects: [String] = []
    package var createdAt: Instant

    /// What people see it called.
    package var title: Phrase { Phrase(vi: name, en: nameEn.isEmpty ? name : nameEn) }

    package struct Purpose: Sendable, Hashable {
        package var vi = ""
        package var en = ""

        package init(vi: String = "", en: String = "") {
            (self.vi, self.en) = (vi, en)
        }

        /// Other words give another one.
        var mark: String { String(Digest.hex("\(vi)\0\(en)").prefix(16)) }

        /// In both languages; nil where none was said.
        var words: Phrase? {
            let (first, second) = (vi.isEmpty ? en : vi, en.isEmpty ? vi : en)
            return first.isEmpty ? nil : Phrase(vi: first, en: second)
        }
    }

    /// RFC 6749 §3.3: a name of printable characters without space, quote and backslash.
    static func isScope(_ text: String) -> Bool {
        (1...100).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
    }
}

/// The one time that a secret is seen.
package struct ClientSecret: Sendable {
    package let client: ID<Client>
    /// Nil for a public client and for one with a certificate.
    package let secret: String?
    /// The first moment at which it is good no more.
    package let until: Instant?
    package static let daysDefault: Int64 = 365
    package static let daysMax: Int64 = 731
    /// How long the one before goes on, at most.
    package static let overlapDaysMax: Int64 = 30
    /// Days before the end at which somebody is told, the first of them first.
    package static let warningDays = [30, 7, 1]
}
