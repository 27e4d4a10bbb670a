import Glibc

/// What came in on the TCP connections of this process, TLS and headers of HTTP included. Both ends of a connection
/// that the process has with itself are its own, so the sum is what went over the wire in both directions.
enum SocketBytes {
    /// `tcpi_bytes_received` of the kernel's `struct tcp_info`, which glibc 2.36 does not know.
    private static let offset = 128

    static func received() -> UInt64 {
        (Int32(0)..<1024).reduce(0) { $0 + received(on: $1) }
    }

    private static func received(on descriptor: Int32) -> UInt64 {
        var info = [UInt8](repeating: 0, count: 512)
        var length = socklen_t(info.count)
        guard getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &info, &length) == 0, Int(length) >= offset + 8
        else {
            return 0
        }
        return info.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
    }
}
