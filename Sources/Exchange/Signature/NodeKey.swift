package import Crypto
import Foundation
import Glibc
import Vocabulary

/// Where a node keeps the keys it was born with: in its data folder, readable by its own user only (0600).
package enum NodeKey {
    /// The Ed25519 key in `folder/node.key` (base64 of 32 bytes and a line end), made at the first start.
    package static func open(folder: String) throws -> Curve25519.Signing.PrivateKey {
        let path = folder + "/node.key"
        let text = try secret(at: path) { Base64.encode(Curve25519.Signing.PrivateKey().rawRepresentation) + "\n" }
        guard let bytes = Base64.decode(text.filter { $0 != "\n" }), bytes.count == 32 else {
            throw NodeKeyError.unreadable(path)
        }
        return try Curve25519.Signing.PrivateKey(rawRepresentation: bytes)
    }

    /// The text of a secret file, made when it is not there. Refuses a file that others can read.
    package static func secret(at path: String, make: () throws -> String) throws -> String {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            defer { close(descriptor) }
            let text = try make()
            let written = Array(text.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard written == text.utf8.count, fsync(descriptor) == 0 else {
                unlink(path)
                throw NodeKeyError.unwritable(path)
            }
            return text
        }
        guard errno == EEXIST else { throw NodeKeyError.unwritable(path) }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o077 == 0 else { throw NodeKeyError.readableByOthers(path) }
        return try String(contentsOfFile: path, encoding: .utf8)
    }
}

package enum NodeKeyError: Error, Sendable, Hashable, CustomStringConvertible {
    case unreadable(String)
    case unwritable(String)
    case readableByOthers(String)

    package var description: String {
        switch self {
        case .unreadable(let path): "\(path) holds no key"
        case .unwritable(let path): "\(path) cannot be written"
        case .readableByOthers(let path): "\(path) can be read by others: chmod 600 \(path)"
        }
    }
}
