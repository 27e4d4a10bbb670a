import Ledger
import NIOCore
import StrictJSON
import Synchronization

/// Which receipts a path asks for: `/evidence/{call}`, where the call is what the answer's `Truc-Call` said, for all of
/// its leaves; `/evidence/{leaf}` for one leaf; either with `/other` behind it for what the provider's node has of the
/// same exchange: of the call all of its leaves, of a leaf the one that it names.
struct WantedReceipt: Sendable, Equatable {
    enum Subject: Sendable, Equatable {
        case call(CallID)
        case leaf(Int64)
    }

    let subject: Subject
    let isOther: Bool
    /// Of a call: the leaf from which on it is looked for, as an answer before said it.
    var from: Int64 = 0

    /// Nil for other paths.
    ///
    /// - Parameter query: `from=` and a leaf; others say nothing here.
    init?(_ path: UnsafeRawBufferPointer, query: UnsafeRawBufferPointer?) {
        if let query, let number = Inbound.after("from=", in: query), (1...18).contains(number.count) {
            from = max(0, Int64(String(decoding: number, as: UTF8.self)) ?? 0)
        }
        guard let rest = Inbound.after("/evidence/", in: path) else { return nil }
        let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.count
        let name = UnsafeRawBufferPointer(rebasing: rest[..<end])
        let tail = UnsafeRawBufferPointer(rebasing: rest[end...])
        isOther = tail.elementsEqual("/other".utf8)
        guard tail.isEmpty || isOther else { return nil }
        if let call = CallID(name) {
            subject = .call(call)
        } else if (1...20).contains(name.count), name.allSatisfy(Characters.digits.contains),
            let leaf = Int64(String(decoding: name, as: UTF8.self))
        {
            subject = .leaf(leaf)
        } else {
            return nil
        }
    }
}

/// The receipts of a call, for the consumer whose call it was.
extension Inbound {
    func sendReceipt(_ wanted: WantedReceipt) {
        phase = .asking
        deadline = lane.nanoseconds + 20_000_000_000
        let (asked, core, loop, table) = (id, lane.core, lane.loop, lane.table)
        let consumer = consumer?.consumer.id ?? ""
        let bound = NIOLoopBound(self, eventLoop: lane.loop)
        Task {
            let found: Result<[UInt8], Refusal>
            do throws(Refusal) {
                found = .success(try await ReceiptDesk(core: core, table: table, consumer: consumer).receipt(wanted))
            } catch {
                found = .failure(error)
            }
            core.visits.during { loop.execute { bound.value.isProved(asked, found) } }
        }
    }

    private func isProved(_ asked: CallID, _ found: Result<[UInt8], Refusal>) {
        guard phase == .asking, id == asked, let context else { return }
        switch found {
        case .failure(let refusal): refuse(refusal)
        case .success(let receipt):
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
}

/// Makes receipts for one consumer. What is another's looks like what is not there.
private struct ReceiptDesk {
    let core: Core
    let table: CompiledTable
    let consumer: String

    func receipt(_ wanted: WantedReceipt) async throws(Refusal) -> [UInt8] {
        switch wanted.subject {
        case .leaf(let leaf):
            let proven = try await prove(leaf)
            guard let record = proven.receipt.leaf.record, let exchange = RecordedExchange(record, index: leaf),
                exchange.consumer == consumer
            else { throw .noReceipt }
            return wanted.isOther
                ? try await other(of: [exchange], core.answers.otherReceipt) : proven.json.canonical()
        case .call(let call):
            let found = try await search(for: call, from: wanted.from)
            let exchanges = found.exchanges
            if wanted.isOther { return try await other(of: exchanges, core.answers.otherReceipts) }
            guard exchanges.contains(where: \.isLast) else { throw .receiptWithoutEnd.saying(found, of: call) }
            var receipts: [ProvenReceipt] = []
            for exchange in exchanges { receipts.append(try await prove(exchange.index)) }
            return ReceiptBundle.json(receipts).canonical()
        }
    }

    private func prove(_ leaf: Int64) async throws(Refusal) -> ProvenReceipt {
        do { return try await core.ledger.prove(leaf) } catch { throw .noReceipt }
    }

    /// All leaves of the call: while one is still to come, none is given.
    private func search(for call: CallID, from: Int64) async throws(Refusal) -> ExchangeSearch.Found {
        let consumer = consumer
        guard core.searches.withLock({ $0.enter(consumer) }) else { throw .tooManySearches }
        defer { core.searches.withLock { $0.leave(consumer) } }
        // Asked before the log is read: what becomes durable between the two is found there.
        let isOnItsWay = (try? await core.visit { $0.holds(call, of: consumer) })?.contains(true) ?? false
        if isOnItsWay { throw .receiptNotYet }
        let search = ExchangeSearch(ledger: core.ledger, leavesLimit: core.settings.receiptLeaves)
        guard let found = try? await search.exchanges(of: call, for: consumer, from: from) else { throw .noReceipt }
        guard !found.exchanges.isEmpty else { throw .noReceipt.saying(found, of: call) }
        return found
    }

    private func other(
        of exchanges: [RecordedExchange], _ ask: @Sendable (String, Int64, String) async -> [UInt8]?
    ) async throws(Refusal) -> [UInt8] {
        guard let exchange = exchanges.first(where: { $0.peer != nil }), let peer = exchange.peer,
            let node = table.node(ofService: exchange.serviceID),
            let receipt = await ask(node, peer, exchange.client)
        else { throw .noReceipt }
        return receipt
    }
}

extension Refusal {
    fileprivate static let noReceipt = Refusal(
        404, "no-receipt", "There is no such evidence of yours.", road: "Client.BadRequest")
    fileprivate static let receiptNotYet = Refusal(
        202, "receipt-not-yet", "The call is under way, or its evidence is not durable yet.",
        road: "Server.ServerProxy.LoggingFailed", retryAfterSeconds: 1)
    fileprivate static let receiptWithoutEnd = Refusal(
        404, "receipt-without-end",
        "Only the opening of this call was found near its beginning. Ask for its leaf by the number in Truc-Evidence.",
        road: "Server.ServerProxy.LoggingFailed")

    /// How far was looked, and where to go on.
    fileprivate func saying(_ found: ExchangeSearch.Found, of call: CallID) -> Refusal {
        guard let first = found.searched.first, let last = found.searched.last else { return self }
        var words = "\(reason) Leaves \(first) to \(last) of the log were looked through."
        if found.hasMore { words += " More of it may stand behind them: go on with ?from=\(last + 1)." }
        var refusal = Refusal(status, code, words, road: road)
        if found.hasMore { refusal.next = "/evidence/\(call.text)?from=\(last + 1)" }
        return refusal
    }
    fileprivate static let tooManySearches = Refusal(
        503, "receipts-crowded", "Too many receipts are looked for at present.",
        road: "Server.ClientProxy.NetworkError", retryAfterSeconds: 1)
}
