import Examples
import Foundation
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import truc

/// The program as an administrator runs it: real processes, commands typed as in the README.
@Suite("from nothing to a cluster", .serialized)
struct ProcessTests {
    @Test("a cluster is founded in the name of no dissolved body; a node whose body ends later goes on and is told")
    func bodiesThatEnd() async throws {
        let home = try TemporaryFolder()
        defer { home.remove() }
        let offset = DemoNode.day.milliseconds - Configuration.machineClock().milliseconds
        let node = [
            "--folder", home.path + "/a", "--web-port", "0", "--exchange-port", "0", "--gateway-port", "0",
        ]
        let create = ["cluster", "create", "Cụm 3", "--organisation", "H40"] + node
        for (language, words) in [("vi", "cơ quan kế thừa: Sở"), ("en", "Use --organisation H42")] {
            let refused = try await Program.run(create + ["--language", language])
            #expect(refused.code == 64 && refused.errors.contains("organisation-dissolved"), "\(refused)")
            #expect(refused.errors.contains(words), "\(refused)")
        }
        let then = try await Program.run(create + ["--clock-offset-ms", "\(offset)"])
        #expect(then.code == 0, "\(then)")
        let before = try await Program.run(["cluster", "status", "--clock-offset-ms", "\(offset)"] + node)
        #expect(before.code == 0 && !before.said.contains("exists no more"), "\(before)")
        let now = try await Program.run(["cluster", "status"] + node)
        #expect(now.code == 0 && now.said.contains("(H40) exists no more since 01/07/2025"), "\(now)")
        for name in ["H42", "H42-2025"] {
            let invited = try await Program.run(["cluster", "invite", name, "member"] + node)
            #expect(invited.code == 0, "\(invited)")
        }
        let gone = try await Program.run(["cluster", "invite", "H25", "member"] + node)
        #expect(gone.code == 1 && gone.errors.contains("in its place stands Ninh Bình"), "\(gone)")
        let read = try await Program.run(["cluster", "status", "--json"] + node)
        #expect(read.said.contains("\"successors\":[\"H42-2025\"]"), "\(read)")
        let running = try Program.start(["serve"] + node)
        let isTold = try await eventually(withinSeconds: 30) {
            running.said.contains("the organisation of this node exists no more")
        }
        #expect(isTold, "\(running.said)")
        running.process.signal(SIGTERM)
        #expect(await running.process.ended() == 0)
    }

    @Test("two joined nodes in two commands each, well under a minute; SIGTERM stops with 0")
    func twoCommandsEach() async throws {
        let home = try TemporaryFolder()
        let ports = try LoopbackPorts.claim(4)
        let offset = DemoNode.day.milliseconds - Configuration.machineClock().milliseconds
        let clock = ["--clock-offset-ms", "\(offset)", "--log-level", "error"]
        let first =
            clock + [
                "--folder", home.path + "/a", "--web-port", "\(ports[0])", "--exchange-port", "\(ports[1])",
                "--gateway-port", "0",
            ]
        let second =
            clock + [
                "--folder", home.path + "/b", "--web-port", "\(ports[2])", "--exchange-port", "\(ports[3])",
                "--gateway-port", "0",
            ]
        var begun = ContinuousClock.now

        let created = try await Program.run(
            ["cluster", "create", "Cụm 3", "--organisation", "H40", "--invite", "H23:deputy"] + first)
        #expect(created.code == 0, "\(created.errors)")
        let token = try #require(created.said.split(separator: "\n").last.map(String.init))
        let a = try Program.start(["serve"] + first)
        try await answers(ports[0])
        let health = try await Fetch().send(
            FetchRequest(.get, "http://127.0.0.1:\(ports[0])/healthz", trust: .plain, mayReachPrivate: true))
        #expect(health.status == 200 && health.text.contains("\"organisation\":\"H40\""), "\(health.text)")
        #expect(begun.duration(to: .now) < .seconds(60))
        begun = .now
        let joined = try await Program.run(["cluster", "join", token] + second)
        #expect(joined.code == 0, "\(joined.errors)")
        let b = try Program.start(["serve"] + second)
        try await answers(ports[2])
        #expect(begun.duration(to: .now) < .seconds(60))

        for folder in [first, second] {
            let status = try await Program.run(["cluster", "status"] + folder)
            #expect(status.said.contains("H40") && status.said.contains("H23"), "\(status)")
        }
        let again = try await Program.run(["cluster", "join", token] + second)
        #expect(again.code == 1, "a token is good once")
        try await commands(first)

        for node in [a, b] {
            node.process.signal(SIGTERM)
            #expect(await node.process.ended() == 0)
        }
        #expect(a.said.contains("/identity/first?token="), "the first administrator's link is printed")
    }

