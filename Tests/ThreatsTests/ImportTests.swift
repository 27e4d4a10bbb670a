import Database
import Identity
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange
@testable import Threats

@Suite("Imports")
struct ImportTests {
    @Test("importing twice adds nothing; a newer version becomes the latest", arguments: Engine.all)
    func idempotent(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let file = bundle((0..<1200).map { indicator(id: indicatorID($0)) })
            let first = try await world.importing(file)
            #expect(first.state == .done && first.added == 1200 && first.total == 1200 && first.faults == 0)
            let second = try await world.importing(file)
            #expect(second.added == 0 && second.known == 1200)
            let newer = indicator(id: indicatorID(7)).replacing(#""modified":"2020"#, with: #""modified":"2021"#)
            try await world.importing(bundle([newer]))
            try await world.importing(file)
            let versions = try await world.database.read { tx in
                try ThreatStore(tx: tx).versions(of: indicatorID(7), first: ID("H40"), .all)
            }
            #expect(versions.map(\.version) == ["2021-11-09T01:30:00.000Z", "2020-11-09T01:30:00.000Z"])
            #expect(versions.map(\.isLatest) == [true, false])
            #expect(try await world.count("threats_import_part") == 0)
        }
    }

    @Test("whoever imports a file is the author of what is new in it, not of what was here")
    func author() async throws {
        try await World.open(on: .sqlite) { world in
            let (old, new) = (indicator(marked(.red)), indicator(marked(.red), id: indicatorID(1)))
            try await world.importing(bundle([old]))
            try await world.database.write { try $0.execute("UPDATE threats_object SET author = NULL") }
            try await world.importing(bundle([old, new, indicator(id: indicatorID(2))]))
            let authors = try await world.database.read { tx in
                try tx.rows("SELECT author FROM threats_object ORDER BY key").map { try $0.get("author") as String? }
            }
            #expect(authors == [nil, "handler", nil])
        }
    }

    @Test("faults are listed by number, object and pointer, and do not hold up the rest", arguments: Engine.all)
    func faults(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let file = bundle([
                indicator(), indicator(#","a_ref":"?""#, id: indicatorID(1)), "7", indicator(id: indicatorID(2)),
            ])
            let found = try await world.importing(file)
            #expect(found.state == .done && found.added == 2 && found.faults == 2)
            let faults = try await world.database.read { tx in try ImportStore(tx: tx).faults(of: found.id) }
            #expect(faults.map(\.position) == [2, 4])
            #expect(faults[0].fault == StixFault("threats.reference", at: "/a_ref", of: indicatorID(1)))
            let broken = try await world.importing(Array(try demoFile("infoblox-misp-feed.tar.gz").prefix(20_000)))
            #expect(broken.state == .failed && broken.problem == "threats.unreadable")
        }
    }

