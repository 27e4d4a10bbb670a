import NIOCore

/// What came over a connection and was not used yet.
extension Optional<ByteBuffer> {
    /// Puts more behind it, and lets go of what was used: whoever never ends where a message ends would have all of it
    /// kept.
    mutating func add(_ more: ByteBuffer) {
        guard let left = self?.readableBytes, left > 0 else {
            self = more
            return
        }
        if let used = self?.readerIndex, used >= 64 << 10 { self?.discardReadBytes() }
        self?.writeImmutableBuffer(more)
    }
}
