/// What is other in a table than in the one of before: rows that are new or changed, and ids of rows that are gone.
/// Without a consumer or a service its grants are gone, too.
package struct TableChange: Sendable {
    package struct Gone: Sendable, Hashable {
        package var consumers: [String] = []
        package var services: [String] = []
        package var grants: [String] = []

        package init() {}
    }

    package var consumers: [Consumer] = []
    package var services: [Service] = []
    package var grants: [Grant] = []
    package var gone = Gone()
    /// All that is in force; rows that are not named are gone.
    package var isWhole = false

    package init() {}

    /// All rows of a table.
    package init(whole table: Table) {
        (consumers, services, grants, isWhole) = (table.consumers, table.services, table.grants, true)
    }

    /// How many rows have to be looked at.
    package var count: Int {
        consumers.count + services.count + grants.count + gone.consumers.count + gone.services.count + gone.grants.count
    }

    package var isEmpty: Bool { !isWhole && count == 0 }

    /// What one step after the other comes to. What is gone goes first, so a row may be gone and come again.
    package mutating func add(_ later: TableChange) {
        guard !later.isWhole else {
            self = later
            return
        }
        let (services, consumers) = (Set(later.gone.services), Set(later.gone.consumers))
        let left = grants.filter { services.contains($0.service) || consumers.contains($0.consumer) }.map(\.id)
        grants.removeAll { services.contains($0.service) || consumers.contains($0.consumer) }
        self.consumers = TableChange.merged(self.consumers, later.consumers, without: consumers, \.id)
        self.services = TableChange.merged(self.services, later.services, without: services, \.id)
        grants = TableChange.merged(grants, later.grants, without: Set(later.gone.grants), \.id)
        guard !isWhole else { return }
        gone.consumers = consumers.union(gone.consumers).sorted()
        gone.services = services.union(gone.services).sorted()
        // One that was to move to what is gone now is not where it was before either.
        gone.grants = Set(later.gone.grants).union(gone.grants).union(left).sorted()
    }

    private static func merged<Row>(
        _ rows: [Row], _ later: [Row], without gone: Set<String>, _ id: KeyPath<Row, String>
    ) -> [Row] {
        if rows.isEmpty { return later }
        let named = gone.union(later.map { $0[keyPath: id] })
        return named.isEmpty ? rows : rows.filter { !named.contains($0[keyPath: id]) } + later
    }
}

/// The rows of a table by their ids, for whoever follows its changes.
package struct TableRows: Sendable {
    package private(set) var consumers: [String: Consumer] = [:]
    package private(set) var services: [String: Service] = [:]
    package private(set) var grants: [String: Grant] = [:]

    package init() {}

    package init(_ table: Table) { take(TableChange(whole: table)) }

    package mutating func take(_ change: TableChange) {
        if change.isWhole { self = TableRows() }
        for id in change.gone.grants { grants[id] = nil }
        for id in change.gone.services { services[id] = nil }
        for id in change.gone.consumers { consumers[id] = nil }
        if !change.gone.services.isEmpty || !change.gone.consumers.isEmpty {
            let (services, consumers) = (Set(change.gone.services), Set(change.gone.consumers))
            grants = grants.filter { !services.contains($0.value.service) && !consumers.contains($0.value.consumer) }
        }
        for consumer in change.consumers { consumers[consumer.id] = consumer }
        for service in change.services { services[service.id] = service }
        for grant in change.grants { grants[grant.id] = grant }
    }

    /// In the order of ids.
    package var table: Table {
        Table(
            consumers: consumers.values.sorted { $0.id < $1.id }, services: services.values.sorted { $0.id < $1.id },
            grants: grants.values.sorted { $0.id < $1.id })
    }
}
