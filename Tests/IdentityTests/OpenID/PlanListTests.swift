import Foundation
import StrictJSON
import Testing

/// The modules of the OpenID Foundation's plans that we claim, by its own list (`checklist.json` of its conformance
/// suite); each stands in the name of a test here.
@Suite("OpenID Foundation, all modules of the plans we claim")
struct PlanListTests {
    /// The plans that we claim, and how many modules each had when its list was fetched.
    private static let claimed = [
        "oidcc-basic-certification-test-plan": 38, "oidcc-config-certification-test-plan": 1,
        "oidcc-rp-initiated-logout-certification-test-plan": 11,
        "oidcc-backchannel-rp-initiated-logout-certification-test-plan": 2,
    ]

    /// By plan, from the list as it was published.
    private static func plans() throws -> [String: [String]] {
        let list = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/checklist.json")
        let root = try JSONDocument([UInt8](Data(contentsOf: list))).root
        return Dictionary(
            uniqueKeysWithValues: try root.requireMembers().map { plan, modules in
                (plan, try modules.requireElements().map { try $0.requireString("test") })
            })
    }

    /// The names of all tests in this folder: what stands in the text of each `@Test`.
    private static func names() throws -> [String] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try files.filter { $0.lastPathComponent.hasSuffix("Tests.swift") && $0.path() != #filePath }.flatMap {
            let text = try String(contentsOf: $0, encoding: .utf8)
            return text.matches(of: /@Test\(\s*"(?:""\n((?:.|\n)*?)"""|([^"\n]*)")/).map {
                String($0.output.1 ?? $0.output.2 ?? "")
            }
        }
    }

    private static func modules(in names: [String]) -> Set<String> {
        Set(names.flatMap { $0.matches(of: /oidcc-[a-z0-9-]*[a-z0-9]/).map { String($0.output) } })
    }

    @Test("each module has a test of its name", arguments: claimed.keys.sorted())
    func everyModule(plan: String) throws {
        let tested = Self.modules(in: try Self.names())
        let modules = try #require(try Self.plans()[plan])
        #expect(modules.count == Self.claimed[plan])
        for module in modules { #expect(tested.contains(module), "\(plan) has \(module)") }
    }

    @Test("no test bears the name of a module that there is not")
    func noOther() throws {
        let known = Set(try Self.plans().filter { Self.claimed[$0.key] != nil }.values.flatMap { $0 })
        #expect(Self.modules(in: try Self.names()).subtracting(known) == [])
    }

    @Test("a name in a comment, or a part of a name, is no test")
    func counting() {
        #expect(
            Self.modules(in: ["oidcc-server, oidcc-codereuse-30seconds: twice"]) == [
                "oidcc-server", "oidcc-codereuse-30seconds",
            ])
    }
}
