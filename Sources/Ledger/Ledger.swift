package import Crypto
package import Logging
package import Vocabulary

/// An append-only Merkle log (nhật ký chỉ ghi thêm): leaves in segment files, signed heads, proofs.
package final class Ledger: Sendable {
    package struct Settings: Sendable {
        /// A segment is closed when it has so many bytes.
        package var segmentBytes: Int
        /// So much of the log's end is read again and checked when it is opened.
        package var openingCheckBytes: Int
        /// Leaves that may wait for the disk before `append` answers `busy`.
        package var waitingLeavesLimit: Int

        package init(
            segmentBytes: Int = 16 << 20, openingCheckBytes: Int = 256 << 20, waitingLeavesLimit: Int = 65_536
        ) {
            self.segmentBytes = segmentBytes
            self.openingCheckBytes = openingCheckBytes
            self.waitingLeavesLimit = waitingLeavesLimit
        }
    }

    package let verifierKey: VerifierKey
    private init(verifierKey: VerifierKey) { self.verifierKey = verifierKey }

    package static func open(
        folder: String, origin: String, key: Curve25519.Signing.PrivateKey, now: @escaping Clock, logger: Logger,
        settings: Settings = Settings()
    ) async throws -> Ledger { throw LedgerError.closed }
    package var checkpoint: Checkpoint { Checkpoint(origin: "", size: 0, root: .empty, note: "", at: nil) }
    package func append(_ leaf: Leaf) async throws -> Receipt { throw LedgerError.closed }
    package func append(contentsOf leaves: [Leaf]) async throws -> [Receipt] { throw LedgerError.closed }
    package func inclusionProof(of index: Int64, in size: Int64) async throws -> [LedgerHash] {
        throw LedgerError.closed
    }
    package func consistencyProof(from old: Int64, to new: Int64) async throws -> [LedgerHash] {
        throw LedgerError.closed
    }
    package func prove(_ receipt: Receipt) async throws -> ProvenReceipt { throw LedgerError.closed }
    package func prove(_ index: Int64) async throws -> ProvenReceipt { throw LedgerError.closed }
    package func rootHash(at size: Int64) async throws -> LedgerHash { throw LedgerError.closed }
    package func hashTile(_ path: TilePath) async throws -> [UInt8]? { throw LedgerError.closed }
    package func entryBundle(_ path: TilePath) async throws -> [UInt8]? { throw LedgerError.closed }
    package func entries(_ range: Range<Int64>) async throws -> [Leaf] { throw LedgerError.closed }
    package func close() async throws {}
}
