import NIOCore

/// Others are asked who it is; nobody waits for that but this call.
extension Inbound {
    /// - Parameters:
    ///   - question: whose that is which was shown; nil for nobody's.
    ///   - keep: where the answer belongs.
    func ask(
        _ question: @escaping @Sendable (GatewayAnswers) async -> String?,
        _ keep: @escaping @Sendable (Inbound, Asked) -> Void
    ) {
        phase = .asking
        deadline = lane.nanoseconds + 10_000_000_000
        let (asked, core, loop) = (id, lane.core, lane.loop)
        let bound = NIOLoopBound(self, eventLoop: lane.loop)
        Task {
            let found = await question(core.answers).map { Asked.somebody($0) } ?? .nobody
            core.visits.during {
                loop.execute {
                    let inbound = bound.value
                    guard inbound.phase == .asking, inbound.id == asked else { return }
                    keep(inbound, found)
                    inbound.beginAgain()
                }
            }
        }
    }

    func askSignature() {
        guard let saved = savedHead else { return }
        var request: SignedRequest?
        saved.withUnsafeReadableBytes { bytes in
            var searched = 0
            guard HeadReader.readRequest(bytes, &lane.head, searched: &searched) == .done else { return }
            request = SignedRequest(
                method: lane.head.method.text(bytes), authority: lane.head.value(.host)?.text(bytes) ?? "",
                target: lane.head.target.text(bytes), headers: Inbound.fields(bytes, lane.head),
                body: heldRequest.map { Array($0.readableBytesView) } ?? [])
        }
        guard let request else { return }
        ask({ await $0.signature(request) }, { $0.signer = $1 })
    }

    /// Who nobody is yet has half of the room: strangers do not take it all from those who are known.
    private var heldTogetherLimit: Int {
        let all = lane.core.settings.heldTogetherBytes
        return consumer == nil ? all / 2 : all
    }

    /// Collects a body that must be whole before anything goes on. True when there is more to do.
    func holdBody() -> Bool {
        guard var reader else { return false }
        if heldRequest == nil { heldRequest = ByteBuffer() }
        while true {
            var place = 0
            let piece =
                input?.withUnsafeReadableBytes { bytes in
                    let piece = reader.next(bytes, &place)
                    if case .content(let range) = piece {
                        let content = UnsafeRawBufferPointer(rebasing: bytes[range])
                        heldRequest?.writeBytes(content)
                        countHeld(content.count)
                    }
                    return piece
                } ?? (reader.isDone ? .end : .needsMore)
            input?.moveReaderIndex(forwardBy: place)
            self.reader = reader
            if (heldRequest?.readableBytes ?? 0) > Gateway.heldRequestBytes {
                refuse(.tooLong)
                return false
            }
            if lane.heldBytes > heldTogetherLimit {
                refuse(.crowded)
                return false
            }
            switch piece {
            case .content: continue
            case .needsMore:
                deadline = bodyDeadline(lane.nanoseconds)
                resumeReading()
                return false
            case .end:
                beginAgain()
                return true
            case .refused(let fault):
                refuse(Refusal(fault))
                return false
            }
        }
    }
}
