import Foundation
import Synchronization

/// Ports of 127.0.0.1 for servers that a test starts, stops and starts again: nobody else gets them meanwhile.
///
/// That nobody listens on a port says little while tests run side by side: another one's server may be just between two
/// lives. So each port is claimed for as long as this process lives, by the lock of one byte in a file that all test
/// processes share. All lie below the range from which the system takes the ports of outgoing calls.
package enum LoopbackPorts {
    private static let claimed = Mutex<Claims?>(nil)

    /// - Throws: ``NoPort`` when there are not as many free ports.
    package static func claim(_ count: Int) throws -> [Int] {
        try claimed.withLock { claims in
            var now = try claims ?? Claims()
            defer { claims = now }
            return try (0..<count).map { _ in try now.another() }
        }
    }

    package struct NoPort: Error {}

    private struct Claims {
        static let all = 10_000..<32_000
        /// Its locks go with the process, and no program that it starts inherits them.
        let file: Int32
        /// A process's own locks do not hold against itself.
        var own: Set<Int> = []
        var last = Int.random(in: Self.all)

        init() throws {
            let path = FileManager.default.temporaryDirectory.path + "/truc-test-ports-\(getuid())"
            file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw NoPort() }
        }

        mutating func another() throws -> Int {
            for _ in Self.all {
                last = last + 1 < Self.all.upperBound ? last + 1 : Self.all.lowerBound
                if !own.contains(last), isLocked(last), LoopbackPorts.isFree(last) {
                    own.insert(last)
                    return last
                }
            }
            throw NoPort()
        }

        private func isLocked(_ port: Int) -> Bool {
            var byte = flock()
            byte.l_type = Int16(F_WRLCK)
            byte.l_whence = Int16(SEEK_SET)
            byte.l_start = port
            byte.l_len = 1
            return fcntl(file, F_SETLK, &byte) == 0
        }
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
