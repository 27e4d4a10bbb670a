import Crypto
import NIOCore

/// The request on its way to the service.
extension Inbound {
    /// The head for the service: the target below its own path, the fields that are for it, and what the gateway says.
    func writeRequest(_ bytes: UnsafeRawBufferPointer, _ head: Head) throws(Refusal) {
        guard let service, let consumer, let instance = pickInstance(service) else { throw .noInstance }
        self.instance = instance
        let pen = lane.pen
        pen.clear()
        pen.add(head.method.bytes(bytes))
        pen.add(" ")
        pen.add(instance.base)
        pen.add(UnsafeRawBufferPointer(rebasing: bytes[restStart..<Int(head.target.end)]))
        hostPlace = pen.count
        pen.add(instance.hostField)
        writeLines(bytes, head, to: pen)
        writeTrace(bytes, head, to: pen)
        pen.add("truc-call: ")
        pen.add(id)
        pen.add(consumer.field)
        if instance.isNode { try writeForNode(bytes, head, to: pen) }
        writeFraming(head, to: pen)
        pen.add("\r\n")
        requestRoom.clear(minimumCapacity: pen.count)
        requestRoom.writeBytes(pen.bytes)
        if var held = heldRequest {
            held.withUnsafeReadableBytes { hashRequest($0) }
            requestRoom.writeBuffer(&held)
        }
        sending = requestRoom
    }

    /// Runs of lines that go on, each copied as one.
    private func writeLines(_ bytes: UnsafeRawBufferPointer, _ head: Head, to pen: Pen) {
        let isFiltered = grant?.filter != nil
        // Whoever may not read a tag may not try one either.
        let isReading = isHead || HeadReader.equals(bytes, head.method, "GET")
        // What this node signs anew, or has looked at: the caller's word to the gateway is none to the service.
        let isSigned = instance?.isNode == true
        let isConsumed = if case .somebody = signer { true } else { false }
        var start = -1
        var end = 0
        for line in head.lines {
            let stays =
                !line.name.isDropped && !line.isForConnection
                && !(isFiltered && (line.name.asksForOtherBody || isReading && line.name == .condition))
                && !(isSigned && line.name.isSignature) && !(isConsumed && line.name.isSignatureField)
            if stays {
                if start < 0 { start = Int(line.line.start) }
                end = Int(line.line.end)
            } else if start >= 0 {
                pen.add(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                start = -1
            }
        }
        if start >= 0 { pen.add(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) }
        if isConsumed, !isSigned { writeOtherSignatures(bytes, head, to: pen) }
    }

    /// The signatures that are not for the gateway, without the one that is.
    private func writeOtherSignatures(_ bytes: UnsafeRawBufferPointer, _ head: Head, to pen: Pen) {
        guard let input = head.value(.signatureInput)?.bytes(bytes) else { return }
        let labels = SignatureMembers(input).map(SignatureMembers.label)
        let consumed = SignedRequest.labels.first { labels.contains($0) }
        for line in head.lines where line.name.isSignatureField {
            let others = SignatureMembers(line.value.bytes(bytes)).filter { SignatureMembers.label(of: $0) != consumed }
            for (place, member) in others.enumerated() {
                if place == 0 { pen.add(line.name == .signature ? "signature: " : "signature-input: ") }
                if place > 0 { pen.add(", ") }
                pen.add(member)
            }
            if !others.isEmpty { pen.add("\r\n") }
        }
    }

    /// W3C Trace Context: the caller's trace goes on, with the gateway as its next span; otherwise one begins.
    private func writeTrace(_ bytes: UnsafeRawBufferPointer, _ head: Head, to pen: Pen) {
        let known = head.value(.traceparent)?.bytes(bytes)
        pen.add("traceparent: 00-")
        if let known, Inbound.isTrace(known) {
            pen.add(UnsafeRawBufferPointer(rebasing: known[3..<35]))
        } else {
            pen.add(hex: lane.random.next() | 1)
            pen.add(hex: lane.random.next() | 1)
        }
        pen.add("-")
        pen.add(hex: lane.random.next() | 1)
        pen.add("-01\r\n")
    }

    /// `00-`, 32 lowercase hexadecimal digits that are not all zero, `-`, 16 of them, `-`, 2 of them.
    static func isTrace(_ value: UnsafeRawBufferPointer) -> Bool {
        guard value.count == 55, value[0] == 0x30, value[1] == 0x30 else { return false }
        for (place, byte) in value.enumerated() {
            if place == 2 || place == 35 || place == 52 {
                guard byte == UInt8(ascii: "-") else { return false }
            } else {
                guard PathRules.hex(byte) != nil, byte < UInt8(ascii: "A") || byte > UInt8(ascii: "F") else {
                    return false
                }
            }
        }
        return value[3..<35].contains { $0 != UInt8(ascii: "0") } && value[36..<52].contains { $0 != UInt8(ascii: "0") }
    }

    private func writeFraming(_ head: Head, to pen: Pen) {
        isChunkedOut = false
        let length: Int64
        switch head.framing {
        case _ where heldRequest != nil: length = Int64(heldRequest?.readableBytes ?? 0)
        case .none, .untilClose: return
        case .length(let known): length = known
        case .chunked:
            pen.add("transfer-encoding: chunked\r\n")
            isChunkedOut = true
            return
        }
        pen.add("content-length: ")
        pen.add(decimal: length)
        pen.add("\r\n")
    }

    /// The instances in turn, from a random one on; one that is left out is passed over.
    private func pickInstance(_ service: CompiledOffer) -> Instance? {
        let count = service.instances.count
        guard count > 0 else { return nil }
        let first = count == 1 ? 0 : Int(lane.random.next() % UInt64(count))
        for step in 0..<count {
            let candidate = service.instances[(first + step) % count]
            if let instance {
                guard candidate.upstream.basePath == instance.upstream.basePath,
                    candidate.upstream.node == instance.upstream.node
                else { continue }
                if candidate === instance, count > 1, step < count - 1 { continue }
            }
            if candidate.admits(startedAt) { return candidate }
        }
        return nil
    }

    func hashRequest(_ bytes: UnsafeRawBufferPointer) {
        requestHash.update(bufferPointer: bytes)
        roadHash?.body(bytes)
    }

    func sayContinue() {
        guard expectsContinue, let context else { return }
        expectsContinue = false
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
    }
}

/// Sending.
extension Inbound {
    /// Sends the head and what there is of the body; as soon as there is a connection.
    func launch() {
        if heldRequest == nil, reader != nil {
            if !takeBody() { return }
        } else {
            reader = nil
        }
        phase = .connecting
        tries += 1
        guard let instance else { return }
        connect(to: instance)
    }

