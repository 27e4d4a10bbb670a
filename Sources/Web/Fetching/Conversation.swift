import NIOCore
import NIOHTTP1
import NIOSSL

/// One question on a connection: what is written, and where the answer goes.
struct Question: Sendable {
    let head: HTTPRequestHead
    let body: ByteBuffer
    let maxBytes: Int
    let answer: EventLoopPromise<Answer>
}

struct Answer: Sendable {
    let response: FetchResponse
    let keepsAlive: Bool
}

/// Asks one question after the other on one connection and collects each answer within its limit.
final class Conversation: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = Question
    typealias OutboundOut = HTTPClientRequestPart

    private var question: Question?
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []
    private let isPinRefused: @Sendable () -> Bool
    private let host: String

    init(host: String, isPinRefused: @escaping @Sendable () -> Bool) {
        self.host = host
        self.isPinRefused = isPinRefused
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let question = unwrapOutboundIn(data)
        self.question = question
        head = nil
        body = []
        context.write(wrapOutboundOut(.head(question.head)), promise: nil)
        if question.body.readableBytes > 0 {
            context.write(wrapOutboundOut(.body(.byteBuffer(question.body))), promise: nil)
        }
        context.write(wrapOutboundOut(.end(nil)), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let question else { return context.close(promise: nil) }
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head.status.code < 200 ? nil : head
            let declared = head.headers["content-length"].first.flatMap { Int($0) } ?? 0
            if declared > question.maxBytes, question.head.method != .HEAD { tooLarge(context, question) }
        case .body(let part):
            if body.count + part.readableBytes > question.maxBytes { return tooLarge(context, question) }
            body.append(contentsOf: part.readableBytesView)
        case .end:
            guard let head else { return }
            var headers = Headers()
            for (name, value) in head.headers { headers.add(name, value) }
            self.question = nil
            question.answer.succeed(
                Answer(
                    response: FetchResponse(status: Int(head.status.code), headers: headers, body: body),
                    keepsAlive: head.isKeepAlive))
            body = []
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(describe(error))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(isPinRefused() ? .wrongPin(host: host) : .closed)
        context.fireChannelInactive()
    }

    private func tooLarge(_ context: ChannelHandlerContext, _ question: Question) {
        fail(.tooLarge(limitBytes: question.maxBytes))
        context.close(promise: nil)
    }

    private func fail(_ error: FetchError) {
        let asked = question
        question = nil
        asked?.answer.fail(error)
    }

    private func describe(_ error: any Error) -> FetchError {
        if isPinRefused() { return .wrongPin(host: host) }
        return switch error {
        case let error as FetchError: error
        case is HTTPParserError: .malformed(reason: "\(error)")
        case NIOSSLError.uncleanShutdown: .closed
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: .insecure(host: host, reason: "\(error)")
        default: .closed
        }
    }
}
