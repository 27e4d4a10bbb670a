/// 61070 as `61.070` or `61,070`.
package func grouped(_ number: Int, _ mark: String) -> String {
    let digits = Array(String(number.magnitude))
    let groups = stride(from: digits.count, to: 0, by: -3).map { String(digits[max(0, $0 - 3)..<$0]) }
    return (number < 0 ? "-" : "") + groups.reversed().joined(separator: mark)
}

extension Phrase {
    /// A number as people read it, with at most so many decimals: 1024.5 as `1.024,5` or `1,024.5`. One that is too
    /// large to be counted so stands as programs write it.
    package static func figure(_ value: Double, decimals: Int = 3, grouping: Bool = true) -> Phrase {
        let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
        guard let all = Int(exactly: (value * Double(scale)).rounded()) else { return Phrase(name: "\(value)") }
        var rest = String(all % scale + scale).dropFirst()
        while rest.hasSuffix("0") { rest.removeLast() }
        func spelled(_ mark: String, _ point: String) -> String {
            grouped(all / scale, grouping ? mark : "") + (rest.isEmpty ? "" : point + rest)
        }
        return Phrase(vi: spelled(".", ","), en: spelled(",", "."))
    }

    /// How many: 61070 as `61.070` or `61,070`.
    package static func count(_ number: Int) -> Phrase {
        Phrase(vi: grouped(number, "."), en: grouped(number, ","))
    }
}
