/// What a regular expression says.
indirect enum PatternTree {
    case empty
    case one(CharacterSet)
    case sequence([PatternTree])
    case either([PatternTree])
    case times(PatternTree, Int, Int?)
    case start, end, border, noBorder
}

/// Reads ECMA-262 §22.2.1 with the `u` flag: a stray bracket or an unknown escape is an error.
struct PatternReader {
    private let scalars: [Unicode.Scalar]
    private var place = 0
    private var depth = 0

    init(_ source: String) {
        scalars = Array(source.unicodeScalars)
    }

    mutating func read() throws(PatternError) -> PatternTree {
        guard scalars.count <= 2000 else { throw .tooLarge }
        let tree = try alternatives()
        guard place == scalars.count else { throw .unfinished }
        return tree
    }

    private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        place += 1
        return true
    }

    private mutating func alternatives() throws(PatternError) -> PatternTree {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 50 else { throw .tooLarge }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .either(branches)
    }

    private mutating func sequence() throws(PatternError) -> PatternTree {
        var parts: [PatternTree] = []
        while let next, next != "|", next != ")" { parts.append(try quantified()) }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func quantified() throws(PatternError) -> PatternTree {
        let (atom, isAssertion) = try atom()
        guard let (low, high) = try quantifier() else { return atom }
        guard !isAssertion else { throw .unfinished }
        _ = take("?")
        return .times(atom, low, high)
    }

    private mutating func quantifier() throws(PatternError) -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard take("{") else { return nil }
        guard let low = number() else { throw .unfinished }
        var high: Int? = low
        if take(",") { high = next == "}" ? nil : number() ?? -1 }
        guard take("}"), high.map({ $0 >= low }) ?? true else { throw .unfinished }
        guard low <= 1000, high ?? 0 <= 1000 else { throw .tooLarge }
        return (low, high)
    }

    private mutating func number() -> Int? {
        var digits = ""
        while let next, ("0"..."9").contains(next), digits.count < 9 {
            digits.unicodeScalars.append(next)
            place += 1
        }
        return Int(digits)
    }

    private mutating func atom() throws(PatternError) -> (PatternTree, isAssertion: Bool) {
        guard let scalar = next else { throw .unfinished }
        place += 1
        switch scalar {
        case "^": return (.start, true)
        case "$": return (.end, true)
        case ".": return (.one(.anything), false)
        case "[": return (.one(try characterClass()), false)
        case "(": return (try group(), false)
        case "\\": return try escapedAtom()
        case "*", "+", "?", "{", "}", "]", ")": throw .unfinished
        default: return (.one(CharacterSet(ranges: [scalar.value...scalar.value])), false)
        }
    }

    private mutating func group() throws(PatternError) -> PatternTree {
        if take("?") { guard take(":") else { throw .unsupported } }
        let inside = try alternatives()
        guard take(")") else { throw .unfinished }
        return inside
    }

    private mutating func escapedAtom() throws(PatternError) -> (PatternTree, isAssertion: Bool) {
        if take("b") { return (.border, true) }
        if take("B") { return (.noBorder, true) }
        if let next, ("1"..."9").contains(next) || next == "k" { throw .unsupported }
        return (.one(try escaped(inClass: false)), false)
    }

    // MARK: Characters

    private mutating func escaped(inClass: Bool) throws(PatternError) -> CharacterSet {
        guard let letter = next else { throw .unfinished }
        place += 1
        switch letter {
        case "d": return .digits
        case "w": return .wordParts
        case "s": return .spaces
        case "D": return CharacterSet(ranges: CharacterSet.digits.complement)
        case "W": return CharacterSet(ranges: CharacterSet.wordParts.complement)
        case "S": return CharacterSet(ranges: CharacterSet.spaces.complement)
        case "p", "P": return CharacterSet(categories: [try category(isNegated: letter == "P")])
        default:
            let value = try escapedScalar(letter, inClass: inClass)
            return CharacterSet(ranges: [value...value])
        }
    }

    private mutating func escapedScalar(_ letter: Unicode.Scalar, inClass: Bool) throws(PatternError) -> UInt32 {
        switch letter {
        case "t": return 0x09
        case "n": return 0x0A
        case "v": return 0x0B
        case "f": return 0x0C
        case "r": return 0x0D
        case "0":
            if let next, ("0"..."9").contains(next) { throw .unfinished }
            return 0
        case "b" where inClass: return 0x08
        case "-" where inClass: return letter.value
        case "c":
            guard let control = next, ("a"..."z").contains(control) || ("A"..."Z").contains(control) else {
                throw .unfinished
            }
            place += 1
            return control.value & 31
        case "x": return try hex(2)
        case "u": return try unicode()
        default:
            guard "^$\\.*+?()[]{}|/".unicodeScalars.contains(letter) else { throw .unfinished }
            return letter.value
        }
    }

    private mutating func unicode() throws(PatternError) -> UInt32 {
        if take("{") {
            var digits = ""
            while let next, next != "}", digits.count < 8 {
                digits.unicodeScalars.append(next)
                place += 1
            }
            guard take("}"), let value = UInt32(digits, radix: 16), value <= 0x10FFFF else { throw .unfinished }
            return value
        }
        let first = try hex(4)
        guard first & 0xFC00 == 0xD800, place + 1 < scalars.count, next == "\\", scalars[place + 1] == "u" else {
            return first
        }
        place += 2
        let second = try hex(4)
        guard second & 0xFC00 == 0xDC00 else { throw .unfinished }
        return 0x10000 + (first & 0x3FF) << 10 + (second & 0x3FF)
    }

    private mutating func hex(_ length: Int) throws(PatternError) -> UInt32 {
        var digits = ""
        for scalar in scalars[place...].prefix(length) { digits.unicodeScalars.append(scalar) }
        guard digits.count == length, digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16) else {
            throw .unfinished
        }
        place += length
        return value
    }

    private mutating func category(isNegated: Bool) throws(PatternError) -> CharacterSet.Category {
        guard take("{") else { throw .unfinished }
        var name = ""
        while let next, next != "}", name.count < 30 {
            name.unicodeScalars.append(next)
            place += 1
        }
        guard take("}") else { throw .unfinished }
        guard CharacterSet.names.contains(name) else { throw .unsupported }
        return CharacterSet.Category(name: name, isNegated: isNegated)
    }

    private mutating func characterClass() throws(PatternError) -> CharacterSet {
        var set = CharacterSet()
        set.isNegated = take("^")
        while let first = next, first != "]" {
            let low = try classAtom()
            guard next == "-", place + 1 < scalars.count, scalars[place + 1] != "]" else {
                set.ranges += low.ranges
                set.categories += low.categories
                continue
            }
            place += 1
            let high = try classAtom()
            guard let from = low.single, let upTo = high.single, from <= upTo else { throw .unfinished }
            set.ranges.append(from...upTo)
        }
        guard take("]") else { throw .unfinished }
        return set
    }

    private mutating func classAtom() throws(PatternError) -> CharacterSet {
        guard let scalar = next else { throw .unfinished }
        place += 1
        return scalar == "\\"
            ? try escaped(inClass: true) : CharacterSet(ranges: [scalar.value...scalar.value])
    }
}

extension CharacterSet {
    /// The one character that this is, if it is one.
    var single: UInt32? {
        guard categories.isEmpty, ranges.count == 1, ranges[0].count == 1 else { return nil }
        return ranges[0].lowerBound
    }
}
