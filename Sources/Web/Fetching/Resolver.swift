import Foundation
import NIOCore
import Synchronization
import Vocabulary

/// Turns hosts into the addresses to connect to, on threads that may block: one for each name that is asked for.
///
/// Name servers that are silent keep such a thread for half a minute. So names that were slow last time, and those
/// that are by now, have few threads of their own at once, and there is room for a name of which nobody knows anything
/// bad, unless hundreds of new ones are silent at once. Nobody waits longer than the deadline of the call.
final class Resolver: Sendable {
    /// The addresses of a host as text, none when it has none. May take as long as it likes.
    typealias LookUp = @Sendable (_ host: String) -> [String]
    /// Does something on a thread of its own; false when there is none to be had.
    typealias Start = @Sendable (_ work: @escaping @Sendable () -> Void) -> Bool

    struct Limits: Sendable {
        /// Names under way at once: of all, of those not known to be slow, and of those that are.
        var (together, quick, slow) = (256, 64, 32)
        /// Longer than this is slow.
        var slowSeconds: Double = 2
        /// How many names are remembered as slow; beyond that all are forgotten.
        var rememberedNames = 4096
    }

    /// One look-up, for all who ask for the name meanwhile.
    private final class Question: Sendable {
        let began = ContinuousClock.now
        /// Nil while it is under way, and when it could not begin.
        let answer = Mutex<[String]?>(nil)
        let told = Bell()
    }

    private struct State {
        var underWay: [String: Question] = [:]
        var slow: Set<String> = []
    }

    private enum Entry {
        case joins(Question), begins(Question), waits
    }

    private let limits: Limits
    private let lookUp: LookUp
    private let start: Start
    private let state = Mutex(State())
    /// Rings when a look-up has ended.
    private let ended = Bell()

    init(
        _ lookUp: @escaping LookUp = Resolver.system, limits: Limits = Limits(),
        start: @escaping Start = { OwnThread.start(.usual, $0) }
    ) {
        self.lookUp = lookUp
        self.start = start
        self.limits = limits
    }

    /// - Throws: `FetchError.unresolved` when the host has no address, `FetchError.cannotConnect` when it could not be
    ///   asked for; `CancellationError` when nobody waits any more.
    func addresses(of address: FetchAddress) async throws -> [SocketAddress] {
        let (host, port) = (address.host, address.port)
        if let literal = try? SocketAddress(ipAddress: host, port: port) { return [literal] }
        // RFC 6761 §6.3: never asked of the network.
        if host == "localhost" || host.hasSuffix(".localhost") {
            return [try SocketAddress(ipAddress: "127.0.0.1", port: port)]
        }
        let found = try await texts(of: host).compactMap { try? SocketAddress(ipAddress: $0, port: port) }
        guard !found.isEmpty else { throw FetchError.unresolved(host: host) }
        return found
    }

    private func texts(of host: String) async throws -> [String] {
        while true {
            let heard = ended.count
            switch state.withLock({ enter(host, &$0) }) {
            case .begins(let question):
                if !start({ self.run(question, host) }) { end(question, host, wasSlow: nil) }
                return try await answer(to: question, about: host)
            case .joins(let question): return try await answer(to: question, about: host)
            case .waits:
                // Looked at again after a while, too: what is under way becomes slow without anybody's doing.
                await ended.next(after: heard, within: .milliseconds(100))
                try Task.checkCancellation()
            }
        }
    }

    private func answer(to question: Question, about host: String) async throws -> [String] {
        await question.told.next(after: 0)
        try Task.checkCancellation()
        guard let found = question.answer.withLock({ $0 }) else {
            throw FetchError.cannotConnect(host: host, reason: "no thread to look its name up")
        }
        return found
    }

    private func enter(_ host: String, _ state: inout State) -> Entry {
        if let question = state.underWay[host] { return .joins(question) }
        let slow = state.underWay.count { state.slow.contains($0.key) || isSlow($0.value) }
        let isRoom =
            state.slow.contains(host) ? slow < limits.slow : state.underWay.count - slow < limits.quick
        guard isRoom, state.underWay.count < limits.together else { return .waits }
        let question = Question()
        state.underWay[host] = question
        return .begins(question)
    }

    private func isSlow(_ question: Question) -> Bool {
        ContinuousClock.now - question.began > .seconds(limits.slowSeconds)
    }

    private func run(_ question: Question, _ host: String) {
        let found = lookUp(host)
        question.answer.withLock { $0 = found }
        end(question, host, wasSlow: isSlow(question))
    }

    /// - Parameter wasSlow: nil when the name was not asked for after all, which says nothing of it.
    private func end(_ question: Question, _ host: String, wasSlow: Bool?) {
        state.withLock { state in
            state.underWay[host] = nil
            switch wasSlow {
            case true?:
                if state.slow.count >= limits.rememberedNames { state.slow = [] }
                state.slow.insert(host)
            case false?: state.slow.remove(host)
            case nil: break
            }
        }
        question.told.ring()
        ended.ring()
    }

    private static let system: LookUp = { host in
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var texts: [String] = []
        var next = list
        while let entry = next?.pointee {
            var text = [CChar](repeating: 0, count: 64)
            if getnameinfo(entry.ai_addr, entry.ai_addrlen, &text, 64, nil, 0, NI_NUMERICHOST) == 0 {
                texts.append(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
            }
            next = entry.ai_next
        }
        return texts
    }
}
