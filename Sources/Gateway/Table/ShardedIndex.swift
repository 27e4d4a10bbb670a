/// A `BytesIndex` in 256 parts. A copy shares all of them; of the parts that are changed then, each is copied once. So
/// the index of a new table costs what is other in it.
struct ShardedIndex: Sendable {
    private var shards = [BytesIndex](repeating: BytesIndex(), count: 256)

    func find(_ key: UnsafeRawBufferPointer) -> Int? { find(key, BytesHash(key)) }

    func find(_ key: UnsafeRawBufferPointer, _ hash: BytesHash) -> Int? { shards[hash.shard].find(key, hash) }

    func find(_ key: String) -> Int? {
        var key = key
        return key.withUTF8 { find(UnsafeRawBufferPointer($0)) }
    }

    func find(_ key: [UInt8]) -> Int? { key.withUnsafeBytes { find($0) } }

    /// - Returns: the value that the key has already; then nothing was put in.
    mutating func insert(_ key: [UInt8], _ value: Int) -> Int? {
        key.withUnsafeBytes { bytes in
            let hash = BytesHash(bytes)
            return shards[hash.shard].insert(bytes, hash, value)
        }
    }

    mutating func remove(_ key: [UInt8]) {
        key.withUnsafeBytes { bytes in
            let hash = BytesHash(bytes)
            shards[hash.shard].remove(bytes, hash)
        }
    }

    var count: Int { shards.reduce(0) { $0 + $1.count } }
}
