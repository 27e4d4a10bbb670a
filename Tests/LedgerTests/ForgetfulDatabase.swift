import Database
import Synchronization

/// A database whose COMMIT happens though its answer is lost on the way, as with a server that goes away.
final class ForgetfulDatabase: Database {
    struct AnswerLost: Error {}

    private let base: any Database
    private let isForgetting = Mutex(false)
    var dialect: Dialect { base.dialect }

    init(_ base: any Database) {
        self.base = base
    }

    func loseNextAnswer() { isForgetting.withLock { $0 = true } }

    func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await base.read(body)
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        let value = try await base.write(body)
        let isLost = isForgetting.withLock { isForgetting in
            defer { isForgetting = false }
            return isForgetting
        }
        if isLost { throw AnswerLost() }
        return value
    }

    func close() async throws { try await base.close() }
    func rest() { base.rest() }
}
