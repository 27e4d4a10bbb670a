import Crypto
import StrictJSON
import Vocabulary

/// Why a roster that came in is not taken. The raw value is the stable code in refusals and logs.
enum RosterRefusal: String, Error, Sendable, Hashable {
    case unreadable = "exchange.roster-unreadable"
    case notCanonical = "exchange.roster-not-canonical"
    case badSignature = "exchange.roster-signature"
    case otherKeeper = "exchange.roster-keeper"
    case notChained = "exchange.roster-chain"
    /// The keeper signed two different documents as one version.
    case equivocation = "exchange.roster-equivocation"
}

extension Roster {
    /// Reads a roster strictly: known members only, canonical bytes, unique codes and keys, the keeper among the
    /// members.
    init(canonical bytes: [UInt8]) throws(RosterRefusal) {
        let read: Roster
        do {
            let document = try JSONDocument(
                bytes, limits: JSONLimits(bytes: 1 << 20, depth: 8, nodes: 100_000, string: 1024))
            read = try Roster(document.root)
        } catch let refusal as RosterRefusal {
            throw refusal
        } catch {
            throw .unreadable
        }
        guard read.json.canonical() == bytes else { throw .notCanonical }
        guard read.isSound else { throw .unreadable }
        self = read
    }

    private init(_ json: JSONValue) throws {
        guard try json.requireString("kind") == Roster.kind,
            let issuedAt = Instant(rfc3339: try json.requireString("issuedAt")),
            let previous = Hex.decode(try json.requireString("previous"))
        else { throw RosterRefusal.unreadable }
        self.init(
            cluster: try Roster.phrase(json.requireObject("cluster")), keeper: ID(try json.requireString("keeper")),
            version: try json.requireInteger("version"), previous: previous.isEmpty ? nil : previous,
            issuedAt: issuedAt,
            members: try json.requireElements("members").map(Member.init(_:)))
    }

    private var isSound: Bool {
        version >= 1 && version < 1 << 53 && (version == 1) == (previous == nil)
            && previous.map { $0.count == 32 } ?? true
            && Set(members.map(\.organisation)).count == members.count
            && Set(members.map(\.keyID)).count == members.count
            && members.allSatisfy(\.isSound) && member(keeper) != nil && members.count <= 1000
    }

    static func phrase(_ json: JSONValue) throws -> Phrase {
        Phrase(vi: try json.requireString("vi"), en: try json.requireString("en"))
    }
}

extension Member {
    init(_ json: JSONValue) throws {
        guard let bytes = Base64.decodeURL(try json.requireString("key")) else { throw RosterRefusal.unreadable }
        self.init(
            organisation: ID(try json.requireString("organisation")),
            name: try Roster.phrase(json.requireObject("name")),
            roles: try json.requireElements("roles").map(Appointment.init(_:)),
            address: try json.requireString("address"),
            key: try Curve25519.Signing.PublicKey(rawRepresentation: bytes), tlsPin: try json.requireString("tlsPin"),
            receivesHistory: try json.requireBool("history"),
            gateway: try json.optional("gateway").map(GatewayPlace.init(_:)))
    }

    var isSound: Bool {
        isOrganisationCode(organisation.text) && !roles.isEmpty && isPeerAddress(address)
            && Base64.decodeURL(tlsPin)?.count == 32
            && !name.vi.isEmpty && !name.en.isEmpty && gateway?.isSound ?? true
            && roles.allSatisfy { role in role.until.map { role.from <= $0 } ?? true }
    }
}

extension Appointment {
    init(_ json: JSONValue) throws {
        let until = try json.requireString("until")
        guard let role = MemberRole(rawValue: try json.requireString("role")),
            let from = Day(try json.requireString("from")),
            until.isEmpty || Day(until) != nil
        else { throw RosterRefusal.unreadable }
        self.init(role, from: from, until: Day(until))
    }
}

/// `https://host:port`, without path, query, user or fragment.
func isPeerAddress(_ text: String) -> Bool {
    guard text.hasPrefix("https://"), text.utf8.count <= 256 else { return false }
    let rest = text.dropFirst("https://".count)
    return !rest.isEmpty
        && rest.utf8.allSatisfy { unit in
            switch unit {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
                true
            default: false
            }
        }
}
