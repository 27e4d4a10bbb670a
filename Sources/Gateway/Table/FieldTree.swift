/// What of a JSON answer a grant lets pass, by names from the outside in.
struct FieldTree: Sendable {
    /// What holds for one value: a node of the tree, or one of these.
    static let whole: Int32 = -1
    static let nothing: Int32 = -2
    static let root: Int32 = 0

    private var children: [BytesIndex] = []
    static let keyLimit = 256

    /// - Parameter fields: as `code` or `units/name`.
    init(_ fields: Set<String>, subject: String) throws(TableFault) {
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
    static let problem = FieldTree([["type"], ["title"], ["status"], ["detail"], ["instance"]])

    private init(_ paths: [[String]]) {
        var draft: [[String: Int32]] = [[:]]
        for names in paths { FieldTree.add(names, to: &draft) }
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
    func member(_ name: [UInt8], of node: Int32) -> Int32 {
        guard node >= 0 else { return node }
        guard let child = name.withUnsafeBytes({ children[Int(node)].find($0) }) else { return FieldTree.nothing }
        return child == 0 ? FieldTree.whole : Int32(child)
    }
}
