import NIOCore
import Vocabulary

extension PublicAddress {
    static func contains(_ address: SocketAddress) -> Bool {
        address.ipAddress.map { contains($0) } ?? false
    }
}
