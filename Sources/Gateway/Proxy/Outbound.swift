import NIOCore

/// A connection to an instance of a service: reads answers in place and hands them to the call that waits. Confined to
/// its loop; used by one call at a time.
final class Outbound: ChannelDuplexHandler, Flushing {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let pool: Pool
    private var inbound: Inbound?
    private var context: ChannelHandlerContext?
    private var input: ByteBuffer?
    private var searched = 0
    private var reader: BodyReader?
    private var keepsAlive = false
    private var isReadHeld = false
    private var isEnded = false
    private var probed: ((Bool) -> Void)?
    /// Calls that were answered over this connection.
    private(set) var answered = 0
    /// Whether anything of the present answer has come.
    private(set) var hasBegun = false
    private(set) var idleSince: Int64 = 0

    init(_ pool: Pool) {
        self.pool = pool
    }

    private var isLeft = false
    /// Whether the service takes more.
    private(set) var isWritable = true
    var isFlushAwaited = false

    var isUsable: Bool { !isLeft && context != nil }

    func start(_ inbound: Inbound) {
        self.inbound = inbound
        (reader, hasBegun, searched) = (nil, false, 0)
    }

    func write(_ buffer: ByteBuffer) {
        guard let context else { return }
        context.write(wrapOutboundOut(buffer), promise: nil)
        if isWritable { pool.lane.flushes.add(self) } else { flush() }
    }

    func flush() { context?.flush() }

    /// The call is over before its answer was whole: what may still come has no place to go.
    func abandon() {
        inbound = nil
        close()
    }

    func close() {
        isLeft = true
        context?.close(promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard inbound != nil || probed != nil else { return close() }
        input.add(unwrapInboundIn(data))
        if probed == nil { process() } else { readProbe() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isLeft = true
        pool.isClosed(self)
        endProbe(isWell: false)
        isEnded = true
        endIfAllWasRead()
        context.fireChannelInactive()
    }

    /// The other side is gone; what it had sent before may still wait for the consumer.
    private func endIfAllWasRead() {
        guard isEnded, let inbound, inbound.takesAnswer else { return }
        if reader?.endsWithConnection == true { finish() } else { fail(inbound, .cutShort) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        if isWritable { inbound?.canSendMore() }
        context.fireChannelWritabilityChanged()
    }

    /// Nothing is read that the consumer cannot take.
    func read(context: ChannelHandlerContext) {
        if inbound?.takesAnswer != false { context.read() } else { isReadHeld = true }
    }

    func resume() {
        process()
        endIfAllWasRead()
        guard isReadHeld, inbound?.takesAnswer != false else { return }
        isReadHeld = false
        context?.read()
    }
}

extension Outbound {
    private func process() {
        guard let inbound, inbound.takesAnswer else { return }
        if reader == nil { readHead(inbound) }
        if reader != nil { readBody(inbound) }
        if self.inbound === inbound { inbound.flushAnswer() }
    }

    private func readHead(_ inbound: Inbound) {
        let lane = pool.lane
        while let length = input?.readableBytes, length > 0 {
            hasBegun = true
            let reading = input?.withUnsafeReadableBytes { bytes in
                HeadReader.readAnswer(bytes, &lane.head, searched: &searched, toHead: inbound.isHead)
            }
            switch reading {
            case .done?:
                // The answer may be refused, and then the consumer's next call is read into the same head.
                let (length, status, framing) = (lane.head.length, lane.head.status, lane.head.framing)
                // Interim answers are for this connection.
                if status >= 200 {
                    keepsAlive = lane.head.keepsAlive
                    input?.withUnsafeReadableBytes { inbound.answerHead($0, lane.head) }
                }
                input?.moveReaderIndex(forwardBy: length)
                if status < 200 { continue }
                if self.inbound === inbound { reader = BodyReader(framing, limit: inbound.answerBytesLimit) }
                return
            case .refused(let fault)?: return fail(inbound, fault == .badRequestLine ? .badStatusLine : fault)
            default: return
            }
        }
    }

    private func readBody(_ inbound: Inbound) {
        while self.inbound === inbound, inbound.takesAnswer {
            guard var reader, let buffer = input else { break }
            var place = 0
            let piece = buffer.withUnsafeReadableBytes { bytes in
                let piece = reader.next(bytes, &place)
                if case .content(let range) = piece {
                    inbound.answerContent(
                        UnsafeRawBufferPointer(rebasing: bytes[range]), in: buffer, at: range.lowerBound)
                }
                return piece
            }
            if self.inbound === inbound { self.reader = reader }
            input?.moveReaderIndex(forwardBy: place)
            switch piece {
            case .content: continue
            case .needsMore: return drop()
            case .end: return finish()
            case .refused(let fault): return fail(inbound, fault)
            }
        }
    }

    /// Lets go of a buffer that was read to its end, so that it can be used again.
    private func drop() {
        if input?.readableBytes == 0 { input = nil }
    }

    private func finish() {
        guard let inbound else { return }
        let excess = (input?.readableBytes ?? 0) > 0
        input = nil
        self.inbound = nil
        reader = nil
        answered += 1
        if excess {
            close()
            inbound.answerFailed(.excessBytes, isReused: false)
            return
        }
        if keepsAlive, isUsable, inbound.isRequestSent {
            idleSince = pool.lane.recent
            pool.release(self)
        } else {
            close()
        }
        inbound.answerEnd()
    }

    private func fail(_ inbound: Inbound, _ fault: HeadFault) {
        let isReused = answered > 0 && !hasBegun
        self.inbound = nil
        input = nil
        close()
        inbound.answerFailed(fault, isReused: isReused)
    }
}

/// Asking how an instance is.
extension Outbound {
    /// The connection ends with the answer.
    func probe(_ path: String, _ told: @escaping (Bool) -> Void) {
        probed = told
        write(
            ByteBuffer(
                string: "GET \(path) HTTP/1.1\r\nhost: \(pool.instance.authority)\r\nconnection: close\r\n\r\n"))
    }

    /// Says once how it was; later calls say nothing.
    func endProbe(isWell: Bool) {
        guard let told = probed else { return }
        probed = nil
        told(isWell)
        close()
    }

    private func readProbe() {
        let lane = pool.lane
        let reading = input?.withUnsafeReadableBytes { bytes in
            HeadReader.readAnswer(bytes, &lane.head, searched: &searched, toHead: false)
        }
        switch reading {
        case .done?: endProbe(isWell: (200..<300).contains(lane.head.status))
        case .refused?: endProbe(isWell: false)
        default: break
        }
    }
}
