/// One instruction; the places are indexes into the program.
enum PatternStep: Sendable, Hashable {
    case one(CharacterSet)
    case split(Int, Int)
    case jump(Int)
    case start, end, border, noBorder
    case match
}

struct PatternWriter {
    var program: [PatternStep] = []
    /// Repetitions of nothing write nothing, and are counted all the same.
    private var written = 0

    mutating func write(_ tree: PatternTree) throws(PatternError) {
        written += 1
        guard program.count < Pattern.longestProgram, written < Pattern.longestProgram * 4 else { throw .tooLarge }
        switch tree {
        case .empty: break
        case .one(let set): program.append(.one(set))
        case .sequence(let parts): for part in parts { try write(part) }
        case .either(let branches): try write(either: branches)
        case .times(let part, let low, let high): try write(part, low, high)
        case .start: program.append(.start)
        case .end: program.append(.end)
        case .border: program.append(.border)
        case .noBorder: program.append(.noBorder)
        }
    }

    private mutating func write(either branches: [PatternTree]) throws(PatternError) {
        var jumps: [Int] = []
        for branch in branches.dropLast() {
            let split = program.count
            program.append(.split(split + 1, 0))
            try write(branch)
            jumps.append(program.count)
            program.append(.jump(0))
            program[split] = .split(split + 1, program.count)
        }
        if let last = branches.last { try write(last) }
        for jump in jumps { program[jump] = .jump(program.count) }
    }

    private mutating func write(_ part: PatternTree, _ low: Int, _ high: Int?) throws(PatternError) {
        for _ in 0..<low { try write(part) }
        guard let high else {
            let split = program.count
            program.append(.split(0, 0))
            try write(part)
            program.append(.jump(split))
            program[split] = .split(split + 1, program.count)
            return
        }
        var splits: [Int] = []
        for _ in low..<high {
            splits.append(program.count)
            program.append(.split(0, 0))
            try write(part)
        }
        for split in splits { program[split] = .split(split + 1, program.count) }
    }
}

/// All ways through the program at once (K. Thompson, 1968): every character is looked at once for each instruction.
struct PatternRun {
    private let program: [PatternStep]
    private var current: [Int] = []
    private var following: [Int] = []
    /// At which character an instruction was last put on the list.
    private var seen: [Int]
    private var stack: [Int] = []
    /// How many comparisons are left.
    private(set) var work: Int

    init(_ program: [PatternStep], work: Int) {
        self.program = program
        self.work = work - program.count / 8
        seen = [Int](repeating: -1, count: program.count)
    }

    mutating func matches(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        var before: Unicode.Scalar?
        var place = scalars.startIndex
        var count = 0
        while true {
            let after = place < scalars.endIndex ? scalars[place] : nil
            if add(0, count, before, after) { return true }
            guard let after else { return false }
            scalars.formIndex(after: &place)
            let beyond = place < scalars.endIndex ? scalars[place] : nil
            following.removeAll(keepingCapacity: true)
            swap(&current, &following)
            count += 1
            for step in following {
                guard case .one(let set) = program[step] else { continue }
                work -= set.cost
                guard work >= 0 else { return false }
                guard set.contains(after) else { continue }
                if add(step + 1, count, after, beyond) { return true }
            }
            before = after
        }
    }

    /// Puts an instruction and all that it leads to without a character on the current list; true at a match.
    private mutating func add(
        _ first: Int, _ count: Int, _ before: Unicode.Scalar?, _ after: Unicode.Scalar?
    ) -> Bool {
        stack.append(first)
        while let step = stack.popLast() {
            guard seen[step] != count else { continue }
            seen[step] = count
            work -= 1
            switch program[step] {
            case .match:
                stack.removeAll()
                return true
            case .one: current.append(step)
            case .jump(let place): stack.append(place)
            case .split(let one, let other): stack += [other, one]
            case .start: if before == nil { stack.append(step + 1) }
            case .end: if after == nil { stack.append(step + 1) }
            case .border: if isBorder(before, after) { stack.append(step + 1) }
            case .noBorder: if !isBorder(before, after) { stack.append(step + 1) }
            }
        }
        return false
    }

    private func isBorder(_ before: Unicode.Scalar?, _ after: Unicode.Scalar?) -> Bool {
        let words = CharacterSet.wordParts
        return (before.map(words.contains) ?? false) != (after.map(words.contains) ?? false)
    }
}
