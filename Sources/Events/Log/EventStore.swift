package import Vocabulary
package import Web

/// Where events are kept in the order in which they came, each under its position, counted from 1.
///
/// The node's own log (`EventLog`) is one; a driver for NATS JetStream would be another. Whoever implements it holds
/// to this: what `append` returned is durable, positions only grow, and within its window one (source, id) of one
/// publisher is stored once.
package protocol EventStore: Sendable {
    /// Makes events durable, all of them or none. An event that is stored already keeps its place.
    ///
    /// - Throws: `EventStoreFault.otherContent` when a publisher's (source, id) is known with other content,
    ///   `tooLarge`, `busy` when too much waits for the disk, or what the disk says.
    func append(_ events: [NewEvent]) async throws -> [Appended]

    /// Events behind `position`, in order, of these types or, with nil, of all.
    ///
    /// Looks at a bounded part of the log: an empty page whose `next` is not the end is to be followed by another.
    ///
    /// - Parameter isGiven: of these types, which; the positions of the others come with the page. With nil, all.
    func events(
        after position: Int64, types: Set<String>?, limit: Int, bytes: Int,
        where isGiven: (@Sendable (StoredEvent) -> Bool)?
    ) async throws -> EventPage

    /// The position before the first event stored at this moment or later: from there one reads what came since.
    func position(before moment: Instant) async throws -> Int64

    /// Goes on behind `position` when it ends before: what was said of these positions, as by a log that was lost
    /// since, is never said of other events.
    func skip(to position: Int64) async throws

    var bounds: StoreBounds { get }

    /// Rings when something was appended.
    var bell: Bell { get }

    /// Forgets what is older than it must be kept. Returns the oldest position that is left.
    func trim() async throws -> Int64

    func close() async throws
}

extension EventStore {
    package func events(
        after position: Int64, types: Set<String>?, limit: Int, bytes: Int
    ) async throws -> EventPage {
        try await events(after: position, types: types, limit: limit, bytes: bytes, where: nil)
    }
}

/// An event on its way into the store.
package struct NewEvent: Sendable {
    package let type: String
    package let source: String
    package let id: String
    /// Who published it: an application of here, or one of another node (`ForeignPublisher`).
    package let publisher: String
    /// The structured form.
    package let bytes: [UInt8]

    package init(_ event: CloudEvent, publisher: String) {
        self.init(
            type: event.type, source: event.source, id: event.id, publisher: publisher, bytes: event.structured)
    }

    init(type: String, source: String, id: String, publisher: String, bytes: [UInt8]) {
        self.type = type
        self.source = source
        self.id = id
        self.publisher = publisher
        self.bytes = bytes
    }
}

package struct Appended: Sendable, Hashable {
    package let position: Int64
    /// It was there before.
    package let isKnown: Bool
}

package struct StoredEvent: Sendable, Hashable {
    package let position: Int64
    package let at: Instant
    package let type: String
    package let source: String
    package let id: String
    package let publisher: String
    package let bytes: [UInt8]
}

package struct EventPage: Sendable {
    package let events: [StoredEvent]
    /// Up to where the log was looked at.
    package let next: Int64
    /// Events that had been forgotten before they could be read: those right behind where the page was asked for.
    package let missed: Int64
    /// Positions of what is of these types and not given.
    package let withheld: [Int64]
}

/// `oldest` is the first position that can still be read, `last` the newest; `last < oldest` when there is nothing.
package struct StoreBounds: Sendable, Hashable {
    package let oldest: Int64
    package let last: Int64
}

package enum EventStoreFault: Error, Sendable, Hashable {
    /// The publisher used the (source, id) for something else.
    case otherContent(source: String, id: String)
    /// Longer than a record may be.
    case tooLarge
    case busy
    case closed
}
