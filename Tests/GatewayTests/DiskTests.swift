import StrictJSON
import Synchronization
import TestKit
import Testing

@testable import Gateway
@testable import Ledger

@Suite("A full disk", .serialized)
struct DiskTests {
    @Test("withholds answers, stops calls before a service is asked, and loses no evidence")
    func full() async throws {
        let isFull = Disk()
        var settings = Ledger.Settings()
        settings.fault = { call throws(LedgerError) in
            if call == .write, isFull.value { throw .disk(call: call.rawValue, code: 28) }
        }
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        try await Axis.with(Axis.table([upstream.port]), fault: settings) { axis in
            #expect(try await axis.call().status == 200)
            isFull.set(true)
            let withheld = try await axis.call()
            #expect(withheld.status == 507 && withheld.code == "evidence-not-durable")
            #expect(upstream.heard.all.count == 2)
            let refused = try await axis.call()
            #expect(refused.status == 507)
            #expect(upstream.heard.all.count == 2)
            #expect(axis.ledger.checkpoint.size == 1)
            isFull.set(false)
            #expect(try await eventually(withinSeconds: 20) { try await axis.call().status == 200 })
            let calls = try await axis.records().map { try $0.requireString("call") }
            #expect(calls.count == 3 && calls[1] == withheld.field("truc-call"))
        }
        try await upstream.close()
    }

    private final class Disk: Sendable {
        private let isFull = Mutex(false)
        var value: Bool { isFull.withLock { $0 } }
        func set(_ new: Bool) { isFull.withLock { $0 = new } }
    }
}
