import Testing

@testable import Gateway

@Suite("A table that is not in force any more")
struct LeavingTests {
    @Test("what another one shares with it stays, and all else of it goes")
    func lettingGo() throws {
        let table = Axis.table([1])
        var old: CompiledTable? = try CompiledTable(table)
        var change = TableChange()
        change.gone.grants = [table.grants[0].id]
        var draft: TableDraft? = TableDraft(change, after: old)
        while try draft?.work(rows: .max) == true {}
        let new = try #require(draft.map { CompiledTable($0.parts) })

        weak var lostTable = old
        weak var lostGrant = old?.parts.grants.all.first { $0.grant == table.grants[0] }
        weak var keptService = old?.parts.services[0]
        let leaving = try Leaving(#require(old), #require(draft))
        (old, draft) = (nil, nil)
        #expect(lostTable != nil && lostGrant != nil)
        leaving.letGo()

        #expect(lostTable == nil)
        #expect(lostGrant == nil)
        #expect(keptService != nil)
        #expect(new.parts.grants.count == table.grants.count - 1)
    }
}
