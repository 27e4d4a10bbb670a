package import Cedar

/// The policies that ship with the program, and the engine that decides by them.
///
/// The text is `policies.cedar`, embedded when the program is built: a node is one file to copy, and what it decides by
/// is what was tested with it.
package enum Policies {
    package static let text = String(decoding: PackageResources.policies_cedar, as: UTF8.self)

    /// The words that policies may use: Cedar's schema, in its own syntax.
    package static let schema = PolicySchema.text

    /// Read and checked once. A fault would be a fault of the program, and stops the node.
    private static let shipped = Result<Engine, CedarError> { () throws(CedarError) in try engine(of: text) }

    package static func engine() throws(CedarError) -> Engine { try shipped.get() }

    /// Throws the first thing that is wrong with a text, with its place.
    package static func engine(of text: String) throws(CedarError) -> Engine {
        try engine(of: text, schema: schema)
    }

    static func engine(of text: String, schema: String) throws(CedarError) -> Engine {
        try Engine(schema: Schema(schema), policies: PolicyText(text))
    }
}
