import Foundation
import Testing

/// The modules of the OpenID Foundation's plans that we claim, by its own list (`checklist.json` of its conformance
/// suite); each stands in the name of a test here.
@Suite("OpenID Foundation, all modules of the plans we claim")
struct PlanListTests {
    private static let plans: [String: [String]] = [
        "oidcc-basic-certification-test-plan": [
            "oidcc-server", "oidcc-response-type-missing", "oidcc-idtoken-signature", "oidcc-idtoken-unsigned",
            "oidcc-userinfo-get", "oidcc-userinfo-post-header", "oidcc-userinfo-post-body",
            "oidcc-ensure-request-without-nonce-succeeds-for-code-flow", "oidcc-scope-profile", "oidcc-scope-email",
            "oidcc-scope-address", "oidcc-scope-phone", "oidcc-scope-all", "oidcc-alternate-happy-flow",
            "oidcc-display-page", "oidcc-display-popup", "oidcc-prompt-login", "oidcc-prompt-none-not-logged-in",
            "oidcc-prompt-none-logged-in", "oidcc-max-age-1", "oidcc-max-age-10000",
            "oidcc-ensure-request-with-unknown-parameter-succeeds", "oidcc-id-token-hint", "oidcc-login-hint",
            "oidcc-ui-locales", "oidcc-claims-locales", "oidcc-ensure-request-with-acr-values-succeeds",
            "oidcc-codereuse", "oidcc-codereuse-30seconds", "oidcc-ensure-registered-redirect-uri",
            "oidcc-ensure-post-request-succeeds", "oidcc-server-client-secret-post",
            "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported",
            "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported", "oidcc-claims-essential",
            "oidcc-ensure-request-object-with-redirect-uri", "oidcc-refresh-token",
            "oidcc-ensure-request-with-valid-pkce-succeeds",
        ],
        "oidcc-config-certification-test-plan": [
            "oidcc-discovery-endpoint-verification"
        ],
        "oidcc-rp-initiated-logout-certification-test-plan": [
            "oidcc-rp-initiated-logout-discovery-endpoint-verification", "oidcc-rp-initiated-logout",
            "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri",
            "oidcc-rp-initiated-logout-modified-id-token-hint", "oidcc-rp-initiated-logout-no-id-token-hint",
            "oidcc-rp-initiated-logout-no-params", "oidcc-rp-initiated-logout-no-post-logout-redirect-uri",
            "oidcc-rp-initiated-logout-no-state", "oidcc-rp-initiated-logout-only-state",
            "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri",
            "oidcc-rp-initiated-logout-bad-id-token-hint",
        ],
        "oidcc-backchannel-rp-initiated-logout-certification-test-plan": [
            "oidcc-backchannel-logout-discovery-endpoint-verification", "oidcc-backchannel-rp-initiated-logout",
        ],
    ]

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

    @Test("each module has a test of its name", arguments: plans.keys.sorted())
    func everyModule(plan: String) throws {
        let tested = Self.modules(in: try Self.names())
        for module in Self.plans[plan] ?? [] { #expect(tested.contains(module), "\(plan) has \(module)") }
    }

    @Test("no test bears the name of a module that there is not")
    func noOther() throws {
        let known = Set(Self.plans.values.flatMap { $0 })
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
