extension String {
    /// For a line of a page, at most `limit` scalars: what hides or turns the order of what stands beside it (controls,
    /// bidirectional overrides, zero-width characters) becomes a visible `�`. The bytes keep what was sent.
    func plain(_ limit: Int = 4000) -> String {
        if utf8.count <= limit, utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return self }
        var shown = String.UnicodeScalarView()
        for scalar in unicodeScalars.prefix(limit) {
            shown.append(scalar.isHiding ? "\u{FFFD}" : scalar)
        }
        return String(shown)
    }
}

extension Unicode.Scalar {
    /// Controls but tab and line ends, and format characters; the joiner inside an emoji looks harmless and is not.
    var isHiding: Bool {
        if self == "\t" || self == "\n" || self == "\r" { return false }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return true
        default: return false
        }
    }
}
