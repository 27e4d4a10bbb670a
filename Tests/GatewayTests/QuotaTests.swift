import Crypto
import Logging
import StrictJSON
import TestKit
import Testing
import Vocabulary

@testable import Gateway
@testable import Ledger

/// What was used of a quota outlives the program.
@Suite("Quotas over a restart", .serialized)
struct QuotaTests {
    private static let quota = Quota(calls: 3, windowSeconds: 366 * 86_400)

    private static func table(_ port: Int, _ evidence: EvidenceClass = .beforeRelease) -> Table {
        Axis.table([port], evidence: evidence, quota: quota)
    }

    /// Another gateway on the same log, as after a restart.
    private static func again(_ axis: Axis, _ saved: [UInt8]?, _ table: Table) async throws -> Gateway {
        let gateway = try Gateway(Table(), ledger: axis.ledger, now: Axis.clock)
        try await gateway.recall(saved)
        try await gateway.swap(table)
        return gateway
    }

    private func used(_ gateway: Gateway) -> Int64 {
        gateway.table.parts.grants.all.reduce(0) { $0 + $1.meter.count(QuotaTests.quota).used }
    }

    @Test("after an orderly stop the count is exact; after a crash the leaves tell what came since")
    func counts() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        let table = QuotaTests.table(upstream.port)
        try await Axis.with(table) { axis async throws in
            let before = axis.gateway.quotasInUse()
            #expect(try await axis.call().status == 200)
            let between = axis.gateway.quotasInUse()
            #expect(try await axis.call().status == 200)
            let after = axis.gateway.quotasInUse()
            for saved in [before, between, after] {
                #expect(used(try await QuotaTests.again(axis, saved, table)) == 2)
            }
            #expect(used(try await QuotaTests.again(axis, nil, table)) == 0)
        }
        try await upstream.close()
    }

    @Test("a grant that was suspended goes on where it was")
    func suspended() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        let table = QuotaTests.table(upstream.port)
        try await Axis.with(table) { axis async throws in
            for _ in 0..<2 { #expect(try await axis.call().status == 200) }
            var without = table
            without.grants = []
            try await axis.gateway.swap(without)
            #expect(try await axis.call().code == "no-grant")
            try await axis.gateway.swap(table)
            #expect(try await axis.call().status == 200)
            #expect(try await axis.call().code == "quota")
        }
        try await upstream.close()
    }

    @Test("what is written down of it is read, or refused as a whole")
    func reading() async throws {
        try await Axis.with(QuotaTests.table(1)) { axis async throws in
            let gateway = try Gateway(Table(), ledger: axis.ledger, now: Axis.clock)
            for text in ["", "{}", "[]", #"{"grants":{"a":{}},"size":0}"#] {
                await #expect(throws: (any Error).self) { try await gateway.recall(Array(text.utf8)) }
            }
            try await gateway.recall(Array(#"{"grants":{},"size":900}"#.utf8))
        }
    }
}
