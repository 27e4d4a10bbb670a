extension Collection {
    /// Slices of at most `size`, for lists longer than one statement may bind.
    package func chunks(of size: Int) -> [SubSequence] {
        var chunks: [SubSequence] = []
        var start = startIndex
        while start != endIndex {
            let end = index(start, offsetBy: Swift.max(1, size), limitedBy: endIndex) ?? endIndex
            chunks.append(self[start..<end])
            start = end
        }
        return chunks
    }
}
