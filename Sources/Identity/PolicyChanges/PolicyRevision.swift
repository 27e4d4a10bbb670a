package import Vocabulary

/// One text of the policies (phiên bản chính sách): as it was shipped with a release, or as two administrators changed
/// it.
package struct PolicyRevision: Sendable, Hashable {
    package enum State: String, Sendable, Hashable {
        case waiting, approved, refused
    }

    /// 0 is the text with which the node began.
    package let number: Int64
    package let text: String
    /// The revision that was in force when this one was written.
    package let base: Int64
    /// The text that the program shipped at the time: what a later release is compared with.
    package let shipped: String
    package let reason: String
    /// Nil: it came with a release of the program.
    package let proposedBy: ID<Person>?
    package let proposedAt: Instant
    package let state: State
    package let decidedBy: ID<Person>?
    /// Of an approved one, the moment from which it was in force.
    package let decidedAt: Instant?

    static let textBytes = 128 << 10
}

/// Something wrong with a text of policies, and where.
package struct PolicyFault: Error, Sendable, Hashable {
    package let line: Int
    package let column: Int
    /// A stable name, for programs.
    package let code: String
    package let what: Phrase

    package var words: Phrase {
        Phrase(
            vi: "Dòng \(line), cột \(column): \(what.vi)", en: "Line \(line), column \(column): \(what.en)")
    }
}

/// A line of the difference between two texts.
package struct DiffLine: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case same = " "
        case gone = "-"
        case new = "+"
        /// Lines left out.
        case gap = "…"
    }

    package let kind: Kind
    package let text: String

    /// What is gone and what is new, each with a few lines around it.
    package static func between(_ old: String, _ new: String, around context: Int = 3) -> [DiffLine] {
        let (before, after) = (lines(old), lines(new))
        let (gone, added) = changes(before, after)
        var all: [DiffLine] = []
        var (i, j) = (0, 0)
        while i < before.count || j < after.count {
            if i < before.count, gone.contains(i) {
                all.append(DiffLine(kind: .gone, text: before[i]))
                i += 1
            } else if j < after.count, added.contains(j) {
                all.append(DiffLine(kind: .new, text: after[j]))
                j += 1
            } else {
                all.append(DiffLine(kind: .same, text: after[j]))
                (i, j) = (i + 1, j + 1)
            }
        }
        return shortened(all, context)
    }

    /// How many lines are compared at most: what that takes grows with their square.
    private static let comparedMax = 2000

    /// Which lines are gone and which are new. What both begin and end with is left aside; of two texts that have
    /// little in common, all of the rest is gone and new.
    private static func changes(_ old: [String], _ new: [String]) -> (gone: Set<Int>, added: Set<Int>) {
        let shorter = min(old.count, new.count)
        var (start, end) = (0, 0)
        while start < shorter, old[start] == new[start] { start += 1 }
        while end < shorter - start, old[old.count - 1 - end] == new[new.count - 1 - end] { end += 1 }
        let (before, after) = (start..<old.count - end, start..<new.count - end)
        guard before.count + after.count <= comparedMax else { return (Set(before), Set(after)) }
        var (gone, added): (Set<Int>, Set<Int>) = ([], [])
        for change in Array(new[after]).difference(from: Array(old[before])) {
            switch change {
            case .remove(let offset, _, _): gone.insert(start + offset)
            case .insert(let offset, _, _): added.insert(start + offset)
            }
        }
        return (gone, added)
    }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private static func shortened(_ all: [DiffLine], _ context: Int) -> [DiffLine] {
        var isKept = [Bool](repeating: false, count: all.count)
        for (place, line) in all.enumerated() where line.kind != .same {
            for near in max(0, place - context)...min(all.count - 1, place + context) { isKept[near] = true }
        }
        var kept: [DiffLine] = []
        for (place, line) in all.enumerated() {
            if isKept[place] {
                kept.append(line)
            } else if kept.last?.kind != .gap {
                kept.append(DiffLine(kind: .gap, text: ""))
            }
        }
        return kept
    }
}
