/// A path with names in it, `/units/{code}/children` (OpenAPI 3.1.1 §4.8.8.2).
package struct PathTemplate: Sendable, Hashable {
    package let text: String
    /// One for each step of the path: text that must be the same, or nil for a name.
    package let steps: [String?]
    /// The names, in their order.
    package let names: [String]

    /// Nil unless the text begins with “/”, each name is a whole step and stands once, and there is no query.
    package init?(_ text: String) {
        guard text.hasPrefix("/"), !text.contains(where: { $0 == "?" || $0 == "#" }) else { return nil }
        var steps: [String?] = []
        var names: [String] = []
        var seen = Set<String>()
        for step in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            if step.hasPrefix("{"), step.hasSuffix("}") {
                let name = String(step.dropFirst().dropLast())
                guard !name.isEmpty, !name.contains(where: { "{}".contains($0) }), seen.insert(name).inserted else {
                    return nil
                }
                names.append(name)
                steps.append(nil)
            } else {
                guard !step.contains(where: { "{}".contains($0) }) else { return nil }
                steps.append(String(step))
            }
        }
        self.text = text
        self.steps = steps
        self.names = names
    }

    /// Equal for paths that no request can tell apart.
    var shape: String { steps.map { $0 ?? "{}" }.joined(separator: "/") }

    static func isComponentName(_ unit: UInt8) -> Bool {
        switch unit {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 48...57: true
        default: ".-_".utf8.contains(unit)
        }
    }
}
