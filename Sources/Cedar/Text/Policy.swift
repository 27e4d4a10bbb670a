/// One `permit` or `forbid` as it was written.
package struct CedarPolicy: Sendable, Hashable {
    package enum Effect: String, Sendable, Hashable {
        case permit, forbid
    }

    /// Its `@id`, or `policy3` by its place in the text, from 0.
    package let id: String
    package let effect: Effect
    package let annotations: [String: String]
    package let scope: Scope
    /// `when` as it stands and `unless` negated, in order: all must hold.
    package let conditions: [Expression]
    package let at: Position
    /// Its own words, from the first annotation to the semicolon.
    package let text: String

    package struct Scope: Sendable, Hashable {
        package let principal: Target
        package let action: Target
        package let resource: Target
    }

    /// Whether a condition asks for something that only the moment of a question knows.
    package var readsContext: Bool { conditions.contains { $0.reads(.context) } }

    package enum Target: Sendable, Hashable {
        case any
        case equals(EntityUID)
        case within(EntityUID)
        /// Of actions alone: one of these, or in one of them.
        case withinAny([EntityUID])
        case ofType(TypeName)
        case ofTypeWithin(TypeName, EntityUID)
    }
}
