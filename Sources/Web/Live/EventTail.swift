/// The events after a sequence number, for as long as somebody listens: loaded in pages, then awaited.
///
/// Nothing is buffered: each reader loads what comes after the last event it took, so a slow one misses nothing and
/// costs nothing, and one that comes back goes on exactly where it was.
///
/// ```swift
/// site.events("/incidents/live", allow: .viewIncidents) { page, after in
///     EventTail(after: after ?? newest, bell: bell) { after, limit in
///         try await store.events(after: after, limit: limit)
///     }
/// }
/// ```
package struct EventTail: AsyncSequence, Sendable {
    package typealias Load = @Sendable (_ after: Int64, _ limit: Int) async throws -> [ServerEvent]

    let after: Int64
    let bell: Bell
    let pageSize: Int
    let load: Load

    /// `load` answers in order of sequence. Ring `bell` after what it reads was committed.
    package init(after: Int64, bell: Bell, pageSize: Int = 100, load: @escaping Load) {
        self.after = after
        self.bell = bell
        self.pageSize = pageSize
        self.load = load
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(tail: self, last: after)
    }

    package struct Iterator: AsyncIteratorProtocol {
        let tail: EventTail
        var last: Int64
        var loaded: ArraySlice<ServerEvent> = []

        /// Nil only when the task is cancelled.
        package mutating func next() async throws -> ServerEvent? {
            while !Task.isCancelled {
                if let event = loaded.popFirst() {
                    last = event.sequence
                    return event
                }
                // Counted before loading: a ring in between is not missed.
                let rings = tail.bell.count
                loaded = try await tail.load(last, tail.pageSize).filter { [last] in $0.sequence > last }[...]
                if loaded.isEmpty { await tail.bell.next(after: rings) }
            }
            return nil
        }
    }
}
