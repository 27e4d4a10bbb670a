package import Crypto
package import Vocabulary

/// What an organisation is in the network. The raw value is the word in the roster document.
package enum MemberRole: String, Sendable, Hashable, CaseIterable {
    /// Cụm trưởng.
    case lead
    /// Cụm phó.
    case deputy
    /// Thành viên Cụm.
    case member
    /// Cơ quan điều phối quốc gia: in the network, outside the cluster.
    case coordinator

    package var isInCluster: Bool { self != .coordinator }
}

/// A role and its days: from the first to the last, both included; no last day while it goes on.
package struct Appointment: Sendable, Hashable {
    package let role: MemberRole
    package let from: Day
    package let until: Day?

    package init(_ role: MemberRole, from: Day, until: Day? = nil) {
        self.role = role
        self.from = from
        self.until = until
    }

    package func holds(on day: Day) -> Bool {
        from <= day && until.map { day <= $0 } ?? true
    }
}

/// A node on the roster: one organisation, its key, and where it is reached.
package struct Member: Sendable {
    package let organisation: ID<Organisation>
    package let name: Phrase
    package let roles: [Appointment]
    /// Where its peer door is: `https://10.1.2.3:7443`, without a path.
    package let address: String
    /// Ed25519: signs its facts and its calls.
    package let key: Curve25519.Signing.PublicKey
    /// base64url SHA-256 of the SubjectPublicKeyInfo of its TLS certificate.
    package let tlsPin: String
    /// Whether the others also give it what they published before it came.
    package let receivesHistory: Bool
    /// Where services are called through this node; nil while it has said nothing of it.
    package let gateway: GatewayPlace?

    package init(
        organisation: ID<Organisation>, name: Phrase, roles: [Appointment], address: String,
        key: Curve25519.Signing.PublicKey,
        tlsPin: String, receivesHistory: Bool = false, gateway: GatewayPlace? = nil
    ) {
        self.organisation = organisation
        self.name = name
        self.roles = roles
        self.address = address
        self.key = key
        self.tlsPin = tlsPin
        self.receivesHistory = receivesHistory
        self.gateway = gateway
    }

    func moved(to gateway: GatewayPlace?) -> Member {
        Member(
            organisation: organisation, name: name, roles: roles, address: address, key: key, tlsPin: tlsPin,
            receivesHistory: receivesHistory, gateway: gateway)
    }

    package func roles(on day: Day) -> [MemberRole] {
        roles.filter { $0.holds(on: day) }.map(\.role)
    }

    /// The key as signatures name it.
    package var keyID: String { Base64.encodeURL(key.rawRepresentation) }
}
