import NIOCore
import Synchronization

/// Connections that were left open, by whom they lead to and how it proved itself.
final class Pool: Sendable {
    struct Key: Hashable {
        let host: String
        let port: Int
        let isSecure: Bool
        let trust: FetchRequest.Trust
        let mayReachPrivate: Bool
        let unixSocket: String?
    }

    private struct Idle {
        var channels: [Key: [any Channel]] = [:]
        var count = 0
    }

    private let idle = Mutex(Idle())
    private let perKey = 4
    /// Open connections that are kept, to whomever they lead.
    private let total: Int
    /// Below what servers allow, so that a question is not sent into a connection that is being closed.
    private let idleSeconds: Int64 = 10

    init(total: Int) {
        self.total = total
    }

    func take(_ key: Key) -> (any Channel)? {
        idle.withLock { idle in
            while let channel = idle.channels[key]?.popLast() {
                idle.count -= 1
                if idle.channels[key]?.isEmpty ?? false { idle.channels[key] = nil }
                if channel.isActive { return channel }
            }
            return nil
        }
    }

    func putBack(_ channel: any Channel, _ key: Key) {
        let isKept = idle.withLock { idle in
            guard idle.channels[key, default: []].count < perKey, idle.count < total else { return false }
            idle.channels[key, default: []].append(channel)
            idle.count += 1
            return true
        }
        guard isKept else { return channel.close(promise: nil) }
        channel.eventLoop.scheduleTask(in: .seconds(idleSeconds)) { [weak self] in
            if self?.remove(channel, key) ?? true { channel.close(promise: nil) }
        }
    }

    private func remove(_ channel: any Channel, _ key: Key) -> Bool {
        idle.withLock { idle in
            guard let place = idle.channels[key]?.firstIndex(where: { $0 === channel }) else { return false }
            idle.channels[key]?.remove(at: place)
            idle.count -= 1
            if idle.channels[key]?.isEmpty ?? false { idle.channels[key] = nil }
            return true
        }
    }
}
