import Synchronization
import Crypto
import NIOCore
import Vocabulary

/// How a call ends: with its leaf, with a refusal, or broken off.
extension Inbound {
    /// Hands the leaf of this call to the clerk. False when it cannot be one.
    func record(_ part: EvidenceText.Part) -> Bool {
        guard let grant, let service else { return false }
        if requestDigest == .zero { requestDigest = Digest32(requestHash.finalize()) }
        let now = lane.core.now()
        let call = EvidenceText.Call(
            part: part, call: id, began: began, ended: now.milliseconds, request: requestDigest, answer: answerDigest,
            status: status)
        let pen = lane.pen
        pen.clear()
        grant.evidence.write(call, operation: service.operationTexts[operation], peer: peerLeaf, to: pen)
        let waits = grant.isStrict && part.isAwaited
        return lane.clerk.record(pen.bytes, of: id, for: waits ? self : nil, at: now, nanoseconds: lane.nanoseconds)
    }

    func leafIsDurable(_ call: CallID, index: Int64) {
        guard id == call, phase != .closed, context != nil else { return }
        switch answer {
        case .opening:
            sealHeld(index)
            answer = .streamed
            if let service { deadline = lane.recent + Inbound.nanoseconds(service.service.limits.answerSeconds) }
            flushAnswer()
            outbound?.resume()
        case .waiting:
            if !isOpened { sealHeld(index) }
            if let tail {
                writePiece(tail)
                self.tail = nil
            }
            if isOpened, isChunkedAnswer { held.writeStaticString("0\r\n\r\n") }
            sendHeld()
            done()
        default: break
        }
    }

    /// Says in the head which leaf it is: 20 digits, for which room was left.
    private func sealHeld(_ index: Int64) {
        guard leafPlace > 0 else { return }
        lane.pen.clear()
        lane.pen.add(decimal: index)
        held.setBytes(lane.pen.bytes, at: leafPlace + 20 - lane.pen.count)
        leafPlace = 0
    }

    /// The disk refuses evidence, or takes too long: the answer is not given. Its leaf is kept and written when the
    /// disk takes it again, and another one behind it, so that nobody takes the answer for given.
    func leafIsLate(_ call: CallID) {
        guard id == call, phase != .closed, answer == .opening || answer == .waiting else { return }
        if isOpened, answer != .opening { return cut() }
        abandonOutbound()
        let refusal = Refusal.evidenceFailed
        digest(refusal)
        _ = record(.withheld)
        sendRefusal(refusal)
    }

    /// The answer is counted and the connection goes on, or closes.
    func done() {
        guard phase != .closed else { return }
        tally()
        guard keepsAlive, phase == .sent else { return closeAfterFlush() }
        nextCall()
        if input != nil { advance() }
    }

