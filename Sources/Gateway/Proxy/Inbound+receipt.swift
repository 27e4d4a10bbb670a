import Ledger
import NIOCore
import StrictJSON

/// Which receipt a path asks for: `/evidence/{leaf}`, or `/evidence/{leaf}/other` for what the provider's node has of
/// the same exchange.
struct WantedReceipt: Sendable, Equatable {
    let leaf: Int64
    let isOther: Bool

    /// Nil for other paths.
    init?(_ path: UnsafeRawBufferPointer) {
        guard let rest = Inbound.after("/evidence/", in: path) else { return nil }
        var end = 0
        while end < rest.count, Characters.digits.contains(rest[end]) { end += 1 }
        guard (1...20).contains(end), let leaf = Int64(String(decoding: rest[..<end], as: UTF8.self)) else {
            return nil
        }
        let tail = UnsafeRawBufferPointer(rebasing: rest[end...])
        isOther = tail.elementsEqual("/other".utf8)
        guard tail.isEmpty || isOther else { return nil }
        self.leaf = leaf
    }
}

/// The receipt of a call, for the consumer whose call it was.
extension Inbound {
    func sendReceipt(_ wanted: WantedReceipt) {
        phase = .asking
        deadline = lane.nanoseconds + 20_000_000_000
        let (asked, core, loop, table) = (id, lane.core, lane.loop, lane.table)
        let consumer = consumer?.consumer.id ?? ""
        let bound = NIOLoopBound(self, eventLoop: lane.loop)
        Task {
            let receipt = await Inbound.receipt(wanted, of: consumer, core, table)
            loop.execute { bound.value.isProved(asked, receipt) }
        }
    }

    /// Nil when there is no such leaf, or it is another's: both look the same.
    private static func receipt(
        _ wanted: WantedReceipt, of consumer: String, _ core: Core, _ table: CompiledTable
    ) async -> [UInt8]? {
        guard let proven = try? await core.ledger.prove(wanted.leaf), let record = proven.receipt.leaf.record,
            let exchange = RecordedExchange(record, index: wanted.leaf), exchange.consumer == consumer
        else { return nil }
        guard wanted.isOther else { return proven.json.canonical() }
        guard let peer = exchange.peer, let node = table.node(ofService: exchange.serviceID) else { return nil }
        return await core.answers.otherReceipt(node, peer, exchange.client)
    }

    private func isProved(_ asked: CallID, _ receipt: [UInt8]?) {
        guard phase == .asking, id == asked, let context else { return }
        guard let receipt else {
            return refuse(
                Refusal(404, "no-receipt", "There is no such evidence of yours.", road: "Client.BadRequest"))
        }
        (phase, status, savedHead) = (.sent, 200, nil)
        // A body that nobody read must not be taken for the next request.
        if reader?.isDone == false { keepsAlive = false }
        var out = ByteBuffer()
        out.writeString(
            """
            HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
            content-disposition: attachment; filename="receipt.json"\r\ncontent-length: \(receipt.count)\r\n
            """)
        out.writeString(keepsAlive ? "\r\n" : "connection: close\r\n\r\n")
        if !isHead { out.writeBytes(receipt) }
        context.writeAndFlush(wrapOutboundOut(out), promise: nil)
        done()
    }
}
