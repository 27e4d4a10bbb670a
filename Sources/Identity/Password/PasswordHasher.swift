import Dispatch
import Synchronization
import Vocabulary

/// Where passwords are hashed: two at once on threads of its own, a few more waiting, the rest told to come back.
///
/// So wrong passwords from everywhere cost at most 38 MiB and two cores, and never the threads that answer pages.
final class PasswordHasher: Sendable {
    private let lanes: [DispatchQueue]
    private let maximumWaiting: Int
    private let cost: PasswordCost
    /// How many hashes each lane has taken and not finished.
    private let loads: Mutex<[Int]>
    /// How many hashes were begun.
    var started: Int { count.withLock { $0 } }
    private let count = Mutex(0)

    init(atOnce: Int = 2, waiting: Int = 32, cost: PasswordCost = .standard) {
        self.cost = cost
        lanes = (0..<atOnce).map { DispatchQueue(label: "identity.hash.\($0)") }
        maximumWaiting = waiting
        loads = Mutex(Array(repeating: 0, count: atOnce))
    }

    /// Throws `Problem.busy` when too many wait already.
    func hash(_ password: String) async throws -> String {
        try await run { [cost] in try PasswordHash.make(password, cost: cost) }
    }

    /// As `hash`. `phc` is nil when nobody has the name: the same work is done, and the answer is no.
    func verify(_ password: String, against phc: String?) async throws -> Bool {
        try await run { [cost] in
            let matches = try PasswordHash.verify(
                password, against: phc ?? PasswordHash.nobodys(cost: cost), cost: cost)
            return matches && phc != nil
        }
    }

    func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        guard let lane = takeLane() else { throw Problem.busy(retryAfterSeconds: 2) }
        count.withLock { $0 += 1 }
        return try await withCheckedThrowingContinuation { waiting in
            lanes[lane].async {
                let result = Result { try work() }
                self.loads.withLock { $0[lane] -= 1 }
                waiting.resume(with: result)
            }
        }
    }

    private func takeLane() -> Int? {
        loads.withLock { loads in
            guard loads.reduce(0, +) < lanes.count + maximumWaiting,
                let lane = loads.indices.min(by: { loads[$0] < loads[$1] })
            else { return nil }
            loads[lane] += 1
            return lane
        }
    }
}
