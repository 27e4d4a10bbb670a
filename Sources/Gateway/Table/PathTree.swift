/// The operations of one service by path template and method. A literal segment goes before a parameter, as OpenAPI
/// wants it ("concrete" before "templated", OAS 3.1.0 §4.8.8.2); where that leads nowhere, the parameter is tried.
struct PathTree: Sendable {
    enum Match: Equatable {
        case operation(Int)
        /// The path is there, but not for this method; which ones there are.
        case otherMethods([String])
        case nothing
    }

    private struct Node: Sendable {
        var literals = BytesIndex([])
        var parameter: Int32 = -1
        var operations: [(method: [UInt8], operation: Int32)] = []
    }

    private var nodes: [Node] = []
    static let depthLimit = 32

    /// Throws for templates that cannot be told apart, and for those that are none. TRACE, which sends a request's
    /// secrets back (RFC 9110 §9.3.8), leads nowhere, whatever a document says.
    init(_ operations: [Operation], subject: String) throws(TableFault) {
        var draft = [Draft()]
        for (index, operation) in operations.enumerated() where operation.method != "TRACE" {
            guard let segments = PathTree.segments(operation.template) else {
                throw TableFault(kind: .invalid, subject: subject, reason: "no path template: \(operation.template)")
            }
            let node = PathTree.walk(&draft, segments)
            guard !draft[node].operations.contains(where: { $0.method == Array(operation.method.utf8) }) else {
                throw TableFault(
                    kind: .duplicate, subject: subject, reason: "\(operation.method) \(operation.template) twice")
            }
            draft[node].operations.append((Array(operation.method.utf8), Int32(index)))
        }
        nodes = draft.map { node in
            Node(
                literals: BytesIndex(node.literals.map { (Array($0.key.utf8), $0.value) }), parameter: node.parameter,
                operations: node.operations)
        }
    }

    private struct Draft {
        var literals: [String: Int] = [:]
        var parameter: Int32 = -1
        var operations: [(method: [UInt8], operation: Int32)] = []
    }

    private static func walk(_ draft: inout [Draft], _ segments: [Substring]) -> Int {
        var node = 0
        for segment in segments {
            let isParameter = segment.hasPrefix("{")
            let known = isParameter ? Int(draft[node].parameter) : draft[node].literals[String(segment)] ?? -1
            if known >= 0 {
                node = known
                continue
            }
            draft.append(Draft())
            let child = draft.count - 1
            if isParameter {
                draft[node].parameter = Int32(child)
            } else {
                draft[node].literals[String(segment)] = child
            }
            node = child
        }
        return node
    }

    /// Nil for what is no template: a parameter is a whole segment, and nothing is empty but the last.
    static func segments(_ template: String) -> [Substring]? {
        guard template.hasPrefix("/") else { return nil }
        let segments = template.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count <= depthLimit else { return nil }
        for (place, segment) in segments.enumerated() {
            if segment.isEmpty, place < segments.count - 1 { return nil }
            if segment == "." || segment == ".." { return nil }
            let isParameter = segment.hasPrefix("{") && segment.hasSuffix("}") && segment.count > 2
            if !isParameter, segment.contains(where: { "{}?#%".contains($0) }) { return nil }
        }
        return segments
    }

    /// - Parameter path: below the service, beginning with `/`, checked by `PathRules`.
    func match(_ path: UnsafeRawBufferPointer, method: UnsafeRawBufferPointer) -> Match {
        var others: [String] = []
        guard !path.isEmpty, let found = find(0, path, 1, method, depth: 0, &others) else {
            return others.isEmpty ? .nothing : .otherMethods(others.sorted())
        }
        return .operation(found)
    }

    /// Looks for the segment that begins at `start`.
    private func find(
        _ node: Int, _ path: UnsafeRawBufferPointer, _ start: Int, _ method: UnsafeRawBufferPointer, depth: Int,
        _ others: inout [String]
    ) -> Int? {
        guard depth < PathTree.depthLimit else { return nil }
        var end = start
        while end < path.count, path[end] != UInt8(ascii: "/") { end += 1 }
        let segment = UnsafeRawBufferPointer(rebasing: path[start..<end])
        if let child = nodes[node].literals.find(segment),
            let found = step(child, path, end, method, depth, &others)
        {
            return found
        }
        let parameter = Int(nodes[node].parameter)
        return parameter >= 0 && !segment.isEmpty ? step(parameter, path, end, method, depth, &others) : nil
    }

    private func step(
        _ node: Int, _ path: UnsafeRawBufferPointer, _ end: Int, _ method: UnsafeRawBufferPointer, _ depth: Int,
        _ others: inout [String]
    ) -> Int? {
        if end < path.count { return find(node, path, end + 1, method, depth: depth + 1, &others) }
        for (known, operation) in nodes[node].operations {
            if known.count == method.count, known.elementsEqual(method) { return Int(operation) }
        }
        others += nodes[node].operations.map { String(decoding: $0.method, as: UTF8.self) }
        return nil
    }
}
