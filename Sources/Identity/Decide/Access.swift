package import Vocabulary

/// What a room asks about its own records: which rows somebody may see, and whether they may do something with one.
///
/// The rights behind it are those by which the process decides at the moment.
package struct Access: Sendable {
    private let current: @Sendable () -> Rights?

    package init(_ current: @escaping @Sendable () -> Rights?) {
        self.current = current
    }

    /// The rows of a list: the policies as SQL. None before any facts and policies were read.
    package func rows(for person: Person?, _ permission: Permission, in columns: RecordColumns) throws -> RowRights {
        try current()?.rows(for: person, permission, in: columns)
            ?? RowRights(condition: RecordColumns.no)
    }

    package func decide(
        _ person: Person?, _ permission: Permission, on resource: Resource,
        in context: DecisionContext = DecisionContext()
    ) -> Decision? {
        current()?.decide(person, permission, on: resource, in: context)
    }

    package func allows(_ person: Person?, _ permission: Permission, on resource: Resource) -> Bool {
        decide(person, permission, on: resource)?.allowed ?? false
    }

    /// The decision when it is yes. Throws `confirmFirst` where a second factor is all that is missing, `forbidden`
    /// where somebody may see the record and not do this with it, and `notFound` otherwise: what somebody may not see
    /// is not there.
    package func check(
        _ person: Person?, _ permission: Permission, on resource: Resource, seenBy view: Permission
    ) throws(Problem) -> Decision {
        if let decision = decide(person, permission, on: resource), decision.allowed { return decision }
        if let person, person.assurance.level < 2 {
            let sure = DecisionContext(assurance: 2)
            if decide(person, permission, on: resource, in: sure)?.allowed == true { throw .confirmFirst(level: 2) }
        }
        throw permission != view && allows(person, view, on: resource) ? .forbidden : .notFound
    }
}

extension Identity {
    /// The decisions of this node, for the rooms above.
    package var access: Access { Access { [current] in current.rights } }
}
