/// Policies as numbered steps.
struct Program: Sendable {
    enum Step: UInt8, Sendable {
        case constant, principal, action, resource, context
        case and, or, not, negative, choice
        case equal, less, lessOrEqual, plus, minus, times
        case `in`, isType, has, attribute, like
        case contains, containsAll, containsAny, isEmpty
        case set, record
    }

    struct Node: Sendable {
        let step: Step
        /// What of the resource matters for the outcome.
        let looks: Looks
        var a: Int32 = 0
        var b: Int32 = 0
        var c: Int32 = 0

        var looksAtResource: Bool { !looks.isEmpty }
    }

    /// Attributes of the resource, a bit each in the order in which policies name them. The last bit stands for the
    /// resource itself, and for attributes beyond the bits.
    struct Looks: OptionSet, Sendable, Hashable {
        let rawValue: UInt64
        static let itself = Looks(rawValue: 1 << 63)
    }

    struct Policy: Sendable {
        let permits: Bool
        /// The type that the scope asks for; -1 for any.
        let principalType: Int32
        let resourceType: Int32
        let root: Int32
    }

    var nodes: ContiguousArray<Node> = []
    var constants: ContiguousArray<Value> = []
    var patterns: [Pattern] = []
    /// Elements of sets, and names and values of records in turn.
    var lists: ContiguousArray<Int32> = []
    var policies: ContiguousArray<Policy> = []
    /// Which bit of `Looks` an attribute of the resource is.
    private(set) var lookedAt: [Int32] = []
    /// The names of the attributes that policies ask for; a step knows the place of its own.
    private(set) var attributes: [Int32] = []

    mutating func number(ofAttribute name: Int32) -> Int32 {
        if let known = attributes.firstIndex(of: name) { return Int32(known) }
        attributes.append(name)
        return Int32(attributes.count - 1)
    }

    mutating func looks(at attribute: Int32) -> Looks {
        guard let bit = lookedAt.firstIndex(of: attribute) else {
            guard lookedAt.count < 63 else { return .itself }
            lookedAt.append(attribute)
            return Looks(rawValue: 1 << UInt64(lookedAt.count - 1))
        }
        return Looks(rawValue: 1 << UInt64(bit))
    }

    /// Nothing where no policy reads it.
    func bit(of attribute: Int32) -> Looks {
        lookedAt.firstIndex(of: attribute).map { Looks(rawValue: 1 << UInt64($0)) } ?? []
    }

    /// The parts of a step that are steps themselves.
    func parts(of node: Node) -> [Int32] {
        switch node.step {
        case .constant, .principal, .action, .resource, .context: []
        case .set: Array(lists[Int(node.a)..<Int(node.b)])
        case .record: stride(from: Int(node.a) + 1, to: Int(node.b), by: 2).map { lists[$0] }
        case .choice: [node.a, node.b, node.c]
        case .not, .negative, .isType, .has, .attribute, .like, .isEmpty: [node.a]
        default: [node.a, node.b]
        }
    }
}
