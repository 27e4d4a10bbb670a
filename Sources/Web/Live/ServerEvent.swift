package import Vocabulary

/// One message of a live stream: WHATWG HTML §9.2.
package struct ServerEvent: Sendable, Hashable {
    /// Its sequence number: the browser sends the last one it had when it comes back.
    package let sequence: Int64
    /// One word; scripts listen for it.
    package let name: String
    /// Any text, mostly JSON.
    package let data: String

    package init(sequence: Int64, name: String = "message", data: String) {
        self.sequence = sequence
        self.name = name
        self.data = data
    }

    /// As it goes over the wire. A line end inside `data` begins another `data:` line.
    var wire: String {
        let word = name.filter { !$0.isNewline }
        let lines = data.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
        return "id: \(sequence)\nevent: \(word)\n" + lines.map { "data: \($0)\n" }.joined() + "\n"
    }
}

extension Site {
    /// A live stream (server-sent events). `after` is the last number the reader had, nil for a new reader.
    package func events<Events: AsyncSequence & Sendable>(
        _ path: String, allow: Permission,
        _ stream: @escaping @Sendable (Page, _ after: Int64?) async throws -> Events
    ) where Events.Element == ServerEvent {
        add(.get, path, allow, .events) { visit in
            let after = visit.page.request.headers["last-event-id"].flatMap(Int64.init)
            let events = try await stream(visit.page, after)
            return Response(
                status: 200, headers: ["content-type": "text/event-stream", "x-accel-buffering": "no"],
                body: .stream { writer in
                    try await writer.write("retry: 2000\n\n")
                    for try await event in events { try await writer.write(event.wire) }
                })
        }
    }
}
