import Logging
import TestKit
import Testing
import Vocabulary

@testable import truc

@Suite("configuration")
struct ConfigurationTests {
    private func load(
        _ flags: [String: String] = [:], file: String? = nil, environment: [String: String] = [:]
    ) throws -> Configuration {
        try Configuration.load(flags: flags, file: file == nil ? nil : "a.conf", environment: environment) { _ in file }
    }

    @Test("everything has a default")
    func defaults() throws {
        let configuration = try load()
        #expect(configuration.folder == "truc-data")
        #expect(configuration.database == nil)
        #expect(configuration.webPort == 8040)
        #expect(configuration.logLevel == .info)
        #expect(configuration.webPublicURL == nil)
    }

    @Test("a flag wins over the environment, the environment over the file")
    func precedence() throws {
        let file = "web.port = 1\nexchange.port = 2 \n# log.level = trace\n\nweb.address=::1"
        let configuration = try load(
            ["web.port": "3"], file: file, environment: ["TRUC_WEB_PORT": "4", "TRUC_EXCHANGE_PORT": "5"])
        #expect(configuration.webPort == 3)
        #expect(configuration.peerPort == 5)
        #expect(configuration.webAddress == "::1")
        #expect(configuration.logLevel == .info)
    }

    @Test("pages are answered under the public name and on the machine itself, and under no other")
    func hosts() throws {
        #expect(try load().hosts.isEmpty)
        #expect(
            try load(["web.public-url": "https://attt.example.vn"]).hosts
                == ["attt.example.vn", "localhost:8040", "127.0.0.1:8040"])
        #expect(try load(["web.public-url": "http://a.localhost:9", "web.port": "9"]).hosts.contains("a.localhost:9"))
    }

    @Test("proxies in front are named one by one or as blocks")
    func proxies() throws {
        let configuration = try load(["web.trusted-proxies": "127.0.0.1, 10.0.0.0/8"])
        #expect(configuration.trustedProxies == ["127.0.0.1", "10.0.0.0/8"])
    }

    @Test("truc.conf of the data folder is read when there is one")
    func fileOfFolder() throws {
        let configuration = try Configuration.load(flags: ["folder": "/a"], file: nil, environment: [:]) { path in
            path == "/a/truc.conf" ? "web.port = 9" : nil
        }
        #expect(configuration.webPort == 9)
    }

    @Test(
        "an error names the key and the place",
        arguments: [
            ("web.prot = 1", "a.conf:1: unknown setting web.prot; did you mean web.port?"),
            ("\nnonsense", "a.conf:2: expected `key = value`, found: nonsense"),
            ("web.port = 1\nweb.port = 2", "a.conf:2: web.port was already set in line 1"),
            ("web.port = 70000", "web.port (a.conf:1) must be a whole number from 0 to 65535, not “70000”"),
            (
                "web.public-url = ftp://x",
                "web.public-url (a.conf:1) must be like https://attt.example.vn, without a path, not “ftp://x”"
            ),
            ("organisation = ../H40", "organisation (a.conf:1) must be a code like H49 or 000.00.00.H49, not “../H40”"),
            ("gateway.public-address = h:0", "gateway.public-address (a.conf:1) must be HOST:PORT, not “h:0”"),
            ("exchange.public-address = h", "exchange.public-address (a.conf:1) must be HOST:PORT, not “h”"),
            (
                "web.trusted-proxies = 10.0.0.0/8, nginx",
                "web.trusted-proxies (a.conf:1) must be addresses or blocks like 10.0.0.0/8, with commas between, "
                    + "not “10.0.0.0/8, nginx”"
            ),
            ("web.cookie-prefix = a b", "web.cookie-prefix (a.conf:1) must be letters, digits or - only, not “a b”"),
        ])
    func errors(file: String, message: String) throws {
        #expect(throws: UsageError(message)) { try load(file: file) }
    }

    @Test("a wrong flag and a wrong variable are named as such")
    func places() throws {
        #expect(throws: UsageError("web.port (flag --web-port) must be a whole number from 0 to 65535, not “x”")) {
            try load(["web.port": "x"])
        }
        #expect(
            throws: UsageError(
                "clock-offset-ms (environment TRUC_CLOCK_OFFSET_MS) must be a whole number "
                    + "from -3162240000000 to 3162240000000, not “1s”"
            )
        ) {
            try load(environment: ["TRUC_CLOCK_OFFSET_MS": "1s"])
        }
        #expect(throws: UsageError("the configuration file b.conf cannot be read")) {
            try Configuration.load(flags: [:], file: "b.conf", environment: [:]) { _ in nil }
        }
    }

    @Test("a fresh folder becomes the node of who bears the code on that day, and stays it")
    func owner() throws {
        let day: Int64 = 86_400_000
        func owner(_ code: String?, in folder: NodeFolder, at moment: Instant) throws -> String? {
            var flags = ["clock-offset-ms": "\(moment.milliseconds - Configuration.machineClock().milliseconds)"]
            flags["organisation"] = code
            return try Node.owner(of: folder, try load(flags))?.text
        }
        let (before, after) = (DemoNode.day, DemoNode.day.adding(seconds: 5 * 366 * day / 1000))
        let folder = try NodeFolder(try TemporaryFolder().path)
        #expect(try owner(nil, in: folder, at: before) == nil)
        #expect(try owner("H24", in: folder, at: before) == "H24")
        #expect(try owner("H24", in: folder, at: after) == "H24-2025")
        #expect(try owner("H24-2025", in: folder, at: after) == "H24-2025")
        #expect(try owner("H99", in: folder, at: after) == "H99")
        try folder.settle(ID("H24"))
        for code in ["H24", nil] { #expect(try owner(code, in: folder, at: after) == "H24") }
    }

    @Test("a fresh folder becomes the node of no body that was dissolved or is to come, and says who there is")
    func ownerOfThisDay() throws {
        let folder = try NodeFolder(try TemporaryFolder().path)
        func owner(_ code: String?, invited: String? = nil, on day: String, from: Int64? = nil) throws -> String? {
            let midday = try #require(Day(day)).start.adding(seconds: 12 * 3600)
            let offset = from ?? midday.milliseconds - Configuration.machineClock().milliseconds
            var flags = ["clock-offset-ms": "\(offset)"]
            flags["organisation"] = code
            return try Node.owner(of: folder, try load(flags), invited: invited.map { ID($0) })?.text
        }
        for code in ["H40", "h40", "000.00.00.H40"] {
            let error = try #require(throws: NotOfThisDay.self) { try owner(code, on: "2026-11-30") }
            #expect(error.code == "organisation-dissolved")
            let (en, vi) = (error.phrase.en, error.phrase.vi)
            #expect(en.contains("(H40) exists no more since 01/07/2025; in its place stands Ninh Bình Department of"))
            #expect(vi.contains("tỉnh Ninh Bình (H42). Hãy dùng --organisation H42, hoặc"))
            let moved = try #require(en.split(separator: " ").last.flatMap { Int64($0) })
            #expect(try owner(code, on: "2026-11-30", from: moved) == "H40", "as of its last day, on purpose")
        }
        #expect(try owner("H40", on: "2025-06-30") == "H40")
        #expect(throws: NotOfThisDay.self) { try owner("H40", on: "2025-07-01") }
        #expect(try owner(nil, invited: "H24-2025", on: "2026-11-30") == "H24-2025")
        let old = try #require(throws: NotOfThisDay.self) { try owner(nil, invited: "H24", on: "2026-11-30") }
        #expect(old.phrase.en.contains("ask for an invitation for H24."), "the code that its successor bears")
        let early = try #require(throws: NotOfThisDay.self) { try owner("H42-2025", on: "2020-11-09") }
        #expect(early.code == "organisation-to-come" && early.phrase.en.contains("only from 01/07/2025 on"))
        try folder.settle(ID("H40"))
        #expect(try owner("H40", on: "2026-11-30") == "H40", "a node that is there goes on")
    }

    @Test("a folder whose name is too long for the socket in it is refused before anything is made")
    func longFolder() throws {
        let longest = String(repeating: "a", count: 94)
        #expect(try load(["folder": longest]).folder == longest)
        #expect(throws: UsageError.self) { try load(["folder": longest + "a"]) }
    }

    @Test("the clock is the machine's, moved by the offset")
    func clock() throws {
        let day: Int64 = 86_400_000
        let moved = try load(["clock-offset-ms": "-\(day)"]).clock().milliseconds
        let difference = Configuration.machineClock().milliseconds - moved
        #expect((day...(day + 60_000)).contains(difference))
    }
}
