import NIOPosix

/// The event loop threads that servers and outgoing calls share. Nothing blocks on them.
package struct Loops: Sendable {
    let group: MultiThreadedEventLoopGroup

    package init(threads: Int) {
        group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, threads))
    }

    /// Two threads for the whole process: what a node needs.
    package static let two = Loops(threads: 2)
}
