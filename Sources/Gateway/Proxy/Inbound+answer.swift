import Logging
import Crypto
import NIOCore
import Vocabulary

/// The service's answer on its way to the consumer: held until its leaf is durable, or streamed.
extension Inbound {
    var answerBytesLimit: Int64 { service?.service.limits.responseBytes ?? .max }

    /// Whether the consumer, the disk and the memory can take more of the answer.
    var takesAnswer: Bool {
        switch answer {
        case .none, .held: true
        case .opening, .waiting: false
        case .streamed: isWritable
        }
    }

    private var isStrict: Bool { grant?.isStrict == true }

    /// What an instance says that cannot serve anybody at present (RFC 9110 §15.6.3 to §15.6.5).
    var isUnavailable: Bool { (502...504).contains(status) }

    /// By when the leaf must be there for which the answer waits.
    var leafDeadline: Int64 { lane.recent + Inbound.nanoseconds(lane.core.settings.leafSeconds) }

    func instanceFailed() { instance?.failed(lane.nanoseconds, began: startedAt) }

    func answerHead(_ bytes: UnsafeRawBufferPointer, _ head: Head) {
        guard let grant, let service else { return }
        status = head.status
        if isUnavailable { instanceFailed() }
        deadline = lane.recent + Inbound.nanoseconds(service.service.limits.answerSeconds)
        if service.goesToNode {
            peerLeaf = Inbound.peerText(bytes, head)
            if !isRoad { peerRefusal = PeerRefusal(bytes, head) }
            if peerRefusal != nil { return }
        }
        if let tree = grant.filter {
            if head.framing == .none {
                // There is no body; what the head says of one is not for this consumer either.
                if isHead { filter = FieldFilter(tree) }
            } else if !Inbound.isJSON(bytes, head) {
                return replaceAnswer(head.status < 300 ? .notJSON : .withheld(head.status))
            } else {
                let isProblem = head.status >= 400 && Inbound.isProblem(bytes, head)
                filter = FieldFilter(isProblem ? .problem : tree)
            }
        }
        answer = isStrict ? .held : .streamed
        writeAnswerHead(bytes, head)
        beginAnswerHash()
    }

    private static func isJSON(_ bytes: UnsafeRawBufferPointer, _ head: Head) -> Bool {
        guard let type = head.value(.contentType)?.bytes(bytes), head.value(.contentEncoding) == nil else {
            return false
        }
        return isJSON(type)
    }

    /// - Parameter type: a media type with its parameters.
    static func isJSON(_ type: UnsafeRawBufferPointer) -> Bool {
        var end = 0
        while end < type.count, type[end] != UInt8(ascii: ";"), type[end] != 0x20 { end += 1 }
        let bare = UnsafeRawBufferPointer(rebasing: type[..<end])
        if HeadReader.resembles(bare, "application/json") { return true }
        guard bare.count > 5 else { return false }
        return HeadReader.resembles(UnsafeRawBufferPointer(rebasing: bare[(bare.count - 5)...]), "+json")
            && bare.first.map { HeadReader.lower($0) == UInt8(ascii: "a") } == true
    }

    /// Problem details (RFC 9457) say what went wrong, not what was asked for. Only the members that the RFC names
    /// pass: others may be data.
    private static func isProblem(_ bytes: UnsafeRawBufferPointer, _ head: Head) -> Bool {
        head.value(.contentType).map { isProblem($0.bytes(bytes)) } ?? false
    }

    static func isProblem(_ type: UnsafeRawBufferPointer) -> Bool {
        Inbound.after("application/problem+json", in: type) != nil
    }

    /// What the provider's node says of its leaf, when it is spelled as nodes do.
    private static func peerText(_ bytes: UnsafeRawBufferPointer, _ head: Head) -> String? {
        guard let value = head.value(.peer)?.bytes(bytes), (1...128).contains(value.count),
            value.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
        else { return nil }
        return String(decoding: value, as: UTF8.self)
    }

