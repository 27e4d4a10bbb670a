import Synchronization

/// Passes pieces from those who make them to the one who writes them. A giver waits until its piece is taken, so a slow
/// reader slows its stream down and nothing piles up.
final class Handover: Sendable {
    private struct State {
        var waiting: [(bytes: [UInt8], giver: CheckedContinuation<Void, any Error>)] = []
        var taker: CheckedContinuation<[UInt8]?, Never>?
        var isFinished = false
    }

    private let state = Mutex(State())

    /// The same handover under its two names.
    static func make() -> (pieces: Handover, feed: Handover) {
        let handover = Handover()
        return (handover, handover)
    }

    private enum Next {
        case wait, finished
        case pass(CheckedContinuation<[UInt8]?, Never>)
        case piece([UInt8], CheckedContinuation<Void, any Error>)
    }

    /// Throws `CancellationError` when nobody will take any more.
    func give(_ bytes: [UInt8]) async throws {
        try await withCheckedThrowingContinuation { (giver: CheckedContinuation<Void, any Error>) in
            let next = state.withLock { state -> Next in
                if state.isFinished { return .finished }
                guard let taker = state.taker else {
                    state.waiting.append((bytes, giver))
                    return .wait
                }
                state.taker = nil
                return .pass(taker)
            }
            switch next {
            case .pass(let taker):
                taker.resume(returning: bytes)
                giver.resume()
            case .finished: giver.resume(throwing: CancellationError())
            case .wait, .piece: break
            }
        }
    }

    /// Nil when it is finished.
    func take() async -> [UInt8]? {
        await withCheckedContinuation { (taker: CheckedContinuation<[UInt8]?, Never>) in
            let next = state.withLock { state -> Next in
                if !state.waiting.isEmpty {
                    let first = state.waiting.removeFirst()
                    return .piece(first.bytes, first.giver)
                }
                if state.isFinished { return .finished }
                state.taker = taker
                return .wait
            }
            switch next {
            case .piece(let bytes, let giver):
                giver.resume()
                taker.resume(returning: bytes)
            case .finished: taker.resume(returning: nil)
            case .wait, .pass: break
            }
        }
    }

    /// What was given and not yet taken is still taken; whoever gives later is told that it is over.
    func finish() {
        let taker = state.withLock { state in
            defer { state.taker = nil }
            state.isFinished = true
            return state.taker
        }
        taker?.resume(returning: nil)
    }

    /// Nobody takes any more: givers that still wait are told.
    func abandon() {
        finish()
        let rest = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for piece in rest { piece.giver.resume(throwing: CancellationError()) }
    }
}
