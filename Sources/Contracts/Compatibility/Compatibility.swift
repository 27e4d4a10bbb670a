import StrictJSON
package import Vocabulary

/// Something that a consumer of the older version relies on and the newer one no longer gives.
package struct Breakage: Sendable, Hashable {
    /// The operation in the older document.
    package let operation: String
    /// Stable, for programs: `breaks.operation-removed`.
    package let code: String
    package let words: Phrase
}

/// What a newer document of a service breaks for consumers of an older one.
///
/// Requests may only be asked less of, answers may only promise more. What cannot be judged (another pattern, other
/// alternatives, `not`) counts as broken: who relied on it must be asked.
package enum Compatibility {
    package static func breakages(from older: OpenAPIDocument, to newer: OpenAPIDocument) -> [Breakage] {
        breakages(from: older, to: newer, within: Budget())
    }

    static func breakages(
        from older: OpenAPIDocument, to newer: OpenAPIDocument, within budget: Budget
    ) -> [Breakage] {
        var budget = budget
        return breakages(from: older, to: newer, of: nil, under: .open, within: &budget)
    }

    /// What breaks a consumer to whom no more of answers comes than a sieve lets pass. Nothing else than what breaks
    /// somebody without one.
    ///
    /// - Parameters:
    ///   - operations: those of the older document that are compared; nil for all.
    ///   - budget: what may be spent, and afterwards what is left. With none left, all counts as broken.
    package static func breakages(
        from older: OpenAPIDocument, to newer: OpenAPIDocument, of operations: Set<String>?, under sieve: AnswerSieve,
        within budget: inout Budget
    ) -> [Breakage] {
        func named(_ name: (APIOperation) -> String) -> [String: APIOperation] {
            Dictionary(newer.operations.map { ("\($0.method) \(name($0))", $0) }) { first, _ in first }
        }
        let (byPath, byShape) = (named(\.path.text), named(\.path.shape))
        var comparison = Comparison(older: older, newer: newer, operation: "", sieve: sieve, budget: budget)
        defer {
            comparison.begin("")
            budget = comparison.budget
        }
        return older.operations.filter { operations?.contains($0.id) ?? true }.flatMap { before -> [Breakage] in
            comparison.begin(before.id)
            let after =
                byPath["\(before.method) \(before.path.text)"] ?? byShape["\(before.method) \(before.path.shape)"]
            if let after { comparison.compare(before, after) } else { comparison.add("operation-removed", .gone) }
            return comparison.found
        }
    }

    /// What all operations of a document may take together of pairs and trials: a document of many operations costs no
    /// more than so much, whatever they share.
    package struct Budget: Sendable {
        var pairs = 200_000
        var trials = 20_000

        init(pairs: Int = 200_000, trials: Int = 20_000) {
            self.pairs = pairs
            self.trials = trials
        }

        /// For judging a change once more for each kind of consumer: what all of them may take together.
        package static let ofConsumers = Budget(pairs: 1_000_000, trials: 100_000)
    }

    /// How many breakages one operation is told of.
    static let limit = 50
    /// How many pairs of schemas are compared for one operation, and how often it is tried which rule is met by which.
    /// What is left over then counts as broken.
    static let pairLimit = 20_000
    static let trialLimit = 2000
    static let trialDepth = 32
    /// How many references are followed from one schema to what it means, and parts of `allOf`.
    static let referenceLimit = 64
}

struct Comparison {
    let older: OpenAPIDocument
    let newer: OpenAPIDocument
    private(set) var operation: String
    let sieve: AnswerSieve
    var found: [Breakage] = []
    /// What is still to be compared, from `next` on: not by recursion, for a document may lead as deep as it is long.
    var waiting: [WaitingPair] = []
    var next = 0
    /// Pairs of schemas already compared, so that circles end.
    var seen = Set<SchemaPair>()
    /// Pairs on which operations before this one lead, and of which nothing was broken.
    private(set) var proven = Set<SchemaPair>()
    private(set) var budget: Compatibility.Budget
    var pairs = 0
    var trials = 0
    var depth = 0
    /// Pairs that say the same.
    var same: SameSchemas
    var paths: PathChange

