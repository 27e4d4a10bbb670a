package import Crypto
import Foundation
import Gateway
package import StrictJSON
package import Vocabulary

/// A grant as the node signed it: canonical JSON (RFC 8785) under the node's Ed25519 key, whole at each step.
package struct SignedGrant: Sendable, Hashable {
    package let document: [UInt8]
    package let signature: [UInt8]

    package static let type = "truc.grant/1"

    init(document: [UInt8], signature: [UInt8]) {
        self.document = document
        self.signature = signature
    }

    init(
        _ grant: AccessGrant, _ application: Application, _ offered: OfferedVersion, home: Home, at now: Instant
    ) throws {
        func moment(_ instant: Instant?) -> JSON { .string(orNull: instant?.rfc3339) }
        let said: JSON = .object(
            ([
                ("type", .string(SignedGrant.type)), ("id", "\(grant.id)"), ("state", .string(grant.state.rawValue)),
                ("at", moment(now)), ("node", "\(home.organisation)"), ("key", .string(home.keyID)),
                (
                    "consumer",
                    [
                        "organisation": "\(application.organisation)", "application": .string(application.code),
                        "id": "\(application.id)",
                    ]
                ),
                (
                    "service",
                    [
                        "organisation": "\(offered.service.organisation)", "code": .string(offered.service.code),
                        "version": .integer(Int64(offered.version.number)), "id": "\(offered.version.id)",
                        "data-class": .string(offered.service.dataClass.rawValue),
                        "evidence": .string(offered.evidence(for: application).rawValue),
                    ]
                ), ("decided-at", moment(grant.decidedAt)),
                (
                    "suspension",
                    grant.suspension.map {
                        ["kind": .string($0.kind.rawValue), "from": moment($0.from), "until": moment($0.until)]
                    } ?? .null
                ), ("reason", .string(grant.reason)),
            ] + grant.terms.members).map { JSON.Member($0.0, $0.1) })
        document = said.canonical()
        signature = Array(try home.key.signature(for: Data(document)))
    }

    package func isValid(by key: Curve25519.Signing.PublicKey) -> Bool {
        key.isValidSignature(Data(signature), for: Data(document))
    }

    var sha256: String { Hex.encode(SHA256.hash(data: document)) }

    /// One file that says what was granted and who says so.
    package func file() throws -> JSON {
        ["grant": JSON(try JSONDocument(document).root), "signature": .string(Base64.encode(signature))]
    }
}
