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
        guard let duplicate = duplicate(among: count, from: first) else { return }
        frames[frames.count - 1].name = duplicate
        throw error("json.duplicate-key", at: Int(tape[duplicate].start))
    }

    private func duplicate(among count: Int, from first: Int) -> Int? {
        if names[first...].contains(where: { tape[Int($0)].isSpecial }) { return duplicateAmongEscaped(first) }
        return count <= 12 ? duplicateAmongFew(first) : duplicateAmongMany(first)
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

    /// Names with escapes are unescaped once each, not at every comparison.
    private func duplicateAmongEscaped(_ first: Int) -> Int? {
        let spelled = names[first...].map { (place: Int($0), name: name(at: Int($0))) }
        let sorted = spelled.sorted { a, b in
            let order = order(a.name, b.name)
            return order == 0 ? a.place < b.place : order < 0
        }
        return zip(sorted, sorted.dropFirst()).first { order($0.name, $1.name) == 0 }?.1.place
    }

    /// Negative, zero or positive: the shorter name first, then as `memcmp`.
    private func order(_ a: [UInt8], _ b: [UInt8]) -> Int {
        a.count == b.count ? Int(memcmp(a, b, a.count)) : a.count - b.count
    }

    /// The same of two names without escapes, as they stand in the text.
    private func order(_ a: Int, _ b: Int) -> Int {
        let (left, right) = (tape[a], tape[b])
        let length = Int(left.end - left.start)
        let difference = length - Int(right.end - right.start)
        guard difference == 0, let base = input.baseAddress else { return difference }
        return Int(memcmp(base + Int(left.start), base + Int(right.start), length))
    }
}
