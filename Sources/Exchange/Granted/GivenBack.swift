import StrictJSON
import Vocabulary

/// That a grant was given back (trả lại quyền): when, why, and what the node that gave it says of that.
struct GivenBack: Sendable, Hashable {
    let at: Instant
    /// A `GrantReason` as it is kept.
    let reason: String
    /// Nil while that node has said nothing, and when it has ended the grant.
    var answer: Answer?

    init(at: Instant, reason: String, answer: Answer? = nil) {
        self.at = at
        self.reason = reason
        self.answer = answer
    }

    /// What the other node says instead of ending the grant.
    struct Answer: Sendable, Hashable {
        enum What: Sendable, Hashable {
            /// Its program has no door for this: it is of before.
            case noDoor
            /// It does not take it, in its own words.
            case refused(Phrase)
            /// It signed that it has no such grant: there is nothing to end.
            case unknown(SignedDocument)
        }

        let what: What
        /// When it first said so.
        let at: Instant
    }

    var isUnknownThere: Bool {
        if case .unknown = answer?.what { true } else { false }
    }

    /// When that node tells how the grant stands: what is over was ended, and what it tells of it does have.
    func heard(_ standing: RequestStanding) -> GivenBack {
        var heard = self
        if isUnknownThere || !standing.state.isOpen { heard.answer = nil }
        return heard
    }
}

extension GivenBack.Answer {
    /// For programs, and where it is kept.
    var code: String {
        switch what {
        case .noDoor: "no-door"
        case .refused: "refused"
        case .unknown: "unknown-grant"
        }
    }

    static let codes = ["no-door", "refused", "unknown-grant"]

    var json: JSON {
        var json: JSON = ["code": .string(code), "at": .string(at.rfc3339)]
        switch what {
        case .noDoor: break
        case .refused(let why): json["words"] = ["vi": .string(why.vi), "en": .string(why.en)]
        case .unknown(let signed): json["signed"] = signed.json
        }
        return json
    }

    init(_ json: JSONValue) throws {
        guard let at = Instant(rfc3339: try json.requireString("at")) else { throw PeerError.unreadable }
        switch try json.requireString("code") {
        case "no-door": self.init(what: .noDoor, at: at)
        case "refused":
            let words = try json.requireObject("words")
            self.init(
                what: .refused(Phrase(vi: try words.requireString("vi"), en: try words.requireString("en"))), at: at)
        case "unknown-grant": self.init(what: .unknown(try SignedDocument(try json.requireObject("signed"))), at: at)
        default: throw PeerError.unreadable
        }
    }
}

/// A provider's node says under its key that it has no such grant to an application of another node.
enum NoSuchGrant {
    static let type = "truc.no-such-grant/1"

    static func statement(
        _ id: ID<AccessGrant>, to consumer: ID<Organisation>, by home: Home, at now: Instant
    ) throws -> SignedDocument {
        try SignedDocument(
            [
                "type": .string(type), "id": "\(id)", "node": "\(home.organisation)", "consumer": "\(consumer)",
                "key": .string(home.keyID), "at": .string(now.rfc3339),
            ], by: home.key)
    }

    /// Whether a member says so of this grant to this node, and of no other.
    static func isSaid(
        in signed: SignedDocument, of id: ID<AccessGrant>, to consumer: ID<Organisation>, by member: Member
    ) -> Bool {
        let limits = JSONLimits(bytes: 16 << 10, depth: 2, nodes: 40)
        guard signed.isValid(by: member.key), let said = try? JSONDocument(signed.document, limits: limits).root else {
            return false
        }
        let wanted = [
            "type": type, "id": id.text, "node": member.organisation.text, "consumer": consumer.text,
        ]
        return wanted.allSatisfy { said[$0.key]?.string == $0.value }
    }
}

extension AccessGrant.State {
    /// Whether it gives something, or may do so again.
    var isOpen: Bool {
        switch self {
        case .waiting, .active, .suspended: true
        case .refused, .withdrawn, .lapsed, .ended: false
        }
    }
}
