extension Folding {
    /// Whether a name can be read as it stands: something in it is to be seen, and nothing breaks its line or turns the
    /// direction in which what comes after it is read.
    package static func isLegible(_ name: String) -> Bool {
        var isSeen = false
        for scalar in name.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: return false
            case .format:
                // Arabic letter mark, marks, embeddings, overrides and isolates (UAX 9 §2).
                let turns: [ClosedRange<UInt32>] = [0x61C...0x61C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069]
                if turns.contains(where: { $0.contains(scalar.value) }) { return false }
            case .spaceSeparator, .nonspacingMark: break
            default: isSeen = true
            }
        }
        return isSeen
    }
}
