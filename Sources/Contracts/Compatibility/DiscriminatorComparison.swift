import StrictJSON
import Vocabulary

/// By which member a value says what it is (`discriminator`, OpenAPI 3.1.1 §4.8.25). Validation hangs on none of it,
/// and programs made from a document do.
extension Comparison {
    /// Who takes values reads that member, so that who sends must write it; each name that is sent must be known, and
    /// lead to what was meant. Nobody misses what only the side that sends says.
    mutating func compareDiscriminators(_ sent: JSONValue, _ taken: JSONValue, _ pair: WaitingPair) {
        let isRequest = pair.direction == .request
        guard let wanted = taken["discriminator"] else { return }
        if let name = wanted["propertyName"]?.string, !sieve.passes(name, of: pair.part) { return }
        let code = isRequest ? "request-discriminator" : "response-discriminator"
        guard let given = sent["discriminator"], given["propertyName"]?.string == wanted["propertyName"]?.string else {
            return add(code, .otherDiscriminator(pair.place))
        }
        let (from, into) = isRequest ? (older, newer) : (newer, older)
        let (old, new) = (given["mapping"]?.named ?? [:], wanted["mapping"]?.named ?? [:])
        let names = Set(old.keys).union(new.keys).union(sent.impliedNames(besides: old))
        for name in names.sorted(by: { $0.text < $1.text }) {
            let (source, target) = (from.kind(name, old), into.kind(name, new))
            // A name that nobody sends is nobody's.
            if old[name] == nil, source == nil { continue }
            guard let source, let target else {
                if old[name]?.string != new[name]?.string || old[name] == nil {
                    add(code, .noLonger("\(pair.place) \(name.text)"))
                }
                continue
            }
            compare(
                isRequest ? source : target, isRequest ? target : source, pair.direction,
                "\(pair.place) (\(name.text))", pair.part)
        }
    }
}

extension OpenAPIDocument {
    /// The schema that a name stands for: as it is mapped, or else the component of that name.
    func kind(_ name: Exact, _ mapping: [Exact: JSONValue]) -> JSONValue? {
        let word = mapping[name].map { $0.string ?? "" } ?? name.text
        return text.root["components"]?["schemas"]?[word] ?? (word.hasPrefix("#") ? text.target(of: word) : nil)
    }
}

extension JSONValue {
    /// The components among alternatives that no mapping gives another name.
    fileprivate func impliedNames(besides mapping: [Exact: JSONValue]) -> [Exact] {
        let start = "#/components/schemas/"
        let mapped = Set(mapping.values.compactMap(\.string))
        return ["oneOf", "anyOf"].flatMap { self[$0]?.elements ?? [] }.compactMap { alternative in
            guard let reference = alternative["$ref"]?.string, reference.hasPrefix(start) else { return nil }
            let name = String(reference.dropFirst(start.count))
            return mapped.contains(reference) || mapped.contains(name) ? nil : Exact(name)
        }
    }
}

extension Phrase {
    static func otherDiscriminator(_ place: String) -> Phrase {
        Phrase(
            vi: "\(place): trường cho biết loại dữ liệu (“discriminator”) đã đổi",
            en: "\(place): another member says of which kind it is (“discriminator”)")
    }
}