    /// When the consumer is still sending, closing at once would take the answer away from it: the end is said, and
    /// what comes is thrown away for a moment.
    private func closeAfterFlush() {
        let isSending = phase != .sent || reader?.isDone == false
        phase = .closed
        rest()
        input = nil
        guard let context else { return }
        if isSending {
            deadline = lane.recent + 2_000_000_000
            context.flush()
            context.close(mode: .output, promise: nil)
        } else {
            // Behind all that waits to be sent, which closing would throw away.
            deadline = lane.recent + Inbound.nanoseconds(lane.core.settings.idleSeconds)
            let sent = context.eventLoop.makePromise(of: Void.self)
            sent.futureResult.assumeIsolated().whenComplete { [self] _ in self.context?.close(promise: nil) }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: sent)
        }
    }

    private func tally() {
        guard startedAt > 0 else { return }
        guard let grant, isAdmitted else { return tallyRefusal() }
        grant.tally.count(
            status: status, microseconds: (lane.nanoseconds - startedAt) / 1000,
            received: heldRequest.map { Int64($0.readableBytes) } ?? reader?.total ?? 0, sent: answerBytes)
    }

    /// What was answered without a service: a receipt is no refusal.
    private func tallyRefusal() {
        guard status >= 400 else { return }
        lane.core.refusals[min(status / 100, 5)].wrappingAdd(1, ordering: .relaxed)
        if status == 429 { grant?.tally.limited.wrappingAdd(1, ordering: .relaxed) }
        if let consumer {
            consumer.refusals.count(status: status)
        } else if status == 401 {
            lane.core.unknownCallers.wrappingAdd(1, ordering: .relaxed)
        }
    }

    /// Refuses the call. One that was sent to a service leaves its leaf first, like any other.
    func refuse(_ refusal: Refusal) {
        if tries > 0, grant != nil { replaceAnswer(refusal) } else { sendRefusal(refusal) }
    }

    /// Something else than the service's answer is answered, with its own leaf. Nothing may have gone out yet.
    func replaceAnswer(_ refusal: Refusal) {
        abandonOutbound()
        if isOpened || hasSent { return cut() }
        let isBefore = grant?.isStrict == true
        if reader?.isDone ?? true { phase = .sent } else { keepsAlive = false }
        writeRefusal(refusal, withLeaf: isBefore)
        digest(refusal)
        tail = nil
        if isBefore, answer != .waiting {
            answer = .waiting
            deadline = leafDeadline
            rest()
            if record(.whole) { return }
        } else {
            _ = record(.whole)
        }
        if let context { context.writeAndFlush(wrapOutboundOut(held), promise: nil) }
        done()
    }

    private func sendRefusal(_ refusal: Refusal) {
        if startedAt == 0 { return close() }
        if refusal.closes || reader?.isDone == false { keepsAlive = false }
        writeRefusal(refusal, withLeaf: false)
        // Before it is written: the connection may break under it, and stays closed then.
        if keepsAlive { phase = .sent }
        if let context { context.writeAndFlush(wrapOutboundOut(held), promise: nil) }
        done()
    }

    /// What the leaf says of an answer that is the gateway's own.
    private func digest(_ refusal: Refusal) {
        status = refusal.status(isRoad: isRoad)
        let content = isHead ? [] : refusal.body(call: id.text, isRoad: isRoad)
        var hash = SHA256()
        hash.update(data: Array("\(status)\n".utf8) + content)
        answerDigest = Digest32(hash.finalize())
        answerBytes = Int64(content.count)
    }

    private func writeRefusal(_ refusal: Refusal, withLeaf: Bool) {
        status = refusal.status(isRoad: isRoad)
        let body = refusal.body(call: id.text, isRoad: isRoad)
        held = ByteBuffer()
        held.writeString("HTTP/1.1 \(status) \(Inbound.reason(status))\r\n")
        held.writeString(isRoad ? "content-type: application/json\r\n" : "content-type: application/problem+json\r\n")
        held.writeString("truc-call: \(id.text)\r\n")
        if withLeaf {
            held.writeStaticString("truc-evidence: ")
            leafPlace = held.writerIndex
            held.writeStaticString("00000000000000000000\r\n")
        } else {
            leafPlace = 0
        }
        if isRoad {
            held.writeBytes(echo)
            held.writeString("x-road-error: \(refusal.road)\r\n")
            held.writeString("truc-problem: \(refusal.status) \(refusal.code)\r\n")
        }
        // RFC 9110 §11.6.1; a key in a field of its own has no scheme that could be named.
        if status == 401 { held.writeStaticString("www-authenticate: Bearer realm=\"truc\"\r\n") }
        if let seconds = refusal.retryAfterSeconds { held.writeString("retry-after: \(seconds)\r\n") }
        if !refusal.allowed.isEmpty { held.writeString("allow: \(refusal.allowed.joined(separator: ", "))\r\n") }
        if let next = refusal.next { held.writeString("link: <\(next)>; rel=\"next\"\r\n") }
        if refusal.closes || !keepsAlive || reader?.isDone == false { held.writeStaticString("connection: close\r\n") }
        held.writeString("content-length: \(body.count)\r\n\r\n")
        if !isHead { held.writeBytes(body) }
        (heldBody, isFramed) = (nil, true)
    }

    static func reason(_ status: Int) -> String {
        switch status {
        case 202: "Accepted"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 417: "Expectation Failed"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        case 507: "Insufficient Storage"
        default: "Error"
        }
    }

    /// The service's answer broke off, or was no answer.
    func answerFailed(_ fault: HeadFault, isReused: Bool) {
        // What comes of it yet belongs to nobody: least of all to the next call on this connection.
        abandonOutbound()
        // What another node may have read is not said again: its signature counts once.
        let isUnheard = isReused || instance?.isNode != true
        if answer == .none, phase == .sent, fault == .cutShort, isRepeatable, isUnheard, sending != nil {
            // Closed before a byte of the answer: a connection that was kept too long, or an instance that fails.
            if !isReused { instanceFailed() }
            if let other = retryInstance() { return again(at: other) }
        } else if answer == .none || !isUnavailable {
            instanceFailed()
        }
        guard let instance else { return }
        let what = "closed the connection before its answer was whole"
        replaceAnswer(fault == .cutShort ? .unreachable(instance.upstream, what) : .badAnswer(fault))
    }

    /// A call that was sent under a grant goes on only as long as another table has the grant, too, and knows the
    /// caller by what was shown: whoever has a key that got about is not left with a call of a day.
    func keep(to table: CompiledTable) {
        guard startedAt != 0, tries > 0, phase != .closed, let grant, let service else { return }
        let operation = service.service.operations[operation].id
        if let refusal = table.refusal(of: grant, for: operation, at: lane.core.now()) { return end(refusal) }
        if !isKnown(in: table) { end(.unknownCaller) }
    }

    /// The certificate that the call came by is good no more: a call that was sent ends with it.
    func certificateHasEnded() {
        guard tries > 0 else { return }
        goodUntil = .max
        end(.certificateExpired)
    }

    /// Ends the call before its time: with this when nothing of an answer is out, else by breaking the answer off.
    func end(_ refusal: Refusal) {
        guard startedAt != 0 else { return close() }
        guard answer != .waiting, phase != .closed else { return }
        keepsAlive = false
        if hasSent || isOpened { cut() } else { refuse(refusal) }
    }

    /// Part of the answer is out already: the connection ends where the answer broke, so that nobody takes it for
    /// whole.
    func cut() {
        abandonOutbound()
        answerDigest = Digest32(answerHash.finalize())
        _ = record(.cut)
        tally()
        answer = .none
        close()
    }

    /// The node stops: an answer that still waits for its leaf is not given.
    func stop() {
        if answer == .waiting || answer == .opening { leafIsLate(id) }
        close()
    }

    /// The consumer is gone. Of an answer that waited for its leaf, another one says that it was not given.
    func callerLeft() {
        guard phase != .closed, tries > 0 else { return }
        abandonOutbound()
        if answer != .none, answer != .waiting { answerDigest = Digest32(answerHash.finalize()) }
        if status == 0 { status = 499 }
        _ = record(.cut)
        tally()
    }
}
