import Gateway
import House
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// A request that is checked is held whole, so a version that checks takes no more than that.
@Suite("The largest request of a version that checks requests")
struct CheckedLimitTests {
    private static let refusal = Problem.rejected(
        code: "exchange.request-bytes-checked", ["request-bytes": .requestBytesAreChecked(["v1"])])

    private func set(_ bytes: Double?, _ service: ID<ServiceRecord>, _ town: RegistryTown) async throws {
        try await town.exchange.editService(service, by: town.provider) { try $0.limits.set(.requestBytes, to: bytes) }
    }

    @Test("a limit that no open version would keep is refused; a lower one, the usual one and others are taken")
    func refused() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let service = try await town.exchange.registerService(
                RegistryTown.draft(validates: true), by: town.provider
            ).service.id
            #expect(await problem { try await set(1_048_577, service, town) } == Self.refusal)
            try await set(1_048_576, service, town)
            try await set(1000, service, town)
            #expect(try await town.exchange.version(named: "units/v1").requestBytes == 1000)
            try await set(nil, service, town)
            #expect(try await town.exchange.version(named: "units/v1").requestBytes == 1_048_576)
            // Another version beside it that checks nothing makes use of a higher one.
            let second = try await town.exchange.openVersion(
                of: service,
                VersionDraft(
                    document: RegistryTown.document(), addresses: [.init("https://units.example.vn/api")]),
                by: town.provider)
            try await set(2_000_000, service, town)
            #expect(try await town.exchange.version(named: "units/v1").requestBytes == 1_048_576)
            #expect(try await town.exchange.version(named: "units/v2").requestBytes == 2_000_000)
            try await town.exchange.closeVersion(second.version.id, by: town.provider)
            try await town.exchange.editService(service, by: town.provider) { $0.about = "Như cũ" }
            #expect(await problem { try await set(3_000_000, service, town) } == Self.refusal)
        }
    }

    @Test("the page and the program's answer say what a version takes", arguments: ["vi", "en"])
    func shown(language: String) async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let service = try await town.exchange.registerService(
                RegistryTown.draft(validates: true), by: town.provider
            ).service.id
            await town.visitor(town.provider).get("/exchange/services/\(service)?lang=\(language)").expect(
                200,
                shows: language == "vi"
                    ? "Yêu cầu lớn nhất được nhận (MiB)</dt><dd>1<" : "Largest request taken (MiB)</dt><dd>1<")
            await town.visitor(town.provider, isProgram: true).get("/exchange/catalogue.json").expect(
                200, shows: #""checks-requests":true"#, #""largest-request":1048576"#)
        }
    }
}
