import NIOTLS
import Crypto
import NIOCore
import NIOSSL
import Vocabulary

/// A consumer's connection: one call at a time, in the order in which they came. Confined to its loop.
///
/// A call goes through these phases; what belongs to one phase is in an extension of its own:
/// head → (asking who it is) → (holding the body) → connecting → sending → sent, while the answer goes through
/// none → held or streamed → waiting for its leaf → done.
final class Inbound: ChannelDuplexHandler, Flushing {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase { case head, asking, holding, connecting, sending, sent, closed }
    enum AnswerPhase {
        case none
        /// Kept until it is whole and its leaf durable.
        case held
        /// Longer than what is kept: its opening leaf is on its way to the disk.
        case opening
        case streamed
        /// All has come; the leaf is on its way, and what is left of the answer after it.
        case waiting
    }

    let lane: Lane
    /// Where the lane keeps this connection.
    var place = 0
    var context: ChannelHandlerContext?
    /// SHA-256 of the certificate that was shown.
    var certificate: Digest32?
    /// From when until when that is good.
    var validity: CertificateValidity?
    /// The last millisecond in which what this call showed is good.
    var goodUntil = Int64.max

    /// Whether the consumer takes more.
    private(set) var isWritable = true
    var isFlushAwaited = false
    /// The API key of the call before, and whose it is by the table of that time: most connections show one key.
    var knownKey: [UInt8] = []
    var known: (consumer: CompiledConsumer?, edition: Int) = (nil, -1)
    /// Whether this call showed that key.
    var isByKey = false

    // What came and was not used yet.
    var input: ByteBuffer?
    var searched = 0
    private var isReadHeld = false

    var phase = Phase.head
    /// In nanoseconds; `.max` for none.
    var deadline: Int64 = .max

    // The call.
    var id = CallID(high: 0, low: 0)
    var startedAt: Int64 = 0
    var began: Int64 = 0
    var savedHead: ByteBuffer?
    /// Whose token and whose signature it shows, as far as others were asked.
    var client = Asked.not
    var signer = Asked.not
    var isAdmitted = false
    var consumer: CompiledConsumer?
    var grant: CompiledGrant?
    var service: CompiledOffer?
    var operation = 0
    /// Where in the head the path below the service begins.
    var restStart = 0
    var isRoad = false
    var echo: [UInt8] = []
    var roadHash: RoadHash?
    var isHead = false
    var isRepeatable = false
    var minor = 1
    var keepsAlive = true
    var peerLeaf: String?
    /// What the provider's node says instead of an answer.
    var peerRefusal: PeerRefusal?

    // Its request.
    var reader: BodyReader?
    var requestHash = SHA256()
    var isChunkedOut = false
    var heldRequest: ByteBuffer?
    /// How much of it counts in the lane's.
    private var heldCount = 0
    var outbound: Outbound?
    var instance: Instance?
    /// What was sent, while it may be sent again.
    var sending: ByteBuffer?
    /// Its memory, for the next call.
    var requestRoom = ByteBuffer()
    /// Where in it the instance's name stands.
    var hostPlace = 0
    var tries = 0
    var expectsContinue = false

    // Its answer.
    var answer = AnswerPhase.none
    var status = 0
    var answerHash = SHA256()
    var answerDigest = Digest32.zero
    var answerBytes: Int64 = 0
    var requestDigest = Digest32.zero
    var held = ByteBuffer()
    /// What was held before and is written; its memory is used again.
    var sent = ByteBuffer()
    var heldBody: ByteBuffer?
    var isFramed = false
    var isChunkedAnswer = false
    var isClosedByEnd = false
    var filter: FieldFilter?
    var leafPlace = 0
    var tail: ByteBuffer?
    var isOpened = false
    /// Bytes of the answer are on their way.
    var hasSent = false
    private var isAdvancing = false
    var isSendingBody = false
    private var isUnderWay = false

    init(_ lane: Lane) {
        self.lane = lane
    }

