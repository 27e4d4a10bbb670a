import StrictJSON

/// Which of several operations a call is led to, as the gateway leads it: step by step, a text before a name
/// ("concrete" before "templated", OpenAPI 3.1.1 §4.8.8.2), and another way where one leads to nothing of this method.
struct CallPaths {
    private struct Node {
        var texts: [Exact: Int] = [:]
        var name: Int?
        var operation: Int?
    }

    private let operations: [APIOperation]
    private var nodes: [Node] = []
    private var roots: [String: Int] = [:]
    /// Nodes looked at.
    private(set) var steps = 0

    init(_ operations: [APIOperation]) {
        self.operations = operations
        for (number, operation) in operations.enumerated() {
            var node = roots[operation.method] ?? add()
            roots[operation.method] = node
            for step in operation.path.steps { node = child(of: node, by: step) }
            nodes[node].operation = number
        }
    }

    private mutating func add() -> Int {
        nodes.append(Node())
        return nodes.count - 1
    }

    private mutating func child(of node: Int, by step: String?) -> Int {
        let known = step.map { nodes[node].texts[Exact($0)] } ?? nodes[node].name
        if let known { return known }
        let child = add()
        if let step { nodes[node].texts[Exact(step)] = child } else { nodes[node].name = child }
        return child
    }

    /// The operation that a call is led to which has these texts, and texts that no operation has where there are none.
    mutating func operation(_ method: String, _ path: [String?]) -> APIOperation? {
        var waiting = roots[method].map { [(node: $0, step: 0)] } ?? []
        while let (node, step) = waiting.popLast() {
            steps += 1
            guard step < path.count else {
                if let found = nodes[node].operation { return operations[found] }
                continue
            }
            if let name = nodes[node].name { waiting.append((name, step + 1)) }
            if let text = path[step].flatMap({ nodes[node].texts[Exact($0)] }) { waiting.append((text, step + 1)) }
        }
        return nil
    }

    /// The operations that some call is led to before it would be to this one.
    mutating func ahead(of operation: APIOperation) -> [APIOperation] {
        let path = operation.path.steps
        var found: [APIOperation] = []
        var waiting = roots[operation.method].map { [(node: $0, step: 0, isAhead: false)] } ?? []
        while let (node, step, isAhead) = waiting.popLast() {
            steps += 1
            guard step < path.count else {
                if isAhead, let number = nodes[node].operation { found.append(operations[number]) }
                continue
            }
            let (texts, name) = (nodes[node].texts, nodes[node].name)
            if let text = path[step] {
                if let child = texts[Exact(text)] { waiting.append((child, step + 1, isAhead)) }
                if isAhead, let name { waiting.append((name, step + 1, isAhead)) }
            } else {
                for child in texts.values { waiting.append((child, step + 1, true)) }
                if let name { waiting.append((name, step + 1, isAhead)) }
            }
        }
        return found.sorted { $0.path.text < $1.path.text }
    }
}
