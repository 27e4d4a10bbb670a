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

    private let idle = Mutex<[Key: [any Channel]]>([:])
    private let perKey = 4
    private let total = 64
    /// Below what servers allow, so that a question is not sent into a connection that is being closed.
    private let idleSeconds: Int64 = 10

    func take(_ key: Key) -> (any Channel)? {
        idle.withLock { idle in
            while let channel = idle[key]?.popLast() {
                if idle[key]?.isEmpty ?? false { idle[key] = nil }
                if channel.isActive { return channel }
            }
            return nil
        }
    }

    func putBack(_ channel: any Channel, _ key: Key) {
        let isKept = idle.withLock { idle in
            guard idle[key, default: []].count < perKey, idle.values.reduce(0, { $0 + $1.count }) < total else {
                return false
            }
            idle[key, default: []].append(channel)
            return true
        }
        guard isKept else { return channel.close(promise: nil) }
        channel.eventLoop.scheduleTask(in: .seconds(idleSeconds)) { [weak self] in
            if self?.remove(channel, key) ?? true { channel.close(promise: nil) }
        }
    }

    private func remove(_ channel: any Channel, _ key: Key) -> Bool {
        idle.withLock { idle in
            guard let place = idle[key]?.firstIndex(where: { $0 === channel }) else { return false }
            idle[key]?.remove(at: place)
            if idle[key]?.isEmpty ?? false { idle[key] = nil }
            return true
        }
    }
}