    /// What others said, when they were asked who it is.
    enum Asked {
        case not
        case somebody(String)
        case nobody
    }
}

/// The channel.
extension Inbound {
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelActive(context: ChannelHandlerContext) {
        lane.add(self)
        isWritable = context.channel.isWritable
        deadline = lane.nanoseconds + Inbound.nanoseconds(lane.core.settings.idleSeconds)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        lane.remove(self)
        rest()
        callerLeft()
        letGoOfHeld()
        phase = .closed
        input = nil
        self.context = nil
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent,
            let shown = try? context.pipeline.syncOperations.nioSSL_peerCertificate(), let der = try? shown.toDERBytes()
        {
            (certificate, validity) = (Digest32(SHA256.hash(data: der)), CertificateValidity(shown))
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase != .closed else { return }
        input.add(unwrapInboundIn(data))
        advance()
    }

    /// Nothing is read that cannot go on: so memory stays bounded, and the sender is slowed down.
    func read(context: ChannelHandlerContext) {
        if (input?.readableBytes ?? 0) < 64 << 10 { context.read() } else { isReadHeld = true }
    }

    func resumeReading() {
        guard isReadHeld, (input?.readableBytes ?? 0) < 64 << 10 else { return }
        isReadHeld = false
        context?.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        if isWritable {
            outbound?.resume()
            advance()
        }
        context.fireChannelWritabilityChanged()
    }

    /// With what others write in this turn of the loop, and at once when it is much.
    func flushSoon() {
        if isWritable { lane.flushes.add(self) } else { flush() }
    }

    func flush() { context?.flush() }

    func close() {
        phase = .closed
        context?.close(promise: nil)
    }

    static func nanoseconds(_ seconds: Double) -> Int64 { Int64(seconds * 1e9) }
}

/// The calls, one after the other.
extension Inbound {
    func advance() {
        guard !isAdvancing else { return }
        isAdvancing = true
        defer { isAdvancing = false }
        while true {
            switch phase {
            // Whoever does not take answers gets no more of them.
            case .head: guard isWritable, readHead() else { return }
            case .holding: guard holdBody() else { return }
            case .sending: guard sendBody() else { return }
            case .asking, .connecting, .sent, .closed: return
            }
        }
    }

    /// True when something was done, and there may be more.
    private func readHead() -> Bool {
        guard let length = input?.readableBytes, length > 0 else {
            input = nil
            return false
        }
        if startedAt == 0 {
            startedAt = lane.nanoseconds
            began = lane.core.now().milliseconds
            id = CallID.make(at: began, &lane.random)
            (isUnderWay, lane.underWay) = (true, lane.underWay + 1)
            deadline = startedAt + Inbound.nanoseconds(lane.core.settings.headSeconds)
        }
        var step = Step.needsMore
        input?.withUnsafeReadableBytes { bytes in
            switch HeadReader.readRequest(bytes, &lane.head, searched: &searched) {
            case .done: step = begin(bytes, lane.head)
            case .needsMore: break
            case .refused(let fault): step = .refuse(Refusal(fault))
            }
        }
        return take(step, from: lane.head.length)
    }

    /// What the head of a call leads to.
    enum Step {
        case needsMore
        case refuse(Refusal)
        /// Somebody else must say who it is.
        case askToken(String)
        case askSignature
        /// The body must be there first.
        case hold
        /// The head for the service stands in `sending`.
        case forward
        case receipt(WantedReceipt)
    }

    private func take(_ step: Step, from length: Int) -> Bool {
        switch step {
        case .needsMore: return false
        case .refuse(let refusal):
            let left = input?.readableBytes ?? 0
            input?.moveReaderIndex(forwardBy: min(length, left))
            refuse(refusal)
            return true
        case .askToken, .askSignature, .hold, .receipt:
            savedHead = input?.readSlice(length: length)
        case .forward:
            input?.moveReaderIndex(forwardBy: length)
        }
        go(step)
        return true
    }

