#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Duplicate member names (RFC 7493 §2.3). Few names are compared each with each, many are sorted: a stranger
/// cannot choose names that make this slow, as with a hash table.
extension JSONReader {
    mutating func refuseDuplicates(from first: Int) throws(JSONError) {
        let count = names.count - first
        guard count > 1 else { return }
        let duplicate = count <= 12 ? duplicateAmongFew(first) : duplicateAmongMany(first)
        guard let duplicate else { return }
        frames[frames.count - 1].name = duplicate
        throw error("json.duplicate-key", at: Int(tape[duplicate].start))
    }

    private func duplicateAmongFew(_ first: Int) -> Int? {
        for later in first + 1..<names.count {
            let place = Int(names[later])
            for earlier in first..<later where order(Int(names[earlier]), place) == 0 { return place }
        }
        return nil
    }

    private func duplicateAmongMany(_ first: Int) -> Int? {
        let sorted = names[first...].map(Int.init).sorted { a, b in
            let order = order(a, b)
            return order == 0 ? a < b : order < 0
        }
        return zip(sorted, sorted.dropFirst()).first { order($0, $1) == 0 }?.1
    }

    /// Negative, zero or positive, as `memcmp` of the unescaped names, the shorter first.
    private func order(_ a: Int, _ b: Int) -> Int {
        let (left, right) = (tape[a], tape[b])
        if left.isSpecial || right.isSpecial {
            let (a, b) = (name(at: a), name(at: b))
            return a == b ? 0 : a.lexicographicallyPrecedes(b) && a.count == b.count || a.count < b.count ? -1 : 1
        }
        let length = Int(left.end - left.start)
        let difference = length - Int(right.end - right.start)
        guard difference == 0, let base = input.baseAddress else { return difference }
        return Int(memcmp(base + Int(left.start), base + Int(right.start), length))
    }
}
