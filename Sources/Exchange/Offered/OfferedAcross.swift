import Contracts
import StrictJSON
import Vocabulary

/// What a node offers to the applications of other members (dịch vụ của thành viên khác): its catalogue without
/// addresses, as the other nodes keep it at hand.
struct OfferedAcross: Sendable, Hashable {
    var services: [FarOffer] = []

    static let mediaType = "application/vnd.truc.offered+json"
    static let limitBytes = 4 << 20
}

/// One version of a service at another member's node.
struct FarOffer: Sendable, Hashable {
    struct Operation: Sendable, Hashable {
        let id: String
        let method: String
        let template: String
    }

    let code: String
    let version: Int
    let name: Phrase
    let about: String
    let contact: String
    let organisation: ID<Organisation>
    let organisationName: Phrase
    let dataClass: DataClass
    let operations: [Operation]
    /// SHA-256 of its OpenAPI document, in hex.
    let document: String
    let documentVersion: String
    /// SHA-256, in hex, of a document that says more than the registered one, for people to read: the shape of an
    /// event's data as it is now. Nil where there is none, and from nodes of before.
    var fuller: String?

    /// `units/v1`.
    var label: String { "\(code)/v\(version)" }

    /// Whether each folded word is found in it.
    func matches(_ words: [String]) -> Bool {
        let text = Folding.fold([code, name.vi, name.en, about].joined(separator: " "))
        return words.allSatisfy { text.contains($0) }
    }
}

// MARK: as JSON

extension OfferedAcross {
    var json: JSON { ["services": .array(services.map(\.json))] }

    init(_ bytes: [UInt8]) throws {
        let root = try JSONDocument(
            bytes, limits: JSONLimits(bytes: OfferedAcross.limitBytes, depth: 6, nodes: 200_000)
        ).root
        services = try root.requireElements("services").map(FarOffer.init(_:))
    }
}

extension FarOffer {
    var json: JSON {
        func phrase(_ phrase: Phrase) -> JSON { ["vi": .string(phrase.vi), "en": .string(phrase.en)] }
        var json: JSON = [
            "code": .string(code), "version": .integer(Int64(version)), "name": phrase(name), "about": .string(about),
            "contact": .string(contact), "organisation": "\(organisation)",
            "organisation-name": phrase(organisationName), "data-class": .string(dataClass.rawValue),
            "document": .string(document), "document-version": .string(documentVersion),
            "operations": .array(
                operations.map {
                    ["id": .string($0.id), "method": .string($0.method), "template": .string($0.template)]
                }),
        ]
        if let fuller { json["fuller-document"] = .string(fuller) }
        return json
    }

    init(_ json: JSONValue) throws {
        func phrase(_ name: String) throws -> Phrase {
            let json = try json.requireObject(name)
            return Phrase(vi: try json.requireString("vi"), en: try json.requireString("en"))
        }
        guard let dataClass = DataClass(rawValue: try json.requireString("data-class")) else {
            throw PeerError.unreadable
        }
        let code = try json.requireString("code")
        let version = try json.requireInteger("version")
        let document = try json.requireString("document")
        let fuller = try json.optionalString("fuller-document")
        guard ServiceRecord.isCode(code), (1...10_000).contains(version), Hex.decode(document)?.count == 32,
            fuller.map({ Hex.decode($0)?.count == 32 }) ?? true
        else { throw PeerError.unreadable }
        self.init(
            code: code, version: Int(version), name: try phrase("name"), about: try json.requireString("about"),
            contact: try json.requireString("contact"), organisation: ID(try json.requireString("organisation")),
            organisationName: try phrase("organisation-name"), dataClass: dataClass,
            operations: try json.requireElements("operations").map { operation in
                Operation(
                    id: try operation.requireString("id"), method: try operation.requireString("method"),
                    template: try operation.requireString("template"))
            }, document: document, documentVersion: try json.requireString("document-version"), fuller: fuller)
    }
}