    /// After the head was consumed.
    func go(_ step: Step) {
        switch step {
        case .askToken(let token):
            ask({ await $0.token(token) }, { $0.client = $1 })
        case .askSignature: askSignature()
        case .hold:
            phase = .holding
            sayContinue()
        case .forward:
            savedHead = nil
            launch()
        case .receipt(let wanted): sendReceipt(wanted)
        case .refuse(let refusal): refuse(refusal)
        case .needsMore: break
        }
    }

    /// Reads the saved head again, with what is known now.
    func beginAgain() {
        guard let saved = savedHead else { return }
        var step = Step.needsMore
        saved.withUnsafeReadableBytes { bytes in
            var searched = 0
            if HeadReader.readRequest(bytes, &lane.head, searched: &searched) == .done {
                step = begin(bytes, lane.head)
            }
        }
        go(step)
        advance()
    }

    /// Nothing more is to be done for this call but to wait.
    func rest() {
        guard isUnderWay else { return }
        (isUnderWay, lane.underWay) = (false, lane.underWay - 1)
    }

    func countHeld(_ bytes: Int) {
        heldCount += bytes
        lane.heldBytes += bytes
    }

    private func letGoOfHeld() {
        lane.heldBytes -= heldCount
        heldCount = 0
    }

    /// Ready for the next call of this connection.
    func nextCall() {
        rest()
        letGoOfHeld()
        (startedAt, savedHead, client, signer, isAdmitted, consumer) = (0, nil, .not, .not, false, nil)
        (grant, service, operation, isRoad, roadHash, peerLeaf) = (nil, nil, 0, false, nil, nil)
        (peerRefusal, goodUntil) = (nil, .max)
        if !echo.isEmpty { echo.removeAll(keepingCapacity: true) }
        (reader, heldRequest, outbound, instance, sending, tries) = (nil, nil, nil, nil, nil, 0)
        (answer, status, answerBytes, heldBody, filter, tail) = (.none, 0, 0, nil, nil, nil)
        (isFramed, isChunkedAnswer, isClosedByEnd, isOpened, expectsContinue) = (false, false, false, false, false)
        hasSent = false
        (answerDigest, requestDigest) = (.zero, .zero)
        if held.capacity > 16 << 10 { held = ByteBuffer() } else { held.clear() }
        if sent.capacity > 16 << 10 { sent = ByteBuffer() }
        if requestRoom.capacity > 16 << 10 { requestRoom = ByteBuffer() }
        phase = .head
        deadline = lane.recent + Inbound.nanoseconds(lane.core.settings.idleSeconds)
        resumeReading()
    }

    /// Whether the call has taken longer than any call of its service may, however lively it is.
    func isOverdue(_ now: Int64) -> Bool {
        guard let service, startedAt != 0, phase != .closed else { return false }
        return now - startedAt > Inbound.nanoseconds(service.service.limits.wholeSeconds)
    }

    /// The deadline has passed.
    func isLate(_ now: Int64) {
        switch (phase, answer) {
        case (.closed, _): close()
        case (.head, _) where startedAt == 0: close()
        case (.head, _), (.holding, _): refuse(.tooSlow)
        case (.sending, .none) where outbound?.isWritable != false:
            abandonOutbound()
            refuse(.tooSlow)
        case (.asking, _): refuse(.late)
        case (.connecting, .none), (.sent, .none), (.sending, .none):
            instanceFailed()
            abandonOutbound()
            refuse(
                instance.map {
                    $0.isNode ? Refusal.unreachable($0.upstream, "did not answer in time") : .late
                } ?? .late)
        // It is the consumer who does not take the answer, or takes it so slowly that the call's whole time is over, or
        // the node's own disk: no fault of the service's.
        case (_, .streamed) where !isWritable || isOverdue(now): cut()
        case (_, .opening), (_, .waiting): leafIsLate(id)
        case (_, .held), (_, .streamed): answerFailed(.cutShort, isReused: false)
        }
    }
}
