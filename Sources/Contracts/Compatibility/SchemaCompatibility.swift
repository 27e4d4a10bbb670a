extension Compatibility {
    /// What a newer JSON Schema breaks for those who live with an older one: whoever reads such values (`.response`:
    /// the newer must promise all that the older did) or whoever sends them (`.request`: it must take what was taken).
    package static func breakages(
        from older: ContractText, to newer: ContractText, _ direction: SchemaDirection
    ) -> [Breakage] {
        var comparison = Comparison(
            older: OpenAPIDocument(schema: older), newer: OpenAPIDocument(schema: newer), operation: "")
        comparison.compare(older.root, newer.root, direction, "data")
        comparison.settle()
        return comparison.found
    }
}

extension OpenAPIDocument {
    /// A document that is one JSON Schema 2020-12 and nothing else, for comparing two of them.
    fileprivate init(schema text: ContractText) {
        self.text = text
        dialect = .draft2020
        title = ""
        version = ""
        summary = nil
        operations = []
        warnings = []
    }
}
