package import StrictJSON
package import Vocabulary

/// A compiled schema: decides whether a value fits, in time bounded by its length, without looking at the schema again.
package struct SchemaProgram: Sendable {
    let rules: [SchemaRule]
    let root: Int

    /// Compiles one schema of a document.
    ///
    /// Throws `Flaws` with every keyword that is not supported, reference that leaves the document or leads nowhere,
    /// circle and malformed value, each at its place.
    package init(
        _ schema: JSONValue, of text: ContractText, dialect: SchemaDialect, direction: SchemaDirection = .either
    ) throws(Flaws) {
        var compiler = SchemaCompiler(text, dialect, direction)
        root = compiler.place(of: schema)
        compiler.finish()
        guard compiler.flaws.isEmpty else { throw Flaws(compiler.flaws) }
        rules = compiler.rules
    }

    /// How many schemas are asked about a value of so many bytes before it counts as refused.
    static func steps(for value: JSONValue) -> Int { 20_000 + 32 * value.range.count }

    /// Whether the value fits. What would take too many steps does not.
    package func accepts(_ value: JSONValue) -> Bool {
        var run = SchemaRun(rules, steps: SchemaProgram.steps(for: value))
        return run.holds(root, value) && !run.isExhausted
    }

    /// Whether the value fits, or would take too many steps.
    func mayAccept(_ value: JSONValue) -> Bool {
        var run = SchemaRun(rules, steps: SchemaProgram.steps(for: value))
        return run.holds(root, value) || run.isExhausted
    }

    /// What is wrong with the value, at most `limit` things, in the order of the text.
    package func misfits(_ value: JSONValue, limit: Int = 20) -> [Misfit] {
        var run = SchemaRun(rules, steps: SchemaProgram.steps(for: value))
        run.limit = limit
        run.isCollecting = true
        _ = run.holds(root, value)
        if run.isExhausted { run.misfits = [Misfit(pointer: value.pointer, code: "schema.too-costly", .tooCostly)] }
        return run.misfits
    }
}

/// Why a value does not fit its schema.
package struct Misfit: Sendable, Hashable {
    /// RFC 6901, within the value's document.
    package let pointer: String
    /// The keyword, as `schema.required`.
    package let code: String
    package let words: Phrase

    init(pointer: String, code: String, _ words: Phrase) {
        self.pointer = pointer
        self.code = code
        self.words = words
    }
}

extension ContractText {
    func line(atOffset offset: Int) -> Int {
        value(atOffset: offset).map { line(of: $0) } ?? 1
    }

    func pointer(atOffset offset: Int) -> String? {
        value(atOffset: offset)?.pointer
    }

    /// The outermost value whose text begins there.
    private func value(atOffset offset: Int) -> JSONValue? {
        var value = root
        while value.range.lowerBound != offset {
            let inside = value.kind == .object ? value.members?.map(\.value) : value.elements
            guard let next = inside?.first(where: { $0.range.contains(offset) }) else { return nil }
            value = next
        }
        return value
    }
}
