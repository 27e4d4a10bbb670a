import Crypto
import Foundation
import StrictJSON
import Vocabulary

/// A request for a grant at another member's node (đề nghị khai thác ở nút khác; NĐ 47/2020 Đ35) as the node of whoever
/// asks signs it: canonical JSON under its Ed25519 key. The provider's node keeps it as it came.
struct GrantRequest: Sendable, Hashable {
    let id: ID<GrantRequest>
    /// The node that asks, and the one that is asked.
    let node: ID<Organisation>
    let provider: ID<Organisation>
    let organisation: ID<Organisation>
    let applicationCode: String
    let applicationName: String
    /// Of the application; without names after an erasure.
    var contact: String
    /// `units/v1`.
    let service: String
    let terms: GrantTerms
    /// The officer's name, as the provider reads it; empty for whoever owns the node's folder, and after an erasure.
    var askedBy: String
    let askedAt: Instant

    static let type = "truc.grant-request/1"
    static let limitBytes = 64 << 10

    var json: JSON {
        .object(
            ([
                ("type", .string(GrantRequest.type)), ("id", "\(id)"), ("at", .string(askedAt.rfc3339)),
                ("node", "\(node)"), ("provider", "\(provider)"), ("asked-by", .string(askedBy)),
                (
                    "consumer",
                    [
                        "organisation": "\(organisation)", "application": .string(applicationCode),
                        "name": .string(applicationName), "contact": .string(contact),
                    ]
                ), ("service", .string(service)),
            ] + terms.members).map { JSON.Member($0.0, $0.1) })
    }

    init(_ document: [UInt8]) throws {
        let json = try JSONDocument(
            document, limits: JSONLimits(bytes: GrantRequest.limitBytes, depth: 4, nodes: 2000)
        ).root
        let consumer = try json.requireObject("consumer")
        guard try json.requireString("type") == GrantRequest.type,
            let at = Instant(rfc3339: try json.requireString("at"))
        else { throw PeerError.unreadable }
        self.init(
            id: ID(try json.requireString("id")), node: ID(try json.requireString("node")),
            provider: ID(try json.requireString("provider")),
            organisation: ID(try consumer.requireString("organisation")),
            applicationCode: try consumer.requireString("application"),
            applicationName: try consumer.requireString("name"), contact: try consumer.requireString("contact"),
            service: try json.requireString("service"), terms: try GrantTerms(json),
            askedBy: try json.requireString("asked-by"), askedAt: at)
        guard (8...64).contains(id.text.utf8.count), Application.isCode(applicationCode),
            (1...200).contains(applicationName.count), contact.count <= 200, askedBy.count <= 200
        else { throw PeerError.unreadable }
    }

    init(
        id: ID<GrantRequest>, node: ID<Organisation>, provider: ID<Organisation>, organisation: ID<Organisation>,
        applicationCode: String, applicationName: String, contact: String, service: String, terms: GrantTerms,
        askedBy: String, askedAt: Instant
    ) {
        self.id = id
        self.node = node
        self.provider = provider
        self.organisation = organisation
        self.applicationCode = applicationCode
        self.applicationName = applicationName
        self.contact = contact
        self.service = service
        self.terms = terms
        self.askedBy = askedBy
        self.askedAt = askedAt
    }
}

/// Bytes with the signature of a node over them, as they travel: `{"document": "…", "signature": "base64"}`.
struct SignedDocument: Sendable, Hashable {
    let document: [UInt8]
    let signature: [UInt8]

    init(document: [UInt8], signature: [UInt8]) {
        self.document = document
        self.signature = signature
    }

    init(_ json: JSON, by key: Curve25519.Signing.PrivateKey) throws {
        document = json.canonical()
        signature = Array(try key.signature(for: Data(document)))
    }

    init(_ json: JSONValue) throws {
        guard let signature = Base64.decode(try json.requireString("signature")) else { throw PeerError.unreadable }
        self.init(document: Array(try json.requireString("document").utf8), signature: signature)
    }

