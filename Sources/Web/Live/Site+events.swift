package import Vocabulary

extension Site {
    /// A live stream (server-sent events). `after` is the last number the reader had, nil for a new reader.
    ///
    /// A comment every 15 seconds keeps the connection and finds out who has gone. Then it is asked again whether the
    /// reader may still read: a stream ends with the session or the right that opened it.
    package func events<Events: AsyncSequence & Sendable>(
        _ path: String, allow: Permission,
        _ stream: @escaping @Sendable (Page, _ after: Int64?) async throws -> Events
    ) where Events.Element == ServerEvent {
        let seconds = settings.liveCheckSeconds
        add(.get, path, allow, .events) { [doorkeeper] visit in
            let request = visit.page.request
            let after = try Site.lastEvent(request)
            let events = try await stream(visit.page, after)
            return Response(
                status: 200, headers: ["content-type": "text/event-stream", "x-accel-buffering": "no"],
                body: .stream { writer in
                    try await Site.pump(events, to: writer, checkingEvery: seconds) {
                        guard let look = doorkeeper.look else { return true }
                        return Site.opens(allow, to: try await look(request).person, doorkeeper.decide)
                    }
                })
        }
    }

    /// The header of a browser that comes back, or `?after=` of a page that knows where it stands.
    private static func lastEvent(_ request: Request) throws(Problem) -> Int64? {
        guard let text = request.headers["last-event-id"] ?? request.query["after"] else { return nil }
        guard let number = Int64(text), number >= 0 else {
            throw .malformed(
                code: "events.last-event-id",
                Phrase(vi: "Số thứ tự sự kiện không hợp lệ", en: "The number of the last event is not valid"))
        }
        return number
    }

    private static func pump<Events: AsyncSequence & Sendable>(
        _ events: Events, to writer: ResponseWriter, checkingEvery seconds: Double,
        _ isStillOpen: @escaping @Sendable () async throws -> Bool
    ) async throws where Events.Element == ServerEvent {
        try await writer.write("retry: 2000\n\n")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for try await event in events { try await writer.write(event.wire) }
            }
            group.addTask {
                while true {
                    try await Task.sleep(for: .seconds(seconds))
                    guard try await isStillOpen() else { return }
                    try await writer.write(": still here\n\n")
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
