import Foundation
import Vocabulary

/// Where the demo keeps its nodes, and what it remembers between two runs: the day it lives on and the ports.
struct DemoFolder: Sendable {
    let path: String
    /// A second demo in the same folder would throw away what the first one is making.
    private let lock: FolderLock

    /// A demo that was never finished is begun again: half of one would only puzzle. Only a folder that a demo made is
    /// ever thrown away, whatever is asked, and none in which a demo runs.
    init(_ path: String, fresh: Bool) throws {
        self.path = path
        let files = FileManager.default
        let mark = path + "/made-by-truc-demo"
        func content() throws -> [String] {
            guard files.fileExists(atPath: path) else { return [] }
            return try files.contentsOfDirectory(atPath: path).filter { $0 != "lock" }
        }
        let isReady = files.fileExists(atPath: path + "/ready")
        let isThrownAway = try !content().isEmpty && (fresh || !isReady)
        if isThrownAway {
            guard files.fileExists(atPath: mark) || (path as NSString).lastPathComponent == DemoFolder.usual else {
                throw UsageError("\(path) holds something that no demo made; name another folder, or an empty one")
            }
        }
        try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        lock = try FolderLock(folder: path)
        if isThrownAway { for name in try content() { try files.removeItem(atPath: "\(path)/\(name)") } }
        if !self.isReady { try Data().write(to: URL(filePath: mark)) }
    }

    /// The folder when none is named.
    static let usual = ".truc-demo"

    var isReady: Bool { FileManager.default.fileExists(atPath: path + "/ready") }

    func markReady() throws {
        try Data().write(to: URL(filePath: path + "/ready"))
    }

    func folder(of node: DemoNode) -> String { "\(path)/\(node.code)" }

    /// The settings of each node: those of last time, or new ones written to its `truc.conf`.
    func configurations(for nodes: [DemoNode]) throws -> [Configuration] {
        let offset = DemoNode.day.milliseconds - Configuration.machineClock().milliseconds
        let pages = try FreePorts.take(nodes.count, from: 8040)
        let peers = try FreePorts.take(nodes.count, from: 9040, avoiding: Set(pages))
        let gateways = try FreePorts.take(nodes.count, from: 9140, avoiding: Set(pages + peers))
        return try nodes.enumerated().map { place, node in
            let folder = folder(of: node)
            let file = folder + "/truc.conf"
            if !FileManager.default.fileExists(atPath: file) {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try DemoFolder.text(node, pages[place], peers[place], gateways[place], offset).write(
                    toFile: file, atomically: true, encoding: .utf8)
            }
            return try Configuration.load(flags: ["folder": folder], file: nil, environment: [:]) {
                try? String(contentsOfFile: $0, encoding: .utf8)
            }
        }
    }

    private static func text(
        _ node: DemoNode, _ page: Int, _ peer: Int, _ gateway: Int, _ offset: Int64
    ) -> String {
        """
        # A node of the demo cluster. The clock stands on 9 November 2020, when the demo was first started.
        clock-offset-ms = \(offset)
        log.level = notice
        web.port = \(page)
        web.public-url = http://\(node.host).localhost:\(page)
        web.cookie-prefix = \(node.host)
        exchange.address = 127.0.0.1
        exchange.port = \(peer)
        gateway.address = 127.0.0.1
        gateway.port = \(gateway)
        gateway.loops = 1
        identity.administrators-two-steps = optional

        """
    }
}

/// Ports on loopback that nobody listens on now.
enum FreePorts {
    static func take(_ count: Int, from first: Int, avoiding taken: Set<Int> = []) throws(UsageError) -> [Int] {
        let free = (first..<min(first + 900, 65_535)).lazy.filter { !taken.contains($0) && isFree($0) }
        let ports = Array(free.prefix(count))
        guard ports.count == count else { throw UsageError("there are no \(count) free ports from \(first) on") }
        return ports
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
