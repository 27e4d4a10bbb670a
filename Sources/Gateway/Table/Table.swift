/// All that the gateway knows of who may call what, immutable. Made of the grants by whoever keeps them, and swapped as
/// a whole: a call sees the table of before or the table of after, never half of each.
package struct Table: Sendable {
    package var consumers: [Consumer]
    package var services: [Service]
    package var grants: [Grant]

    package init(consumers: [Consumer] = [], services: [Service] = [], grants: [Grant] = []) {
        self.consumers = consumers
        self.services = services
        self.grants = grants
    }
}

/// Why a table is not taken. The table of before stays in force.
package struct TableFault: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable {
        /// Two of a kind have the same id, path, credential or template.
        case duplicate
        /// A grant names a consumer, service or operation that is not in the table.
        case unknown
        /// A value that cannot be: an empty path, a digest of another length, a rate of nothing.
        case invalid
    }

    package let kind: Kind
    /// The id of the consumer, service or grant at fault.
    package let subject: String
    package let reason: String

    package var description: String { "\(subject): \(reason)" }
}
