/// The name of a type of entities, in its namespace: `Truc::Person`.
package typealias TypeName = String

/// An entity by type and id: `Person::"canbo.mau"`.
package struct EntityUID: Sendable, Hashable, CustomStringConvertible {
    package let type: TypeName
    package let id: String

    package init(_ type: TypeName, _ id: String) {
        self.type = type
        self.id = id
    }

    package var description: String { "\(type)::\"\(id)\"" }
}

/// A value of Cedar, as callers give it and explanations show it.
package indirect enum Datum: Sendable, Hashable {
    case bool(Bool)
    case long(Int64)
    case string(String)
    case entity(EntityUID)
    case set([Datum])
    case record([String: Datum])
}

/// An entity with what is known of it. `parents` are the direct ones; ancestors are worked out.
package struct Entity: Sendable, Hashable {
    package let uid: EntityUID
    package let attributes: [String: Datum]
    package let parents: [EntityUID]

    package init(_ uid: EntityUID, _ attributes: [String: Datum] = [:], parents: [EntityUID] = []) {
        self.uid = uid
        self.attributes = attributes
        self.parents = parents
    }
}