    /// For its address and for itself a connection has as long each; both end before the call is given up.
    private func connect(to instance: Instance) {
        deadline = lane.recent + Inbound.nanoseconds(2 * instance.limits.connectSeconds + 1)
        lane.pool(of: instance).connect(self)
    }

    /// Not when an answer of the gateway's own has begun meanwhile: the call was given up, and is not sent any more.
    func awaitsConnection(_ call: CallID) -> Bool { phase == .connecting && id == call && answer == .none }

    var isRequestSent: Bool { phase == .sent }

    /// No more than this is kept for another try.
    private static let keptBytes = 64 << 10

    func isConnected(_ outbound: Outbound) {
        guard let sending, let service else { return }
        self.outbound = outbound
        outbound.start(self)
        let isWhole = reader?.isDone ?? true
        if !isWhole || !isRepeatable || sending.readableBytes > Inbound.keptBytes { self.sending = nil }
        phase = isWhole ? .sent : .sending
        let answerDeadline = lane.recent + Inbound.nanoseconds(service.service.limits.answerSeconds)
        deadline = isWhole ? answerDeadline : bodyDeadline(lane.recent)
        // All is settled before: the connection may break under it, and the call be tried elsewhere or be over.
        outbound.write(sending)
        guard phase == .sending, self.outbound === outbound else { return }
        if !outbound.isWritable { deadline = answerDeadline }
        sayContinue()
        advance()
    }

    func cannotConnect(_ fault: PoolFault) {
        guard let instance, let service else { return }
        if fault == .refused { instanceFailed() }
        // Nothing was sent: any call may go elsewhere.
        if fault == .refused || fault == .unresolved, tries < service.service.limits.tries,
            let other = pickInstance(service)
        {
            return again(at: other)
        }
        switch fault {
        case .refused: refuse(.unreachable(instance.upstream, "cannot be reached"))
        case .unresolved: refuse(.unreachable(instance.upstream, "has an address that is not known at present"))
        case .saturated: refuse(.noInstance)
        case .privateAddress:
            refuse(
                Refusal(
                    502, "private-address", "The service's address lies in a network of the node.",
                    road: "Server.ServerProxy.ServiceFailed.NetworkError"))
        }
    }

    /// Sends the same request once more, to an instance that may have another name.
    func again(at other: Instance) {
        if let instance, instance.authority != other.authority, let sent = sending {
            var moved = ByteBuffer()
            moved.reserveCapacity(sent.readableBytes + 64)
            moved.writeImmutableBuffer(sent.getSlice(at: 0, length: hostPlace) ?? ByteBuffer())
            moved.writeBytes(other.hostField)
            let rest = hostPlace + instance.hostField.count
            moved.writeImmutableBuffer(sent.getSlice(at: rest, length: sent.writerIndex - rest) ?? ByteBuffer())
            sending = moved
        }
        instance = other
        phase = .connecting
        tries += 1
        connect(to: other)
    }

