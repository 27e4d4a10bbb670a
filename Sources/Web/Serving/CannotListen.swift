import Glibc
import NIOCore

/// Why nobody can listen on an address: another program has the port, it is kept for the system, or it is no address
/// of this machine.
package struct CannotListen: Error, Sendable {
    package let reason: String

    /// Nil when the error is about something else.
    package init?(_ error: any Error) {
        guard let code = (error as? IOError)?.errnoCode, [EADDRINUSE, EACCES, EADDRNOTAVAIL].contains(code) else {
            return nil
        }
        reason = String(cString: strerror(code))
    }
}
