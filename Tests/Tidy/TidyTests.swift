import Testing

@Suite("the house is tidy")
struct TidyTests {
    let sources = Repository.here.swift

    private func none(_ findings: [Finding]) {
        let report = findings.prefix(40).map(\.description).joined(separator: "\n")
        #expect(findings.isEmpty, "\(findings.count) findings:\n\(report)")
    }

    @Test("there is something to look at")
    func found() {
        #expect(sources.count > 20)
        #expect(Repository.here.rooms.contains("Vocabulary"))
    }

    @Test("imports go downward, and each engine is seen by one room")
    func walls() {
        none(sources.flatMap { Walls.findings(in: $0) })
    }

    @Test("every room that is imported is listed in the manifest")
    func manifest() {
        let manifest = Repository.here.text("Package.swift")
        none(sources.flatMap { Walls.undeclared(in: $0, manifest: manifest) })
    }

    @Test("every room stands in the table of walls, and every line of the table is a room")
    func tableOfWalls() {
        #expect(Set(Walls.rooms.keys) == Set(Repository.here.rooms))
    }

    @Test("no line names another room's table")
    func tables() {
        none(sources.flatMap { Tables.findings(in: $0, rooms: Repository.here.rooms) })
    }

    @Test("files, functions and lines are short")
    func sizes() {
        none(sources.flatMap { Sizes.findings(in: $0) })
    }

    @Test("no banned word, no banned call")
    func banned() throws {
        let banned = try Banned()
        none(sources.flatMap { banned.findings(in: $0) + Banned.marks(in: $0) })
    }

    @Test("values stand only where markup makes them safe")
    func markup() {
        none(sources.flatMap { Markup.findings(in: $0) })
    }

    @Test("every room has tests of its own")
    func testTargets() {
        let manifest = Repository.here.text("Package.swift").filter { !$0.isWhitespace }
        for room in Repository.here.rooms {
            let tests = Repository.here.files(under: "Tests/\(room)Tests") { $0.hasSuffix(".swift") }
            #expect(tests.contains { Repository.here.text($0).contains("@Test") }, "\(room) has no test")
            #expect(manifest.contains("tests(\"\(room)\""), "\(room) has no test target")
        }
    }

    @Test("what the README and the build call by name is there, and the build calls nothing else")
    func commands() {
        let makefile = "\n" + Repository.here.text("Makefile")
        for target in ["run", "test", "watch", "bench", "format", "lint", "release", "clean"] {
            #expect(makefile.contains("\n\(target):"), "make \(target)")
        }
        let calls = Repository.here.text(".ci/run").split(separator: "\n").filter { $0.hasPrefix("make") }
        #expect(calls == ["make lint", "make test"])
    }

    @Test("nothing speaks of the machine it was written on")
    func workplace() {
        none(Repository.here.prose.flatMap { Workplace.findings(path: $0, text: Repository.here.text($0)) })
    }
}
