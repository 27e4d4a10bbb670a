/// Lines of Prometheus' text format 0.0.4.
package struct MetricsText: Sendable {
    package private(set) var text = ""

    package init() {}

    package mutating func head(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    package mutating func line(_ name: String, _ labels: [(String, String)], _ value: String) {
        line(name, of: MetricsText.spelled(labels), value)
    }

    /// - Parameter labels: as `spelled` gives them, for who writes many lines of the same.
    mutating func line(_ name: String, of labels: String, _ value: String) {
        text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    static func spelled(_ labels: [(String, String)]) -> String {
        labels.map { "\($0.0)=\"\(MetricsText.escaped($0.1))\"" }.joined(separator: ",")
    }

    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { [0x5C, 0x22, 0x0A].contains($0) }) else { return text }
        return text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
