import Database
import Gateway
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

@Suite("Terms are looked up in a document before anything is written")
struct SettledTermsTests {
    /// A provider's own, made to be slow: each record refers to thousands of parts.
    private static let entangled: [UInt8] = {
        let parts = Array(repeating: ##"{"$ref": "#/components/schemas/Wide"}"##, count: 3000).joined(separator: ", ")
        let wide = (0..<40).map { ##"w\##($0): {"$ref": "#/components/schemas/U"}"## }.joined(separator: ", ")
        return RegistryTown.document(version: "1.1.0").with(
            """
                U: {allOf: [\(parts)]}
                Wide: {type: object, properties: {\(wide)}}

            """, instead: "{type: array, items: {$ref: \"#/components/schemas/U\"}}")
    }()

    @Test("a document that is changed in between is looked up again; the terms that are written are by the new one")
    func again() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let offered = try await town.exchange.registerService(RegistryTown.draft(), by: town.provider)
            let (version, exchange) = (offered.version.id, town.exchange)
            let times = Times()
            let find: @Sendable (any Transaction) throws -> (version: ServiceVersion, terms: GrantTerms)? = { tx in
                times.count.withLock { $0 += 1 }
                let found = try #require(try ServiceStore.offered(version, in: tx)).version
                return (found, town.terms(["list-units"]))
            }
            // As if somebody had stored another document between the two.
            try await exchange.changeRegistry(checking: find) { tx, settled in
                let settled = try #require(settled)
                if times.count.withLock({ $0 }) == 1 { throw DocumentIsAnother() }
                let now = try #require(try ServiceStore.offered(version, in: tx)).version
                #expect(try exchange.terms(settled, for: now, in: tx).operations == ["list-units"])
                #expect(throws: DocumentIsAnother.self) {
                    try exchange.terms(SettledTerms(terms: settled.terms, sha256: "0"), for: now, in: tx)
                }
                #expect(throws: DocumentIsAnother.self) { try exchange.terms(nil, for: now, in: tx) }
            }
            #expect(times.count.withLock { $0 } == 2)
            // Not for ever.
            let never = await problem {
                try await exchange.changeRegistry(checking: find) { _, _ in throw DocumentIsAnother() }
            }
            #expect(never == .busy(retryAfterSeconds: 1))
            #expect(times.count.withLock { $0 } == 5)
        }
    }

    @Test("who may not ask or decide has no document read")
    func stranger() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (offered, application, grant) = try await town.asked(["list-units"])
            var terms = town.terms(["list-units"])
            terms.fields = ["nofield"]
            let draft = GrantDraft(
                application: application.application.id, version: offered.version.id, terms: terms)
            let narrowed = terms
            #expect(
                await problem { _ = try await town.exchange.requestGrant(draft, by: town.provider) } == .forbidden)
            #expect(
                await problem { try await town.exchange.approveGrant(grant.id, terms: narrowed, by: town.consumer) }
                    == .forbidden)
        }
    }

    @Test("500 names in a document made to be slow are refused with a code, here and from another node")
    func entangled() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let version = try await town.exchange.registerService(
                RegistryTown.draft(document: Self.entangled), by: town.provider
            ).version.id
            _ = try await home.exchange.addApplication("kiosk", named: "Ki-ốt mẫu", of: ID("H42"), by: nil)
            let made = try await town.exchange.addApplication("portal", named: "Cổng mẫu", of: ID("K40"), by: town.user)
            var terms = town.terms(["list-units"])
            terms.fields = (0..<500).map { "w\($0 % 40)/w\($0 / 40)/w\($0 % 7)" }
            let refusal = Problem.rejected(
                code: "exchange.fields-take-too-much", ["fields": .fieldsTakeTooMuch])
            let draft = GrantDraft(application: made.application.id, version: version, terms: terms)
            #expect(await problem { _ = try await town.exchange.requestGrant(draft, by: town.consumer) } == refusal)
            #expect(await problem { _ = try await town.exchange.issueGrant(draft) } == refusal)
            let provider = try #require(try await home.exchange.roster()?.roster.member(ID("H40")))
            try await home.exchange.askOffered(of: provider)
            let far = FarDraft(
                application: try await home.exchange.application(named: "H42/kiosk").id, node: ID("H40"),
                service: "units/v1", terms: terms)
            #expect(
                await problem { _ = try await home.exchange.requestFarGrant(far, by: AskingTests.asker) } == refusal)
        }
    }
}

private final class Times: Sendable {
    let count = Mutex(0)
}

extension [UInt8] {
    /// A document with more schemas, and another one for its list of units.
    fileprivate func with(_ schemas: String, instead of: String) -> [UInt8] {
        let text = String(decoding: self, as: UTF8.self)
        let list = "{type: array, items: {$ref: \"#/components/schemas/Unit\"}}"
        return Array((text.replacing(list, with: of) + "\n" + schemas).utf8)
    }
}
