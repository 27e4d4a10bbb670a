/// A strict reader of Prometheus' text format 0.0.4: what that does not allow is a fault, and so is what a scrape would
/// lose: a sample without its type, one that is there twice, a family in two places, a histogram that does not add up.
struct MetricsPage {
    struct Fault: Error { let line: String, why: String }

    struct Sample {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    struct Histogram {
        let labels: [String: String]
        let buckets: [(end: Double, count: Double)]
        let sum: Double
        let count: Double
    }

    private(set) var all: [Sample] = []
    private var types: [String: String] = [:]

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Fault(line: "", why: "no end of the last line") }
        var (family, helped, seen) = ("", Set<String>(), Set<String>())
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init) {
            if line.hasPrefix("# HELP ") {
                family = String(line.dropFirst(7).prefix { $0 != " " })
                guard helped.insert(family).inserted else { throw Fault(line: line, why: "a family twice") }
            } else if line.hasPrefix("# TYPE ") {
                let words = line.split(separator: " ")
                guard words.count == 4, words[2] == family, types[family] == nil,
                    ["counter", "gauge", "histogram"].contains(words[3])
                else { throw Fault(line: line, why: "a type") }
                types[family] = String(words[3])
            } else {
                let sample = try MetricsPage.sample(line)
                let names =
                    types[family] == "histogram" ? ["_bucket", "_sum", "_count"].map { family + $0 } : [family]
                guard names.contains(sample.name) else { throw Fault(line: line, why: "outside of its family") }
                guard types[family] != "counter" || sample.value >= 0 && sample.name.hasSuffix("_total") else {
                    throw Fault(line: line, why: "no counter")
                }
                let key = "\(sample.name) \(sample.labels.sorted { $0.key < $1.key })"
                guard seen.insert(key).inserted else { throw Fault(line: line, why: "a sample twice") }
                all.append(sample)
            }
        }
        for (name, type) in types where type == "histogram" { try check(histograms(name), name) }
    }

    func samples(_ name: String) -> [Sample] { all.filter { $0.name == name } }

    /// Of the one sample that has these labels; nil for none.
    func value(_ name: String, _ labels: [String: String]) -> Double? {
        samples(name).first { sample in labels.allSatisfy { sample.labels[$0.key] == $0.value } }?.value
    }

    func histograms(_ name: String) -> [Histogram] {
        samples("\(name)_count").map { whole in
            let buckets = samples("\(name)_bucket").filter { bucket in
                var labels = bucket.labels
                labels["le"] = nil
                return labels == whole.labels
            }
            return Histogram(
                labels: whole.labels,
                buckets: buckets.map { (end: MetricsPage.number($0.labels["le"] ?? "") ?? .nan, count: $0.value) },
                sum: samples("\(name)_sum").first { $0.labels == whole.labels }?.value ?? .nan, count: whole.value)
        }
    }

    private func check(_ found: [Histogram], _ name: String) throws {
        guard samples("\(name)_bucket").count == found.reduce(0, { $0 + $1.buckets.count }) else {
            throw Fault(line: name, why: "buckets of no histogram")
        }
        for one in found {
            let (ends, counts) = (one.buckets.map(\.end), one.buckets.map(\.count))
            guard ends == ends.sorted(), ends.last == .infinity, counts == counts.sorted(), counts.last == one.count,
                !one.sum.isNaN
            else { throw Fault(line: "\(name) \(one.labels)", why: "does not add up") }
        }
    }

    private static func number(_ text: String) -> Double? { text == "+Inf" ? .infinity : Double(text) }

    private static func sample(_ line: String) throws -> Sample {
        var rest = Substring(line)
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        rest.removeFirst(name.count)
        var labels: [String: String] = [:]
        if rest.first == "{" {
            rest.removeFirst()
            while rest.first != "}" {
                let key = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
                rest.removeFirst(key.count)
                guard !key.isEmpty, rest.hasPrefix("=\"") else { throw Fault(line: line, why: "a label") }
                rest.removeFirst(2)
                guard labels.updateValue(try value(&rest, line), forKey: String(key)) == nil else {
                    throw Fault(line: line, why: "a label twice")
                }
                if rest.first == "," {
                    rest.removeFirst()
                } else if rest.first != "}" {
                    throw Fault(line: line, why: "behind a label")
                }
            }
            rest.removeFirst()
        }
        guard !name.isEmpty, rest.first == " ", let value = number(String(rest.dropFirst())) else {
            throw Fault(line: line, why: "a value")
        }
        return Sample(name: String(name), labels: labels, value: value)
    }

    private static func value(_ rest: inout Substring, _ line: String) throws -> String {
        var text = ""
        while let next = rest.popFirst() {
            switch next {
            case "\"": return text
            case "\\":
                switch rest.popFirst() {
                case "n": text.append("\n")
                case "\\": text.append("\\")
                case "\"": text.append("\"")
                default: throw Fault(line: line, why: "an escape")
                }
            default: text.append(next)
            }
        }
        throw Fault(line: line, why: "no end of a label")
    }
}
