import Contracts
import Gateway
import Vocabulary

/// Another document of a version, and whom it breaks of those who hold grants: each by the operations and the fields
/// that he is granted.
struct DocumentChange: Sendable {
    let newer: Contract
    /// What breaks somebody to whom everything is granted.
    let all: [Breakage]
    private let older: Contract
    /// What was judged already of terms that name fields.
    private var known: [Granted: [Breakage]] = [:]
    private var budget = Compatibility.Budget.ofConsumers

    private struct Granted: Hashable {
        let operations: Set<String>
        let fields: Set<String>
    }

    init(from older: Contract, to newer: Contract) {
        self.older = older
        self.newer = newer
        all = Contract.breakages(from: older, to: newer)
    }

    /// What breaks operations that terms name, whatever fields of answers pass.
    private func touched(_ terms: GrantTerms) -> [Breakage] {
        all.filter { terms.operations?.contains($0.operation) ?? true }
    }

    private static func granted(_ fields: [String], _ touched: [Breakage]) -> Granted {
        Granted(operations: Set(touched.map(\.operation)), fields: Set(fields))
    }

    /// Looks at what of the change reaches a consumer with such terms: long work, for nobody's transaction.
    mutating func judge(_ terms: GrantTerms) {
        let touched = touched(terms)
        guard let fields = terms.fields, !touched.isEmpty else { return }
        let granted = DocumentChange.granted(fields, touched)
        guard known[granted] == nil else { return }
        guard let tree = try? FieldTree(granted.fields, subject: "change") else { return known[granted] = touched }
        known[granted] = Compatibility.breakages(
            from: older.document, to: newer.document, of: granted.operations, under: AnswerSieve(tree),
            within: &budget)
    }

    /// What breaks a consumer with such terms; nil when they were not judged.
    func breakages(under terms: GrantTerms) -> [Breakage]? {
        let touched = touched(terms)
        guard let fields = terms.fields, !touched.isEmpty else { return touched }
        return known[DocumentChange.granted(fields, touched)]
    }
}

/// Somebody whom a change of a document would break.
struct BrokenConsumer: Sendable, Hashable {
    let name: String
    let what: [Breakage]
}

extension AnswerSieve {
    /// As the gateway cuts answers down: successes and most failures by the grant's tree, problem details by their own.
    init(_ grant: FieldTree) {
        /// Not a number of the grant's tree, which has none below `FieldTree.nothing`.
        let ofProblems: Int32 = .min
        @Sendable func place(_ part: Part) -> (tree: FieldTree, node: Int32) {
            switch part {
            case .whole: (grant, FieldTree.whole)
            case .nothing: (grant, FieldTree.nothing)
            case .members(ofProblems): (.problem, FieldTree.root)
            case .members(let node): (grant, node)
            }
        }
        self.init(
            parts: { status, mediaType in
                let isRange = mediaType.contains("*")
                guard isRange || FieldTree.reads(mediaType: mediaType) else { return [] }
                let mayFail = ["4", "5", "d"].contains(status.prefix(1))
                let mayBeProblem = mayFail && (isRange || FieldTree.isProblem(mediaType: mediaType))
                let isOnlyProblem = mayBeProblem && !isRange && status != "default"
                return (isOnlyProblem ? [] : [.members(FieldTree.root)]) + (mayBeProblem ? [.members(ofProblems)] : [])
            },
            member: { name, part in
                let (tree, node) = place(part)
                switch tree.member(Array(name.utf8), of: node) {
                case FieldTree.whole: return .whole
                case FieldTree.nothing: return .nothing
                case let node: return .members(node)
                }
            },
            names: { part in
                let (tree, node) = place(part)
                return tree.names(of: node)
            },
            passesHeader: { FieldTree.passes(header: $0) })
    }
}
