import StrictJSON

/// What a call must show to be answered: one of several ways, each of everything that it names (OpenAPI 3.1.1 §4.8.30).
struct APISecurity: Sendable, Hashable {
    /// Of one way: the scopes that are asked for, by how somebody proves who they are.
    private typealias Way = [String: Set<Exact>]

    /// How it is shown, by what the document calls it: two that differ in their names alone are the same.
    typealias Proofs = [String: String]

    private let ways: Set<Way>
    /// Of more ways than are compared: nothing but whether they are the same.
    private let others: Int?

    private static let waysMax = 32
    private static let bytesMax = 16 << 10

    init(_ value: JSONValue?, _ proofs: Proofs) {
        let elements = value?.elements ?? []
        let isMuch = elements.count > APISecurity.waysMax || (value?.range.count ?? 0) > APISecurity.bytesMax
        others = isMuch ? value.map { Array($0.bytes).hashValue } : nil
        let found = isMuch ? [] : elements.map { APISecurity.way($0, proofs) }
        // Where no way is named, nothing is asked for.
        ways = found.isEmpty && !isMuch ? [[:]] : Set(found)
    }

    /// Whether all that was enough for `older` is enough here.
    func isMet(byThoseOf older: APISecurity) -> Bool {
        if self == older || ways.contains([:]) { return true }
        guard others == nil, older.others == nil else { return false }
        return older.ways.allSatisfy { shown in ways.contains { APISecurity.asks($0, noMoreThan: shown) } }
    }

    private static func asks(_ way: Way, noMoreThan shown: Way) -> Bool {
        way.allSatisfy { proof, scopes in shown[proof].map { scopes.isSubset(of: $0) } ?? false }
    }

    private static func way(_ value: JSONValue, _ proofs: Proofs) -> Way {
        Dictionary(
            (value.members ?? []).map { name, scopes in
                (proofs[name] ?? name, Set((scopes.elements ?? []).compactMap(\.string).map(Exact.init)))
            }, uniquingKeysWith: { $0.union($1) })
    }

    static func proofs(_ check: OpenAPICheck) -> Proofs {
        let schemes = check.text.root["components"]?["securitySchemes"]?.members ?? []
        return Dictionary(
            schemes.map { name, scheme in (name, check.resolved(scheme).map(proof) ?? name) },
            uniquingKeysWith: { first, _ in first })
    }

    private static func proof(_ scheme: JSONValue) -> String {
        func word(_ name: String) -> String { scheme[name]?.string ?? "" }
        let isHeader = word("in") == "header"
        return [
            word("type"), word("in"), isHeader ? word("name").lowercased() : word("name"), word("scheme").lowercased(),
            word("openIdConnectUrl"),
        ].joined(separator: "\n")
    }
}
