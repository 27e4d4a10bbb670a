import Logging
import NIOCore
import Synchronization

/// Another table comes in force. Few rows are compiled at once; many on a thread that goes behind everybody who serves
/// a call, in pieces, and no longer there than a revocation may wait. Nothing of it is done on a loop, and what is not
/// needed any more is let go of off the loops, too.
extension Gateway {
    /// So many rows are compiled in a few hundred microseconds.
    private static let fewRows = 256
    private static let pieceRows = 64
    /// How long many rows may wait for a processor that has time to spare.
    private static let sparingNanoseconds: Int64 = 250_000_000

    /// Puts another table in force, for every call that begins from now on. Returns when all loops have it.
    ///
    /// - Throws: `TableFault`; then the table of before stays.
    package func swap(_ table: Table) async throws {
        try await put(TableChange(whole: table), isLenient: false)
    }

    /// Puts in force what is other, for every call that begins from now on. Returns when all loops have it. A row that
    /// cannot be is left out and logged: it must not keep the gateway from hearing that another was taken away.
    ///
    /// - Returns: whether all rows are in force. After one was left out, only a whole table can bring it back.
    package func change(_ change: TableChange) async throws -> Bool {
        try await put(change, isLenient: true)
    }

    @discardableResult
    private func put(_ change: TableChange, isLenient: Bool) async throws -> Bool {
        // One after the other, each after the one of before: nothing is counted by two meters.
        let turn = turns.withLock { turns in
            let before = turns
            let turn = Task { [self] in
                _ = await before?.result
                return try await putInTurn(change, isLenient: isLenient)
            }
            turns = turn
            return turn
        }
        return try await turn.value
    }

    private func putInTurn(_ change: TableChange, isLenient: Bool) async throws -> Bool {
        let old = table
        let isLong = change.count + (change.isWhole ? old.parts.grants.count : 0) > Gateway.fewRows
        let draft = try await draft(change, after: old, isLenient: isLenient, isLong: isLong)
        for fault in draft.faults {
            core.logger.error("left out of the gateway's table", metadata: ["gateway.cause": "\(fault)"])
        }
        let new = current.withLock { current in
            current = InForce(table: CompiledTable(draft.parts), edition: current.edition + 1)
            return current
        }
        try await core.visit { $0.swap(new.table, new.edition) }
        for grant in draft.left.values { core.quotas.note(grant) }
        // The last reference to what was in force goes here or there, not on a loop that has calls to serve.
        if isLong {
            let leaving = Leaving(old, draft)
            IdleThread.start { leaving.letGo() }
        }
        return draft.faults.isEmpty
    }

    private func draft(
        _ change: TableChange, after old: CompiledTable, isLenient: Bool, isLong: Bool
    ) async throws(TableFault) -> TableDraft {
        let quotas = core.quotas
        @Sendable func begun() -> TableDraft {
            TableDraft(change, after: old, quotas: quotas, isLenient: isLenient)
        }
        guard isLong else {
            var draft = begun()
            while try draft.work(rows: Gateway.pieceRows) {}
            return draft
        }
        let end = Gateway.nanoseconds + Gateway.sparingNanoseconds
        let begun = await IdleThread.run { () -> Result<(draft: TableDraft, isReady: Bool), TableFault> in
            var draft = begun()
            do throws(TableFault) {
                while try draft.work(rows: IdleThread.rows) {
                    IdleThread.giveWay()
                    if Gateway.nanoseconds > end { return .success((draft, false)) }
                }
                return .success((draft, true))
            } catch {
                return .failure(error)
            }
        }
        var (draft, isReady) = try begun.get()
        while !isReady {
            isReady = try !draft.work(rows: Gateway.pieceRows)
            await Task.yield()
        }
        return draft
    }
}
