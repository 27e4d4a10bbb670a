import House
import Synchronization
import Testing
import Web

@Suite("Live events")
struct EventTests {
    @Test("every event once and in order, wherever the reader resumes", arguments: [0, 1, 7, 49, 50])
    func resume(after: Int64) async throws {
        let store = Mutex<[ServerEvent]>([])
        let bell = Bell()
        for number in 1...50 { store.withLock { $0.append(ServerEvent(sequence: Int64(number), data: "\(number)")) } }
        let tail = EventTail(after: after, bell: bell, pageSize: 7) { after, limit in
            Array(store.withLock { $0 }.filter { $0.sequence > after }.prefix(limit))
        }
        async let read = tail.prefix(60 - Int(after)).reduce(into: [Int64]()) { $0.append($1.sequence) }
        for number in 51...60 {
            store.withLock { $0.append(ServerEvent(sequence: Int64(number), data: "")) }
            bell.ring()
        }
        #expect(try await read == Array((after + 1)...60))
    }

    @Test("a reader that is gone ends")
    func cancelled() async throws {
        let ring = EventRing()
        let reader = Task { try await ring.tail(after: nil).reduce(0) { count, _ in count + 1 } }
        reader.cancel()
        #expect(try await reader.value == 0)
    }

    @Test("a bad number is refused, a line end in the data starts no field of its own")
    func wire() async throws {
        let sample = Sample()
        #expect(await sample.visitor().send(.get, "/live", headers: ["last-event-id": "x"]).status == 400)
        sample.ring.publish("a\nid: 9", "one\r\nevent: evil\rtwo")
        let response = await sample.site.respond(to: Request(.get, "/live", headers: ["last-event-id": "0"]))
        guard case .stream(let write) = response.body else { throw CancellationError() }
        let written = Mutex("")
        let writing = Task {
            try await write(
                ResponseWriter { bytes in written.withLock { $0 += String(decoding: bytes, as: UTF8.self) } })
        }
        while !written.withLock({ $0.contains("\n\nid:") }) { await Task.yield() }
        writing.cancel()
        _ = await writing.result
        #expect(
            written.withLock { $0 }
                == "retry: 2000\n\nid: 1\nevent: aid: 9\ndata: one\ndata: event: evil\ndata: two\n\n")
    }
}
