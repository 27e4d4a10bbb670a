import NIOCore

/// What is written in one turn of a loop goes to the sockets together, behind all that was read in it: the processor
/// keeps the kernel's code and data for sending from one connection to the next. Confined to its loop.
final class Flushes {
    /// Whoever came first need not wait for more than so many others.
    private static let most = 64

    private let loop: any EventLoop
    private var waiting: [any Flushing] = []
    private var isScheduled = false

    init(loop: any EventLoop) {
        self.loop = loop
        waiting.reserveCapacity(Flushes.most)
    }

    /// At the end of this turn at the latest.
    func add(_ connection: any Flushing) {
        guard !connection.isFlushAwaited else { return }
        connection.isFlushAwaited = true
        waiting.append(connection)
        if waiting.count >= Flushes.most { return flush() }
        guard !isScheduled else { return }
        isScheduled = true
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.execute {
            bound.value.isScheduled = false
            bound.value.flush()
        }
    }

    private func flush() {
        // Sending may call for more to be written: that comes behind.
        var going: [any Flushing] = []
        swap(&going, &waiting)
        for connection in going {
            connection.isFlushAwaited = false
            connection.flush()
        }
        guard waiting.isEmpty else { return }
        going.removeAll(keepingCapacity: true)
        swap(&going, &waiting)
    }
}

/// A connection of which something may be written and not sent.
protocol Flushing: AnyObject {
    /// Whether it waits among the others.
    var isFlushAwaited: Bool { get set }
    func flush()
}