    @Test("after a crash an import goes on where its last transaction ended", arguments: Engine.all)
    func resume(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let file = bundle((0..<1300).map { indicator(marked(.green), id: indicatorID($0)) })
            let share = Sharing(label: .clear, recipients: .cluster)
            let id = try await world.threats.importBytes(file, name: "tep.json", as: Cast.handler, share: share)
            world.published.refusesAfter.withLock { $0 = 600 }
            await #expect(throws: World.Published.Refused.self) { try await world.threats.runImport(id) }
            let half = try await world.threats.find(id)
            #expect(half?.done == 500 && half?.state == .running)
            #expect(try await world.count() == 500)
            world.published.refusesAfter.withLock { $0 = .max }
            try await world.threats.runImport(id)
            let whole = try await world.threats.find(id)
            #expect(whole?.done == 1300 && whole?.added == 1300 && whole?.state == .done)
            #expect(try await world.count() == 1300)
            #expect(Set(world.published.sent.map(\.id)).count == 1300)
        }
    }

    @Test("what is shared with an import keeps its own stricter label, and RED stays here", arguments: Engine.all)
    func sharing(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let objects = TLP.allCases.enumerated().map { indicator(marked($1), id: indicatorID($0)) }
            try await world.importing(bundle(objects), share: Sharing(label: .green, recipients: .cluster))
            #expect(world.published.sent.map(\.tlp) == [.green, .green, .amber, .amberStrict])
            #expect(world.published.sent.allSatisfy { $0.recipients == .cluster && $0.mediaType == Threats.mediaType })
            await #expect(throws: Problem.self) {
                _ = try await world.threats.importBytes(
                    bundle(objects), name: "x", as: Cast.handler, share: Sharing(label: .red, recipients: .network))
            }
            let lines = try await world.database.read { tx in
                try ThreatStore(tx: tx).list(ThreatFilter(), world.threats.rows(for: Cast.handler), limit: 10)
            }
            #expect(lines.first { $0.label == .red }?.sharedAt == nil)
            #expect(lines.filter { $0.signature == .ours }.count == 4)
        }
    }

    @Test("a marking that the same file defines later is understood", arguments: Engine.all)
    func laterMarking(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let id = "marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168"
            let statement =
                #"{"type":"marking-definition","spec_version":"2.1","id":"\#(id)","created":"2020-11-09T01:30:00Z","#
                + #""definition_type":"statement","definition":{"statement":"©"}}"#
            try await world.importing(bundle([indicator(#","object_marking_refs":["\#(id)"]"#), statement]))
            let line = try await world.threats.detail(
                "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", for: Cast.officer
            ).line
            #expect(line.label == .amber)
        }
    }

    @Test("real files: a part of the feed, every example", arguments: Engine.all)
    func realFiles(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            for name in [
                "apt1", "poisonivy", "infrastructure", "indicators-for-C2-with-COA", "interop-objectmarking-test",
            ] {
                let found = try await world.importing(try demoFile("stix-examples/\(name).json"))
                #expect(found.faults == 0 && found.added > 0, "\(name)")
            }
            let filter = try ThreatFilter(Request(.get, "/threats?q=poison%20ivy"))
            let lines = try await world.database.read { tx in
                try ThreatStore(tx: tx).list(filter, world.threats.rows(for: Cast.officer), limit: 50)
            }
            #expect(lines.contains { $0.type == "malware" })
        }
    }

    @Test(
        "what another member signed is stored, checked the same way, never under a weaker label", arguments: Engine.all)
    func arrivals(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            func fact(
                _ text: String, _ tlp: TLP, id: String = "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
            ) -> Fact {
                Fact(
                    id: id, version: "2020-11-09T01:30:00.000Z", mediaType: Threats.mediaType, origin: ID("H23"),
                    tlp: tlp,
                    recipients: .cluster, isRevocation: false, createdAt: Instant(milliseconds: 1),
                    bytes: Array(text.utf8),
                    sha256: [], signature: [])
            }
            let good = fact(indicator(marked(.amberStrict)), .green)
            let mismatch = fact(indicator(id: indicatorID(1)), .green)
            let broken = fact(#"{"type":"indicator"}"#, .green, id: indicatorID(2))
            try await world.database.write { tx in
                for fact in [good, good, mismatch, broken] { try world.threats.receive(fact, in: tx) }
            }
            let line = try await world.threats.detail(good.id, for: Cast.officer).line
            #expect(line.label == .amberStrict && line.signature == .verified && line.origin == ID("H23"))
            #expect(try await world.count() == 1)
            let codes: [String] = try await world.database.read { tx in
                try tx.rows("SELECT code FROM threats_refused ORDER BY code").map { try $0.get("code") }
            }
            #expect(codes == ["threats.mismatch", "threats.missing"])
            await #expect(throws: Problem.self) {
                try await world.threats.share(good.id, Sharing(label: .red, recipients: .cluster), as: Cast.handler)
            }
        }
    }
}
