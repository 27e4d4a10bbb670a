import Contracts
import Database
import Vocabulary
import Web

/// Terms in their one form, checked against the document of a version, and the digest of that document.
struct SettledTerms: Sendable, Hashable {
    let terms: GrantTerms
    let sha256: String
}

/// The version has another document than the one by which terms were checked.
struct DocumentIsAnother: Error {}

/// Looking terms up in a document takes as long as the document wants; nothing is written meanwhile.
extension Exchange {
    private static let triesMax = 3

    /// Checks terms by the document in force, and then writes what comes of it; all again when the document was changed
    /// in between.
    ///
    /// - Parameters:
    ///   - find: the version and the terms, for whoever may; nil when there is nothing to check. It throws what `write`
    ///     would throw, so that nobody has documents read who may not.
    ///   - write: asks `terms(settled, for:)` under which terms it is.
    func changeRegistry<T: Sendable>(
        checking find: @escaping @Sendable (any Transaction) throws -> (version: ServiceVersion, terms: GrantTerms)?,
        _ write: @escaping @Sendable (any Transaction, SettledTerms?) throws -> T
    ) async throws -> T {
        for _ in 0..<Exchange.triesMax {
            let settled = try await settled(find)
            do {
                return try await changeRegistry { try write($0, settled) }
            } catch is DocumentIsAnother {
                continue
            }
        }
        throw Problem.busy(retryAfterSeconds: 1)
    }

    private func settled(
        _ find: @escaping @Sendable (any Transaction) throws -> (version: ServiceVersion, terms: GrantTerms)?
    ) async throws -> SettledTerms? {
        let found = try await database.read { [self] tx -> (terms: GrantTerms, sha256: String, contract: Contract)? in
            guard let (version, terms) = try find(tx) else { return nil }
            guard let sha256 = try ServiceStore.digest(of: version, in: tx) else { throw Problem.notFound }
            return (terms, sha256, try contract(of: version, in: tx))
        }
        guard let found else { return nil }
        var terms = found.terms
        terms.compose()
        try terms.settle(by: found.contract)
        return SettledTerms(terms: terms, sha256: found.sha256)
    }

    /// - Throws: `DocumentIsAnother`.
    func terms(
        _ settled: SettledTerms?, for version: ServiceVersion, in tx: any Transaction
    ) throws -> GrantTerms {
        guard let settled, try ServiceStore.digest(of: version, in: tx) == settled.sha256 else {
            throw DocumentIsAnother()
        }
        return settled.terms
    }
}