    private func writeAnswerHead(_ bytes: UnsafeRawBufferPointer, _ head: Head) {
        let pen = lane.pen
        pen.clear()
        pen.add("HTTP/1.1 ")
        if grant?.filter == nil {
            // Status and reason as they came.
            let lineEnd = head.lines.first.map { Int($0.line.start) } ?? head.length - 2
            pen.add(UnsafeRawBufferPointer(rebasing: bytes[9..<lineEnd]))
        } else {
            // A reason is free text, and may be left out (RFC 9112 §4).
            pen.add(UnsafeRawBufferPointer(rebasing: bytes[9..<12]))
            pen.add(" \r\n")
        }
        writeLines(ofAnswer: bytes, head, to: pen)
        writeOwnFields(to: pen)
        isFramed = false
        switch head.framing {
        case .none: frame(.none, to: pen)
        case .length(let length) where filter == nil: frame(.length(length), to: pen)
        default: if answer == .streamed { frame(.chunked, to: pen) }
        }
        held.clear(minimumCapacity: pen.count)
        held.writeBytes(pen.bytes)
    }

    /// Runs of lines that go on, each copied as one.
    private func writeLines(ofAnswer bytes: UnsafeRawBufferPointer, _ head: Head, to pen: Pen) {
        let isFiltered = grant?.filter != nil
        var start = -1
        var end = 0
        for line in head.lines {
            let isKept = isHead && line.name == .contentLength && filter == nil
            let stays =
                isKept
                || !line.name.isDroppedFromAnswer && !line.isForConnection && !isEchoed(line.name)
                    && (!isFiltered || line.name.passesFilter(line.nameBytes(bytes)))
            if stays {
                if start < 0 { start = Int(line.line.start) }
                end = Int(line.line.end)
                continue
            }
            if start >= 0 { pen.add(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) }
            start = -1
        }
        if start >= 0 { pen.add(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) }
    }

    /// X-Road fields that the gateway gives back itself.
    private func isEchoed(_ name: HeaderName) -> Bool {
        guard isRoad else { return false }
        switch name {
        case .roadClient, .roadID, .roadIssue, .roadRepresented, .roadUser: return true
        default: return false
        }
    }

    private func writeOwnFields(to pen: Pen) {
        pen.add("truc-call: ")
        pen.add(id)
        pen.add("\r\n")
        if isStrict {
            pen.add("truc-evidence: ")
            leafPlace = pen.count
            pen.add("00000000000000000000\r\n")
        }
        if isRoad {
            pen.add(echo)
            if let roadHash {
                pen.add("x-road-request-hash: ")
                pen.add(Base64.encode(roadHash.value))
                pen.add("\r\n")
            }
        }
        if !keepsAlive {
            pen.add("connection: close\r\n")
        } else if minor == 0 {
            pen.add("connection: keep-alive\r\n")
        }
    }

    /// Ends the head with how the body is delimited.
    private func frame(_ framing: BodyFraming, to pen: Pen) {
        isFramed = true
        switch framing {
        case .none: break
        case .length(let length):
            pen.add("content-length: ")
            pen.add(decimal: length)
            pen.add("\r\n")
        case .chunked where minor == 1:
            pen.add("transfer-encoding: chunked\r\n")
            isChunkedAnswer = true
        case .chunked, .untilClose:
            if keepsAlive { pen.add("connection: close\r\n") }
            (keepsAlive, isClosedByEnd) = (false, true)
        }
        pen.add("\r\n")
    }

    /// Ends a head that was written before it was known how long the body is.
    private func frameLate(_ framing: BodyFraming) {
        guard !isFramed else { return }
        lane.pen.clear()
        frame(framing, to: lane.pen)
        held.writeBytes(lane.pen.bytes)
    }

    private func beginAnswerHash() {
        answerHash = SHA256()
        withUnsafeTemporaryAllocation(byteCount: 4, alignment: 1) { line in
            line[0] = UInt8(ascii: "0") + UInt8(status / 100 % 10)
            line[1] = UInt8(ascii: "0") + UInt8(status / 10 % 10)
            line[2] = UInt8(ascii: "0") + UInt8(status % 10)
            line[3] = 0x0A
            answerHash.update(bufferPointer: UnsafeRawBufferPointer(line))
        }
    }

