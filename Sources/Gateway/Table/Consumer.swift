/// An application that calls (ứng dụng khai thác): whose it is, and how it shows that it is the one.
package struct Consumer: Sendable, Hashable {
    /// The registry's id; printable ASCII without spaces, at most 64.
    package let id: String
    /// What `X-Road-Client` must say.
    package let name: SubsystemName
    package let credentials: [Credential]

    package init(id: String, name: SubsystemName, credentials: [Credential]) {
        self.id = id
        self.name = name
        self.credentials = credentials
    }
}

/// One way in which a consumer is recognised. Secrets are never in the table, only what they are checked against.
package enum Credential: Sendable, Hashable {
    /// SHA-256 of the key that comes as `X-Api-Key` or as `Authorization: ApiKey …`; 32 bytes.
    case apiKey(sha256: [UInt8])
    /// SHA-256 of the DER of the certificate that the caller shows over TLS; 32 bytes.
    case certificate(sha256: [UInt8])
    /// The client to whom an OAuth access token was issued, as `GatewayAnswers.token` says.
    case oauthClient(String)
    /// The `keyid` of an RFC 9421 signature, as `GatewayAnswers.signature` says.
    case signer(String)
}

/// Whose system it is, as X-Road names it: instance, member class, member, subsystem (PR-REST §4.1). Each part is 1 to
/// 64 of letters, digits, `.`, `-` and `_`.
package struct SubsystemName: Sendable, Hashable, CustomStringConvertible {
    package let instance: String
    package let memberClass: String
    package let member: String
    package let subsystem: String

    package init(instance: String, memberClass: String, member: String, subsystem: String) {
        self.instance = instance
        self.memberClass = memberClass
        self.member = member
        self.subsystem = subsystem
    }

    package var description: String { "\(instance)/\(memberClass)/\(member)/\(subsystem)" }

    var isSpeakable: Bool { [instance, memberClass, member, subsystem].allSatisfy(SubsystemName.isPart) }

    static func isPart(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text != "." && text != ".."
            && text.utf8.allSatisfy { unit in
                switch unit {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