    @Test("a slip is told in one line, in the language of who made it, and costs nothing")
    func slips() async throws {
        let home = try TemporaryFolder()
        let ports = try LoopbackPorts.claim(4)
        let offset = DemoNode.day.milliseconds - Configuration.machineClock().milliseconds
        let node = [
            "--clock-offset-ms", "\(offset)", "--log-level", "error", "--web-port", "\(ports[0])", "--exchange-port",
            "\(ports[1])", "--gateway-port", "\(ports[2])",
        ]
        let own = node + ["--folder", home.path + "/a"]
        let create = ["cluster", "create", "Cụm 3", "--organisation", "H40"]
        let slip = try await Program.run(create + ["--invite", "H23:king"] + own)
        #expect(slip.code == 64 && slip.errors.contains("king"), "\(slip)")
        #expect(try await Program.run(create + own).code == 0, "nothing was founded by the slip")

        let words = [("vi", "đã thuộc một Cụm"), ("en", "already belongs to a cluster")]
        for (language, complaint) in words {
            let again = try await Program.run(create + own + ["--language", language])
            #expect(again.code == 1 && again.errors.contains(complaint), "\(again)")
        }
        let running = try Program.start(["serve"] + own)
        try await answers(ports[0])
        for (language, complaint) in words {
            let again = try await Program.run(create + own + ["--language", language])
            #expect(again.code == 1 && again.errors.contains(complaint), "over the socket: \(again)")
        }
        let token = try await Program.run(["cluster", "invite", "H23", "deputy"] + own).said.split(separator: "\n").last
        let lone =
            node + [
                "--folder", home.path + "/c", "--web-port", "0", "--exchange-port", "\(ports[3])", "--gateway-port",
                "0",
            ]
        for (count, code) in [Int32(0), 1].enumerated() {
            let joined = try await Program.run(
                ["cluster", "join", String(token ?? ""), "--language", "vi"] + lone
                    + (count == 0 ? [] : ["--folder", home.path + "/d"]))
            #expect(joined.code == code && joined.errors.contains("Giấy mời đã được dùng") == (count == 1), "\(joined)")
        }
        for (place, setting) in ["web", "exchange", "gateway"].enumerated() {
            var other = node + ["--folder", home.path + "/b", "--organisation", "H23"]
            for free in ["web", "exchange", "gateway"] where free != setting { other += ["--\(free)-port", "0"] }
            let taken = try await Program.run(["serve"] + other)
            #expect(taken.code == 1, "\(taken)")
            let isNamed = taken.errors.contains(":\(ports[place])") && taken.errors.contains("\(setting).port")
            #expect(isNamed, "\(taken)")
        }
        running.process.signal(SIGTERM)
        _ = await running.process.ended()
    }

    /// Against a running node, over its socket; and the folder stays its own.
    private func commands(_ node: [String]) async throws {
        let added = try await Program.run(["person", "add", "can-bo-mau", "Cán bộ mẫu", "--role", "officer"] + node)
        #expect(added.code == 0 && added.said.contains("/identity/set-password?token="), "\(added)")
        let wrong = try await Program.run(["person", "add", "x", "Mẫu"] + node)
        #expect(wrong.code == 1)
        #expect(try await Program.run(["person", "add", "nguoi-mau", "Mẫu", "--role", "king"] + node).code == 1)
        #expect(try await Program.run(["organisation", "list"] + node).said.contains("H49"))
        try await credentials(node)
        let second = try await Program.run(["serve"] + node)
        #expect(second.code == 75, "\(second)")
    }