    /// A piece of the answer: `content` are the bytes at `place` behind the reader index of `buffer`.
    func answerContent(_ content: UnsafeRawBufferPointer, in buffer: ByteBuffer, at place: Int) {
        if peerRefusal != nil {
            peerRefusal?.add(content)
        } else if filter != nil {
            lane.scratch.removeAll(keepingCapacity: true)
            guard filter?.feed(content, to: &lane.scratch) == true else { return replaceAnswer(.notJSON) }
            let filtered = lane.scratch
            filtered.withUnsafeBytes { bytes in
                pass(bytes) { ByteBuffer(bytes: bytes) }
            }
        } else {
            pass(content) { buffer.getSlice(at: buffer.readerIndex + place, length: content.count) ?? ByteBuffer() }
        }
    }

    private func pass(_ content: UnsafeRawBufferPointer, slice: () -> ByteBuffer) {
        guard !content.isEmpty else { return }
        if answer == .held, answerBytes + Int64(content.count) > Int64(Gateway.heldBytes), !open() { return }
        answerHash.update(bufferPointer: content)
        answerBytes += Int64(content.count)
        if let service, answer != .opening {
            deadline = lane.recent + Inbound.nanoseconds(service.service.limits.answerSeconds)
        }
        if answer == .held {
            if isFramed {
                held.writeBytes(content)
            } else {
                if heldBody == nil { heldBody = ByteBuffer() }
                heldBody?.writeBytes(content)
            }
        } else {
            stream(slice())
        }
    }

    /// The answer is longer than what is held: an opening leaf goes before its first byte. False when there can be
    /// none.
    private func open() -> Bool {
        answer = .opening
        frameLate(.chunked)
        if let body = heldBody { writePiece(body) }
        heldBody = nil
        answerDigest = Digest32(answerHash.finalize())
        isOpened = true
        deadline = leafDeadline
        rest()
        if record(.opening) { return true }
        replaceAnswer(.evidenceFailed)
        return false
    }

    /// The last piece is kept back: it goes when the closing leaf is durable.
    private func stream(_ piece: ByteBuffer) {
        if isStrict {
            if let tail { writePiece(tail) }
            tail = piece
        } else {
            writePiece(piece)
        }
    }

    /// Puts a piece behind what waits to be sent, or behind what was.
    func writePiece(_ piece: ByteBuffer) {
        var piece = piece
        if isChunkedAnswer { held.writeChunkSize(piece.readableBytes) }
        if piece.readableBytes <= 4 << 10 || answer == .opening {
            held.writeBuffer(&piece)
        } else if let context {
            if held.readableBytes > 0 { context.write(wrapOutboundOut(held), promise: nil) }
            held = ByteBuffer()
            hasSent = true
            context.write(wrapOutboundOut(piece), promise: nil)
        }
        if isChunkedAnswer { held.writeStaticString("\r\n") }
    }

    /// What was read at once goes at once.
    func flushAnswer() {
        guard answer == .streamed else { return }
        if held.readableBytes > 0 { hasSent = true }
        sendHeld()
    }

    /// Sends what waits, and makes room: writing may call for more of the answer before it returns, and that must not
    /// find what is on its way.
    func sendHeld() {
        if held.readableBytes > 0 {
            swap(&held, &sent)
            held.clear()
            context?.write(wrapOutboundOut(sent), promise: nil)
        }
        flushSoon()
    }

    func answerEnd() {
        outbound = nil
        if !isUnavailable { instance?.succeeded(startedAt) }
        if let peerRefusal { return replaceAnswer(peerRefusal.refusal) }
        if filter != nil, !isHead, filter?.isWhole != true { return replaceAnswer(.notJSON) }
        if phase == .sending {
            // Answered before all was asked: the rest of the request has nobody to read it.
            keepsAlive = false
        }
        answerDigest = Digest32(answerHash.finalize())
        switch answer {
        case .held:
            frameLate(.length(answerBytes))
            if var body = heldBody { held.writeBuffer(&body) }
            heldBody = nil
            wait(for: .whole)
        case .streamed where isStrict: wait(for: .closing)
        case .streamed:
            if isChunkedAnswer { held.writeStaticString("0\r\n\r\n") }
            let isKept = record(.whole)
            flushAnswer()
            done()
            if !isKept { lane.core.logger.error("gateway: a record is longer than a leaf") }
        case .none, .opening, .waiting: break
        }
    }

    private func wait(for part: EvidenceText.Part) {
        answer = .waiting
        deadline = leafDeadline
        rest()
        if !record(part) { replaceAnswer(.evidenceFailed) }
    }
}
