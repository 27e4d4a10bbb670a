import Crypto
import Database
package import Exchange
import StrictJSON
package import Vocabulary

/// One version of a STIX 2.1 object: the bytes as they came, and the few things that we ask of them.
package struct StixObject: Sendable, Hashable {
    package static let mediaType = "application/stix+json;version=2.1"

    package let id: String
    package let type: String
    /// `modified` as written; for a marking definition `created`; for an observable, which has no versions, its hash.
    package let version: String
    package let modifiedAt: Instant?
    package let name: String
    /// The pattern of an indicator, the value of an observable, the verb of a relationship; its beginning when it is
    /// longer than `longestValue`.
    package let value: String
    package let validUntil: Instant?
    package let isRevoked: Bool
    /// What the object's own markings allow.
    package private(set) var label: TLP
    /// Markings that nobody has explained yet: while there are any, the label is RED.
    package private(set) var unexplained: [String]
    private let markings: ObjectMarkings
    /// Which objects it names, by which property; markings and `created_by_ref` aside.
    package let references: [Reference]
    let words: SearchText
    package let bytes: [UInt8]
    package let sha256: [UInt8]

    package struct Reference: Sendable, Hashable {
        package let property: String
        package let target: String
    }

    /// Scalars of a value that lists carry along; the bytes keep it whole.
    static let longestValue = 16_384

    static let limits = JSONLimits(bytes: 4 << 20, depth: 40, nodes: 400_000, string: 2 << 20, number: 64)

    /// Reads and checks one object.
    package init(_ bytes: [UInt8], _ lookup: MarkingLookup = { _ in nil }) throws(StixFault) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(bytes, limits: StixObject.limits)
        } catch {
            throw StixFault(error)
        }
        try self.init(document.root, bytes, lookup)
    }

    init(_ object: JSONValue, _ bytes: [UInt8], _ lookup: MarkingLookup) throws(StixFault) {
        try StixCheck.check(object)
        let id = object["id"]?.string ?? ""
        func text(_ property: String) throws(StixFault) -> String {
            let value = object[property]?.string ?? ""
            if value.utf8.contains(0) { throw StixFault("threats.value", at: "/\(property)", of: id) }
            return value
        }
        func first(_ properties: String...) throws(StixFault) -> String {
            for property in properties {
                let value = try text(property)
                if !value.isEmpty { return value }
            }
            return ""
        }
        self.id = id
        type = object["type"]?.string ?? ""
        sha256 = Array(SHA256.hash(data: bytes))
        let time = try first("modified", "created")
        version = time.isEmpty ? "sha256:" + Hex.encode(sha256.prefix(16)) : time
        modifiedAt = Instant(rfc3339: time)
        let observed = try first("pattern", "value", "relationship_type")
        let whole = observed.isEmpty ? StixObject.hash(object) : observed
        let value = String(whole.unicodeScalars.prefix(StixObject.longestValue))
        self.value = value
        let title = StixObject.firstLine(try first("name", "value", "content", "description"))
        name = title.isEmpty ? StixObject.firstLine(value) : title
        validUntil = Instant(rfc3339: try text("valid_until"))
        isRevoked = object["revoked"]?.bool ?? false
        markings = ObjectMarkings(of: object)
        label = markings.label(lookup)
        unexplained = markings.unexplained(lookup)
        references = StixObject.references(of: object)
        words = SearchText(StixObject.searchable(object, name, value))
        self.bytes = bytes
    }

    /// The same object, labelled by what is known of its markings now.
    func explained(by lookup: MarkingLookup) -> StixObject {
        var object = self
        object.label = markings.label(lookup)
        object.unexplained = markings.unexplained(lookup)
        return object
    }

    private static func hash(_ object: JSONValue) -> String {
        let hash = object["hashes"]?.members?.first?.value.string ?? ""
        return hash.utf8.contains(0) ? "" : hash
    }

    private static func firstLine(_ text: String) -> String {
        // Of printable ASCII the lines are seen without looking for characters.
        let line = text.utf8.prefix(121).prefix { (0x20..<0x7F).contains($0) }
        if line.count == text.utf8.count || line.count == 121 || text.utf8.dropFirst(line.count).first == 0x0A {
            return String(decoding: line.prefix(120), as: UTF8.self)
        }
        return String(text.prefix { !$0.isNewline }.prefix(120)).plain(240)
    }

    private static func searchable(_ object: JSONValue, _ name: String, _ value: String) -> String {
        var words = [name, value]
        words += ["description", "abstract"].compactMap { object[$0]?.string.map { String($0.prefix(4000)) } }
        for list in ["aliases", "labels", "x_mitre_aliases"] {
            object[list]?.eachElement { words += [$0.string].compactMap { $0 } }
        }
        object["external_references"]?.eachElement { words += [$0["external_id"]?.string].compactMap { $0 } }
        return words.joined(separator: " ")
    }

    private static func references(of object: JSONValue) -> [Reference] {
        var found: [Reference] = []
        object.eachMember { name, member in
            guard
                name.bytes.dropLast().suffix(5).elementsEqual("_refs".utf8)
                    || name.bytes.dropLast().suffix(4).elementsEqual("_ref".utf8),
                let property = name.string, StixRules.isProperty(property),
                !["created_by_ref", "object_marking_refs"].contains(property)
            else { return }
            if let target = member.string, StixRules.isID(target) {
                found.append(Reference(property: property, target: target))
            }
            member.eachElement { element in
                if let target = element.string, StixRules.isID(target) {
                    found.append(Reference(property: property, target: target))
                }
            }
        }
        return found
    }
}