    /// A key is made where its application lives; what is printed there is enough at the node.
    private func credentials(_ node: [String]) async throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/key.pem"
        defer { folder.remove() }
        for code in ["cong-mau", "cong-hai"] {
            #expect(try await Program.run(["application", "add", "H40/\(code)", "Cổng mẫu"] + node).code == 0)
        }
        let add = ["application", "credential", "H40/cong-mau", "signer"]
        #expect(try await Program.run(add + ["--key", file] + node).code == 64, "there is no such file yet")
        let printed = try await Program.run(["application", "proof", "another-id", file])
        let lines = printed.said.split(separator: "\n").map(String.init)
        #expect(printed.code == 0 && lines.count == 2, "\(printed)")
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        // A value may begin with two dashes: what comes last stands behind them alone.
        let mistaken = try await Program.run(
            ["application", "credential", "--language", "en", "--proof", lines[1]] + node
                + ["--", "H40/cong-mau", "signer", lines[0]])
        #expect(mistaken.code == 1, "the proof is of another application: \(mistaken)")
        #expect(try await Program.run(add + ["--key", file] + node).code == 0)
        let taken = try await Program.run(
            ["application", "credential", "H40/cong-hai", "signer", "--key", file] + node)
        #expect(taken.code == 1, "\(taken)")
    }

    @Test("the demo fills a small cluster, starts again quickly, and takes its children with it")
    func demo() async throws {
        let home = try TemporaryFolder()
        let folder = home.path + "/d"
        for _ in 0..<2 {
            let demo = try Program.start([
                "demo", "--folder", folder, "--nodes", "H40,H23", "--without-feed", "--language", "en",
            ])
            let isUp = try await eventually(withinSeconds: 60) { demo.said.contains("Ctrl-C stops all.") }
            #expect(isUp, "\(demo.said)")
            let children = try children(of: demo.process.identifier)
            #expect(children.count == 2 + Example.allCases.count)
            demo.process.signal(SIGTERM)
            #expect(await demo.process.ended() == 0)
            for child in children { #expect(kill(child, 0) != 0, "the node \(child) still runs") }
        }
        let log = try String(contentsOfFile: folder + "/H40/node.log", encoding: .utf8)
        #expect(log.contains("\"message\":\"stopped\""))
        for line in log.split(separator: "\n") {
            let root = try JSONDocument(Array(line.utf8)).root
            #expect(["at", "level", "scope", "message"].allSatisfy { root[$0]?.string != nil }, "\(line)")
        }
    }

    @Test("a node of the demo that is killed is started again, and the others go on")
    func drill() async throws {
        let home = try TemporaryFolder()
        let demo = try Program.start(
            ["demo", "--folder", home.path + "/d", "--nodes", "H40,H23", "--without-feed", "--language", "en"])
        let isUp = try await eventually(withinSeconds: 60) { demo.said.contains("Ctrl-C stops all.") }
        #expect(isUp, "\(demo.said)")
        let nodes = try children(of: demo.process.identifier).filter { process in
            let words = try String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)
            return words.contains("serve\0")
        }
        let victim = try #require(nodes.first)
        kill(victim, SIGKILL)
        let isBack = try await eventually(withinSeconds: 30) {
            try demo.said.contains("has ended; starting it again.")
                && children(of: demo.process.identifier).count == 2 + Example.allCases.count
        }
        #expect(isBack, "\(demo.said)")
        #expect(nodes.allSatisfy { $0 == victim || kill($0, 0) == 0 })
        demo.process.signal(SIGTERM)
        #expect(await demo.process.ended() == 0)
    }

    @Test("children do not outlive a parent that is killed")
    func orphans() async throws {
        let home = try TemporaryFolder()
        let demo = try Program.start(
            ["demo", "--folder", home.path + "/d", "--nodes", "H40", "--without-feed", "--language", "en"])
        let isUp = try await eventually(withinSeconds: 60) { demo.said.contains("Ctrl-C stops all.") }
        #expect(isUp)
        let children = try children(of: demo.process.identifier)
        demo.process.signal(SIGKILL)
        _ = await demo.process.ended()
        let areGone = try await eventually(withinSeconds: 20) { children.allSatisfy { kill($0, 0) != 0 } }
        #expect(areGone)
    }

    private func answers(_ port: Int) async throws {
        let isUp = try await eventually(withinSeconds: 30) { DemoPorts.isListening(port) }
        #expect(isUp)
    }

    private func children(of parent: Int32) throws -> [Int32] {
        let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
        return processes.filter { process in
            guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
            // "pid (name) state parent …", where the name may hold anything but ends with the last parenthesis.
            let rest = stat.split(separator: ")").last?.split(separator: " ") ?? []
            return rest.count > 1 && Int32(rest[1]) == parent
        }
    }
}

/// Whether somebody answers on a port of this machine.
enum DemoPorts {
    static func isListening(_ port: Int) -> Bool {
        (try? FreePorts.take(1, from: port).first) != port
    }
}
