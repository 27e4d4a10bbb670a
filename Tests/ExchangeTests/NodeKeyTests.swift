import Crypto
import Database
import Foundation
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Exchange

@Suite("What a node keeps")
struct NodeKeyTests {
    @Test("its key is made once, readable by its own user only, and a key that others can read is refused")
    func key() throws {
        let folder = try TemporaryFolder()
        let key = try NodeKey.open(folder: folder.path)
        #expect(try NodeKey.open(folder: folder.path).rawRepresentation == key.rawRepresentation)
        let path = folder.path + "/node.key"
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(throws: NodeKeyError.readableByOthers(path)) { try NodeKey.open(folder: folder.path) }
    }

    @Test(
        "facts and cursor are stored together: a failure between them leaves neither, and nothing is lost",
        arguments: Engine.all)
    func together(engine: Engine) async throws {
        try await SharingTests.network(engine, ["H40", "H23"]) { network in
            try await network.found("H40", "H23")
            let peer = try network["H23"]
            let broken = Mutex(true)
            peer.exchange.onArrival(mediaType: "application/") { fact, tx in
                if fact.id == "b", broken.withLock({ $0 }) {
                    try tx.execute("INSERT INTO exchange_nowhere (x) VALUES (1)")
                }
            }
            try await network["H40"].publish(draft("a"), draft("b"), draft("c"))
            await #expect(throws: SQLError.self) { try await peer.exchange.pull(from: ID("H40")) }
            #expect(try await peer.count("exchange_fact") == 0)
            #expect(try await network["H40"].count("exchange_ack") == 0)
            broken.withLock { $0 = false }
            try await peer.exchange.pull(from: ID("H40"))
            #expect(try await peer.received() == ["a", "b", "c"])
        }
    }
}
