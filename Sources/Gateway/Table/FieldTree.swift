/// What of a JSON answer a grant lets pass, by names from the outside in.
package struct FieldTree: Sendable {
    /// What holds for one value: a node of the tree, or one of these.
    package static let whole: Int32 = -1
    package static let nothing: Int32 = -2
    package static let root: Int32 = 0

    private var children: [BytesIndex] = []
    /// Of each node, in order; for whoever asks what passes before anything does.
    private var names: [[String]] = []
    static let keyLimit = 256

    /// - Parameter fields: as `code` or `units/name`.
    package init(_ fields: Set<String>, subject: String) throws(TableFault) {
        var paths: [[String]] = []
        for field in fields.sorted() {
            let names = field.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard names.count <= 32, names.allSatisfy({ (1...FieldTree.keyLimit).contains($0.utf8.count) }) else {
                throw TableFault(kind: .invalid, subject: subject, reason: "no field: \(field)")
            }
            paths.append(names)
        }
        self.init(paths)
    }

    /// What problem details have by themselves (RFC 9457 §3.1).
    package static let problem = FieldTree([["type"], ["title"], ["status"], ["detail"], ["instance"]])

    private init(_ paths: [[String]]) {
        var draft: [[String: Int32]] = [[:]]
        for names in paths { FieldTree.add(names, to: &draft) }
        names = draft.map { $0.keys.sorted() }
        // Values of the index are not negative: 0 stands for the whole, since nothing leads back to the root.
        children = draft.map { node in
            BytesIndex(node.map { (Array($0.key.utf8), $0.value == FieldTree.whole ? 0 : Int($0.value)) })
        }
    }

    private static func add(_ names: [String], to draft: inout [[String: Int32]]) {
        var node = 0
        for (place, name) in names.enumerated() {
            let known = draft[node][name]
            if known == whole { return }
            if place == names.count - 1 {
                draft[node][name] = whole
            } else if let known {
                node = Int(known)
            } else {
                draft.append([:])
                draft[node][name] = Int32(draft.count - 1)
                node = draft.count - 1
            }
        }
    }

    /// What holds for the member of this name, within an object for which `node` holds.
    package func member(_ name: [UInt8], of node: Int32) -> Int32 {
        guard node >= 0 else { return node }
        guard let child = name.withUnsafeBytes({ children[Int(node)].find($0) }) else { return FieldTree.nothing }
        return child == 0 ? FieldTree.whole : Int32(child)
    }

    /// The names that a node lets pass.
    package func names(of node: Int32) -> [String] { node >= 0 ? names[Int(node)] : [] }
}

/// What holds for answers whose body goes through a tree, as a contract speaks of them.
extension FieldTree {
    /// Whether a body of this media type is read at all: one that is no JSON never passes.
    package static func reads(mediaType: String) -> Bool { bytes(of: mediaType, Inbound.isJSON) }

    /// Whether a failure in this media type is problem details, of which `problem` passes.
    package static func isProblem(mediaType: String) -> Bool { bytes(of: mediaType, Inbound.isProblem) }

    /// Whether a field of the head passes.
    package static func passes(header: String) -> Bool {
        bytes(of: header) { HeaderName.identify($0).passesFilter($0) }
    }

    private static func bytes(of text: String, _ judge: (UnsafeRawBufferPointer) -> Bool) -> Bool {
        Array(text.utf8).withUnsafeBytes(judge)
    }
}
