import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import Vocabulary

/// Carries one call from the wire to the site and its answer back.
struct Answering: Sendable {
    let site: Site
    let isSecure: Bool
    let asksForCertificates: Bool
    let trustedProxies: TrustedProxies
    let budget: ByteBudget
    let date: Clock
    let dates = HTTPDates()
    let stop: Bell

    func answer(
        _ incoming: HummingbirdCore.Request, _ writer: consuming HummingbirdCore.ResponseWriter, _ channel: any Channel
    ) async throws {
        let head = incoming.head
        let method = Method(rawValue: head.method.rawValue) ?? .other
        var request = Request(method, head.path ?? "/", headers: Answering.headers(head))
        request.remote =
            channel.remoteAddress?.ipAddress.map {
                trustedProxies.caller(peer: $0, forwardedFor: request.headers.all("x-forwarded-for"))
            } ?? "unix"
        request.isSecure = isSecure
        if let peer = channel.remoteAddress?.ipAddress, trustedProxies.contains(peer) {
            request.certificate = ClientCertificate.shown(in: request.headers)
        } else if asksForCertificates {
            request.certificate = try await ClientCertificate.shown(on: channel)
        }
        let size = Answering.declaredLength(head)
        var isUnread = size.length > 0 && !site.hasDoor(request.method, request.path)
        if size.length > Answering.unaskedBytes, !isUnread { isUnread = !(await site.expectsBody(of: request)) }
        if isUnread {
            return try await send(
                await site.respond(to: request).with("connection", "close"), to: request, writer)
        }
        let refusal = refusal(request, size)
        let remote = request.remote
        let held = refusal == nil ? size.length : 0
        defer { budget.giveBack(held, from: remote) }
        if let refusal {
            return try await send(site.refuse(request, with: refusal).with("connection", "close"), to: request, writer)
        }
        if held > 0 {
            for try await part in incoming.body { request.body.append(contentsOf: part.readableBytesView) }
            // The other end hung up in the middle: nobody waits for an answer, and half a body is none.
            guard request.body.count == held else { throw ChannelError.inputClosed }
        }
        let start = ContinuousClock.now
        let response = await site.respond(to: request)
        log(request, response, ContinuousClock.now - start)
        try await send(response, to: request, writer)
    }

    /// A body up to this size is read before it is asked who calls.
    private static let unaskedBytes = 64 << 10

    private func log(_ request: Request, _ response: Response, _ time: Duration) {
        site.logger.debug(
            "answered",
            metadata: [
                "web.method": "\(request.method.rawValue)", "web.path": "\(site.pattern(request) ?? "-")",
                "web.status": "\(response.status)", "web.remote": "\(request.remote)",
                "web.microseconds": "\(Int(time / .microseconds(1)))",
            ])
    }

    private struct Size {
        var length = 0
        var isUnknown = false
    }

    private static func declaredLength(_ head: HTTPRequest) -> Size {
        guard head.headerFields[.transferEncoding] == nil else { return Size(isUnknown: true) }
        guard let text = head.headerFields[.contentLength] else { return Size() }
        return Int(text).map { Size(length: $0) } ?? Size(isUnknown: true)
    }

    /// Takes the bytes out of the budget when it returns nil.
    private func refusal(_ request: Request, _ size: Size) -> (any Error)? {
        if size.isUnknown { return Refusal.lengthRequired }
        let limit = site.bodyLimit(request.method, request.path)
        if size.length > limit { return Problem.tooLarge(limitBytes: limit) }
        return budget.take(size.length, for: request.remote) ? nil : Problem.busy(retryAfterSeconds: 5)
    }

    private static func headers(_ head: HTTPRequest) -> Headers {
        var headers = Headers()
        if let authority = head.authority { headers.add("host", authority) }
        for field in head.headerFields { headers.add(field.name.canonicalName, field.value) }
        return headers
    }

    private func send(
        _ response: Response, to request: Request, _ writer: consuming HummingbirdCore.ResponseWriter
    ) async throws {
        let response = Gzip.compress(response, for: request)
        var fields = HTTPFields()
        fields.reserveCapacity(response.headers.fields.count + 2)
        for field in response.headers.fields {
            if let name = FieldNames.name(field.name) { fields.append(HTTPField(name: name, value: field.value)) }
        }
        fields.append(HTTPField(name: .date, value: dates.text(of: date())))
        var head = HTTPResponse(status: .init(code: response.status), headerFields: fields)
        switch response.body {
        case .bytes(let bytes):
            if response.status != 204, response.status != 304 {
                head.headerFields[.contentLength] = String(bytes.count)
            }
            let isBare = request.method == .head || bytes.isEmpty || response.status == 204 || response.status == 304
            try await writer.write(response: head, body: isBare ? .init() : .init(byteBuffer: ByteBuffer(bytes: bytes)))
        case .stream(let write):
            if request.method == .head { return try await writer.writeResponse(head) }
            let body = try await writer.writeHead(head)
            try await stream(write, to: body)
        }
    }

    /// Writes until the stream ends or the server stops.
    private func stream(
        _ write: @escaping @Sendable (ResponseWriter) async throws -> Void, to body: consuming some ResponseBodyWriter
    ) async throws {
        let (pieces, feed) = Handover.make()
        let writing = Task {
            do {
                try await write(ResponseWriter { bytes in try await feed.give(bytes) })
                feed.finish()
            } catch {
                feed.finish()
            }
        }
        let stopping = Task { [stop] in
            await stop.next(after: 0)
            feed.abandon()
            writing.cancel()
        }
        defer {
            writing.cancel()
            stopping.cancel()
            feed.abandon()
        }
        var body = body
        while let bytes = await pieces.take() { try await body.write(ByteBuffer(bytes: bytes)) }
        try await body.finish(nil)
    }
}