    func retryInstance() -> Instance? {
        guard let service, sending != nil, tries < service.service.limits.tries + (service.instances.isEmpty ? 0 : 1)
        else { return nil }
        return pickInstance(service)
    }

    /// Adds what there is of the body to the head. False when the body is not well formed.
    private func takeBody() -> Bool {
        while (sending?.readableBytes ?? 0) < Inbound.keptBytes {
            switch nextPiece() {
            case .content(var content): writeContent(&content) { sending?.writeBuffer(&$0) }
            case .end:
                if isChunkedOut { sending?.writeStaticString("0\r\n\r\n") }
                return true
            case .needsMore: return true
            case .refused(let refusal):
                refuse(refusal)
                return false
            }
        }
        return true
    }

    /// By when the next piece of the body must be there: soon, and so that the whole keeps its pace.
    func bodyDeadline(_ now: Int64) -> Int64 {
        let settings = lane.core.settings
        let paced = settings.bodySeconds + Double(reader?.total ?? 0) / settings.bodyBytesPerSecond
        return min(now + Inbound.nanoseconds(settings.bodySeconds), startedAt + Inbound.nanoseconds(paced))
    }

    /// Sends what has come of the body, as long as the service takes it. True never: it goes on with the next bytes.
    func sendBody() -> Bool {
        // What is written may be taken at once, and call for more: that is what this loop sends next.
        guard let outbound, !isSendingBody else { return false }
        isSendingBody = true
        defer { isSendingBody = false }
        let couldSend = outbound.isWritable
        while outbound.isWritable {
            switch nextPiece() {
            case .content(var content):
                writeContent(&content) { outbound.write($0) }
                // The connection may have broken under it, and the call be over.
                guard self.outbound === outbound else { return false }
                deadline = bodyDeadline(lane.recent)
            case .end:
                phase = .sent
                if isChunkedOut { outbound.write(ByteBuffer(staticString: "0\r\n\r\n")) }
                guard self.outbound === outbound else { return false }
                if answer == .none, let service {
                    deadline = lane.recent + Inbound.nanoseconds(service.service.limits.answerSeconds)
                }
                resumeReading()
                return false
            case .needsMore:
                resumeReading()
                return false
            case .refused(let refusal):
                abandonOutbound()
                refuse(refusal)
                return false
            }
        }
        // It takes nothing more: from now on the service is waited for, and not the application.
        if couldSend, let service { deadline = lane.recent + Inbound.nanoseconds(service.service.limits.answerSeconds) }
        return false
    }

    /// The service takes more.
    func canSendMore() {
        if phase == .sending { _ = sendBody() }
    }

    private enum Next {
        case content(ByteBuffer)
        case end
        case needsMore
        case refused(Refusal)
    }

    private func nextPiece() -> Next {
        guard var reader else { return .end }
        var place = 0
        let start = input?.readerIndex ?? 0
        let piece =
            input?.withUnsafeReadableBytes { bytes in
                let piece = reader.next(bytes, &place)
                if case .content(let range) = piece { hashRequest(UnsafeRawBufferPointer(rebasing: bytes[range])) }
                return piece
            } ?? (reader.isDone ? .end : .needsMore)
        self.reader = reader
        var content: ByteBuffer?
        if case .content(let range) = piece {
            content = input?.getSlice(at: start + range.lowerBound, length: range.count)
        }
        input?.moveReaderIndex(forwardBy: place)
        if input?.readableBytes == 0 { input = nil }
        switch piece {
        case .content: return content.map { .content($0) } ?? .needsMore
        case .end: return .end
        case .needsMore: return .needsMore
        case .refused(let fault): return .refused(Refusal(fault))
        }
    }

    private func writeContent(_ content: inout ByteBuffer, _ write: (inout ByteBuffer) -> Void) {
        guard isChunkedOut else { return write(&content) }
        // As one: writing may call for the next before it returns.
        var chunk = ByteBuffer()
        chunk.reserveCapacity(content.readableBytes + 24)
        chunk.writeChunkSize(content.readableBytes)
        chunk.writeBuffer(&content)
        chunk.writeStaticString("\r\n")
        write(&chunk)
    }

    func abandonOutbound() {
        outbound?.abandon()
        outbound = nil
    }
}

extension ByteBuffer {
    /// Hexadecimal and CR LF.
    mutating func writeChunkSize(_ count: Int) {
        writeString(String(count, radix: 16))
        writeStaticString("\r\n")
    }
}
