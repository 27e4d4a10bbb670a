import Synchronization

/// A table that is not in force any more: its rows are let go of a few at a time, so that nobody who serves a call
/// waits for all of them.
final class Leaving: Sendable {
    private let left: Mutex<(table: CompiledTable, draft: TableDraft)?>

    init(_ table: CompiledTable, _ draft: TableDraft) {
        left = Mutex((table, draft))
    }

    /// Rows that stay in force are held by the table that has them.
    func letGo() {
        var rows: [any AnyObject & Sendable] = []
        left.withLock { left in
            guard let parts = left?.table.parts else { return }
            rows += Array(parts.grants.all) as [any AnyObject & Sendable]
            rows += Array(parts.consumers.all) as [any AnyObject & Sendable]
            rows += Array(parts.services.all) as [any AnyObject & Sendable]
            left = nil
        }
        while !rows.isEmpty {
            rows.removeLast(min(IdleThread.rows, rows.count))
            IdleThread.giveWay()
        }
    }
}
