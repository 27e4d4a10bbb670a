import Foundation
import TestKit
import Testing
import Vocabulary

@testable import truc

/// A node and the example service, as processes, and commands that are typed at it.
struct CommandTown {
    let flags: [String]
    /// For files of a test.
    let home: String
    let webPort: Int

    /// What a command said, when it went well.
    func typed(_ words: String...) async throws -> [[String]] {
        let ended = try await Program.run(words + flags)
        #expect(ended.code == 0, "\(words.prefix(3)): \(ended)")
        return ended.said.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    func refused(_ words: String..., code: Int32 = 1, saying: String) async throws {
        let ended = try await Program.run(words + flags)
        #expect(ended.code == code && (ended.said + ended.errors).contains(saying), "\(words.prefix(3)): \(ended)")
    }

    func calls(_ key: String) async throws -> Bool {
        try await Program.run(["call", "/units/v1/units/37?asOf=2025-07-01", "--key", key] + flags).said.contains(
            "Ninh Bình")
    }

    static func open(_ body: (CommandTown) async throws -> Void) async throws {
        let home = try TemporaryFolder()
        defer { home.remove() }
        let ports = try LoopbackPorts.claim(4)
        let flags = [
            "--folder", "\(home.path)/a", "--web-port", "\(ports[0])", "--exchange-port", "\(ports[1])",
            "--exchange-address", "127.0.0.1", "--gateway-address", "127.0.0.1", "--gateway-port", "\(ports[2])",
            "--log-level", "error",
        ]
        #expect(try await Program.run(["cluster", "create", "Cụm 3", "--organisation", "H49"] + flags).code == 0)
        let node = try Program.start(["serve"] + flags)
        defer { node.process.signal(SIGTERM) }
        let service = try Program.start(["example-service", "units", "--port", "\(ports[3])"])
        defer { service.process.signal(SIGTERM) }
        for port in [ports[0], ports[3]] {
            #expect(try await eventually(withinSeconds: 30) { DemoPorts.isListening(port) })
        }
        // The node's own doors open each in its time; a command that comes before this one finds the folder locked.
        #expect(
            try await eventually(withinSeconds: 30) {
                FileManager.default.fileExists(atPath: "\(home.path)/a/\(NodeFolder.socketName)")
            })
        let register = [
            "service", "register", "units", "Đơn vị", "Demo/axis/units.openapi.yaml", "--contact", "mau@example.vn",
            "--class", "open", "--allow-private", "--instance", "http://127.0.0.1:\(ports[3])",
        ]
        #expect(try await Program.run(register + flags).code == 0)
        try await body(CommandTown(flags: flags, home: home.path, webPort: ports[0]))
    }
}