    var json: JSON {
        [
            "document": .string(String(decoding: document, as: UTF8.self)),
            "signature": .string(Base64.encode(signature)),
        ]
    }

    var sha256: String { Hex.encode(SHA256.hash(data: document)) }

    func isValid(by key: Curve25519.Signing.PublicKey) -> Bool {
        key.isValidSignature(Data(signature), for: Data(document))
    }
}

/// How a request stands at the provider's node, as that node tells the one that asked.
struct RequestStanding: Sendable, Hashable {
    /// One step, as both sides may know it: without the name of the provider's officer.
    struct Step: Sendable, Hashable {
        let what: GrantEvent.What
        let reason: String
        let at: Instant
    }

    let request: ID<GrantRequest>
    let grant: ID<AccessGrant>
    let state: AccessGrant.State
    let terms: GrantTerms
    let dueAt: Instant
    let reason: String
    let suspension: Suspension?
    /// The grant as the provider's node signed it last.
    let signed: SignedDocument
    let steps: [Step]

    var json: JSON {
        [
            "request": "\(request)", "grant": "\(grant)", "state": .string(state.rawValue),
            "terms": .object(terms.members.map { JSON.Member($0.0, $0.1) }), "due": .string(dueAt.rfc3339),
            "reason": .string(reason),
            "suspension": suspension.map {
                [
                    "kind": .string($0.kind.rawValue), "from": .string($0.from.rfc3339),
                    "until": .string(orNull: $0.until?.rfc3339),
                ]
            } ?? .null,
            "signed": signed.json,
            "steps": .array(
                steps.map {
                    ["what": .string($0.what.rawValue), "reason": .string($0.reason), "at": .string($0.at.rfc3339)]
                }),
        ]
    }

    /// One that says what this program does not know, as a later one may, hides none of the others.
    static func all(_ told: [JSONValue]) -> (read: [RequestStanding], unread: Int) {
        let read = told.compactMap { try? RequestStanding($0) }
        return (read, told.count - read.count)
    }

    init(_ json: JSONValue) throws {
        func moment(_ json: JSONValue, _ name: String) throws -> Instant {
            guard let moment = Instant(rfc3339: try json.requireString(name)) else { throw PeerError.unreadable }
            return moment
        }
        guard let state = AccessGrant.State(rawValue: try json.requireString("state")) else {
            throw PeerError.unreadable
        }
        let told = try json.require("suspension")
        let suspension = told.isNull ? nil : told
        self.init(
            request: ID(try json.requireString("request")), grant: ID(try json.requireString("grant")), state: state,
            terms: try GrantTerms(try json.requireObject("terms")), dueAt: try moment(json, "due"),
            reason: try json.requireString("reason"),
            suspension: try suspension.map { told in
                guard let kind = Suspension.Kind(rawValue: try told.requireString("kind")) else {
                    throw PeerError.unreadable
                }
                let until = try told.require("until")
                return Suspension(
                    kind: kind, from: try moment(told, "from"), until: until.isNull ? nil : try moment(told, "until"))
            }, signed: try SignedDocument(try json.requireObject("signed")),
            steps: try json.requireElements("steps").map { step in
                guard let what = GrantEvent.What(rawValue: try step.requireString("what")) else {
                    throw PeerError.unreadable
                }
                return Step(what: what, reason: try step.requireString("reason"), at: try moment(step, "at"))
            })
    }

    init(
        request: ID<GrantRequest>, grant: ID<AccessGrant>, state: AccessGrant.State, terms: GrantTerms, dueAt: Instant,
        reason: String, suspension: Suspension?, signed: SignedDocument, steps: [Step]
    ) {
        self.request = request
        self.grant = grant
        self.state = state
        self.terms = terms
        self.dueAt = dueAt
        self.reason = reason
        self.suspension = suspension
        self.signed = signed
        self.steps = steps
    }
}