    struct SchemaPair: Hashable {
        let before: Int
        let after: Int
        let direction: SchemaDirection
        let part: AnswerSieve.Part
        let isTakenApart: Bool
        /// Where the schema begins of which both are rules, on the side that sends, when it has several.
        let sender: Int?
    }

    struct WaitingPair {
        let before: JSONValue
        let after: JSONValue
        let direction: SchemaDirection
        let place: String
        /// What of such a value reaches the consumer.
        let part: AnswerSieve.Part
        /// Whether what `allOf` says is compared beside it.
        var isTakenApart = false
        /// What else is said of such a value by the side that sends.
        var beside: SentMembers?
    }

    init(
        older: OpenAPIDocument, newer: OpenAPIDocument, operation: String, sieve: AnswerSieve = .open,
        budget: Compatibility.Budget = Compatibility.Budget()
    ) {
        self.older = older
        self.newer = newer
        self.operation = operation
        self.sieve = sieve
        self.budget = budget
        same = SameSchemas(older, newer, sieve)
        paths = PathChange(from: older.operations, to: newer.operations)
    }

    /// Whether more than is compared for one operation was looked at.
    var isSpent: Bool { pairs + same.count > min(Compatibility.pairLimit, budget.pairs) }

    /// Goes on with another operation. What was found to hold for those before need not be compared again: each pair
    /// that was seen leads to pairs that were seen, and nothing was broken on the way.
    mutating func begin(_ operation: String) {
        if found.isEmpty { proven.formUnion(seen) }
        budget.pairs -= pairs + same.count
        budget.trials -= trials
        same.begin()
        (self.operation, found, seen, pairs, trials) = (operation, [], [], 0, 0)
    }

    mutating func add(_ code: String, _ words: Phrase) {
        let breakage = Breakage(operation: operation, code: "breaks.\(code)", words: words)
        if found.count < Compatibility.limit, !found.contains(breakage) { found.append(breakage) }
    }

    mutating func compare(_ before: APIOperation, _ after: APIOperation) {
        if before.id != after.id { add("operation-renamed", .renamed(after.id)) }
        if !after.security.isMet(byThoseOf: before.security) { add("security", .otherSecurity) }
        comparePaths(before)
        compareParameters(before, after)
        compareBodies(before.body, after.body)
        compareResponses(before.responses, after.responses)
        settle()
    }
}

extension Phrase {
    static let gone = Phrase(vi: "Thao tác không còn", en: "The operation is gone")
    static let otherSecurity = Phrase(
        vi: "Nay đòi hỏi cách xác thực khác (“security”)", en: "Another proof of who calls is asked for (“security”)")
    static let bodyGone = Phrase(vi: "Không còn nhận thân yêu cầu", en: "No request body is taken any more")
    static let bodyNeeded = Phrase(vi: "Thân yêu cầu nay là bắt buộc", en: "A request body is now required")

    static func renamed(_ name: String) -> Phrase {
        Phrase(
            vi: "operationId đổi thành “\(name)”: quyền khai thác ghi theo tên cũ",
            en: "The operationId became “\(name)”: grants name the old one")
    }

    static func nowRequired(_ name: String) -> Phrase {
        Phrase(vi: "“\(name)” nay là bắt buộc trong yêu cầu", en: "“\(name)” is now required in the request")
    }

    static func otherForm(_ name: String) -> Phrase {
        Phrase(vi: "“\(name)” nay được viết theo cách khác", en: "“\(name)” is written in another form now")
    }

    static func noLonger(_ name: String) -> Phrase {
        Phrase(vi: "Không còn “\(name)”", en: "“\(name)” is no longer there")
    }
}
