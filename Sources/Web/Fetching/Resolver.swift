import Foundation
import NIOCore
import NIOPosix

/// Turns a host into the addresses to connect to, on a thread that may block.
enum Resolver {
    static func addresses(of address: FetchAddress) async throws -> [SocketAddress] {
        let (host, port) = (address.host, address.port)
        if let literal = try? SocketAddress(ipAddress: host, port: port) { return [literal] }
        // RFC 6761 §6.3: never asked of the network.
        if host == "localhost" || host.hasSuffix(".localhost") {
            return [try SocketAddress(ipAddress: "127.0.0.1", port: port)]
        }
        let texts = try await NIOThreadPool.singleton.runIfActive { lookUp(host) }
        let found = texts.compactMap { try? SocketAddress(ipAddress: $0, port: port) }
        guard !found.isEmpty else { throw FetchError.unresolved(host: host) }
        return found
    }

    private static func lookUp(_ host: String) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var texts: [String] = []
        var next = list
        while let entry = next?.pointee {
            var text = [CChar](repeating: 0, count: 64)
            if getnameinfo(entry.ai_addr, entry.ai_addrlen, &text, 64, nil, 0, NI_NUMERICHOST) == 0 {
                texts.append(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
            }
            next = entry.ai_next
        }
        return texts
    }
}
