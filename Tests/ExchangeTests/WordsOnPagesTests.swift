import Gateway
import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// People read names, in their own language, where programs have codes.
@Suite("Words on pages of the axis")
struct WordsOnPagesTests {
    private static let translated = RegistryTown.document(
        """
          /towns:
            get:
              operationId: list-towns
              summary: Các thị xã
              x-ibm-languages: {summary: {en: The towns}}
              responses:
                "200": {description: Danh sách thị xã, x-ibm-languages: {description: {en: Those towns}}}
        """)

    @Test("documentation is in its reader's language, and in the document's own where it has no other")
    func documentation() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            _ = try await town.exchange.registerService(
                RegistryTown.draft(document: Self.translated), by: town.provider)
            let visitor = town.visitor(town.consumer)
            let page = "/exchange/catalogue/units/v1"
            await visitor.get("\(page)?lang=en").expect(
                200, shows: ">The towns</span></h2>", "<span lang=\"en\">Those towns</span>", "Danh sách",
                hides: ["Các thị xã", "Danh sách thị xã"])
            await visitor.get("\(page)?lang=vi").expect(
                200, shows: "<span lang=\"\">Các thị xã</span></h2>", "Danh sách thị xã", hides: ["The towns"])
        }
    }

    @Test("what has doors of its own is open without an instance, and has no path at the gateway")
    func ownDoors() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            var draft = RegistryTown.draft()
            draft.first.addresses = []
            let offered = try await town.exchange.registerService(draft, by: town.provider)
            let visitor = town.visitor(town.provider)
            let pages = ["/exchange/services", "/exchange/services/\(offered.service.id)"]
            for page in pages {
                await visitor.get("\(page)?lang=en").expect(200, shows: "No instance yet", "<code>/units/v1</code>")
            }
            town.exchange.servicesWithDoors(
                here: { $0 == "units" ? OwnDoors(page: "/events/types/units", address: "https://h40.example") : nil },
                elsewhere: { _ in nil })
            for page in pages + ["/exchange/catalogue"] {
                await visitor.get("\(page)?lang=en").expect(
                    200, shows: "Not at the gateway", hides: ["No instance yet", "<code>/units/v1</code>"])
            }
        }
    }

    @Test("applications and services are known by their X-Road names, here and at other members", arguments: Engine.all)
    func names(engine: Engine) async throws {
        try await RegistryTown.withNeighbour(engine) { town, home, _ in
            let (_, made, _) = try await town.asked()
            let (service, far) = ("VN/GOV/T40/services/units-v1", "VN/GOV/T40/services/roads-v1")
            let application = town.exchange.subsystem(of: made.application).description
            let known = try await town.exchange.names(
                ofApplications: [application, "VN/GOV/K40/nobody", "VN"], services: [service, far, "units-v1"])
            #expect(known.application(application) == "Cổng thông tin mẫu")
            #expect(known.service(service) == Phrase(vi: "Đơn vị hành chính v1", en: "Administrative units v1"))
            #expect(known.application("VN/GOV/K40/nobody") == nil && known.application("VN") == nil)
            #expect(known.service(far) == nil && known.service("units-v1") == nil)
            // Another organisation's service of the same code is another service.
            #expect(
                try await town.exchange.names(services: ["VN/GOV/K40/services/units-v1"])
                    .service("VN/GOV/K40/services/units-v1") == nil)
            let there = try await home.exchange.names(services: [service])
            #expect(there.service(service) == nil, "nothing was asked of the member yet")
            let member = try #require(try await home.exchange.roster()?.roster.member(ID("H40")))
            try await home.exchange.askOffered(of: member)
            let learned = try await home.exchange.names(services: [service])
            #expect(learned.service(service)?.en == "Administrative units v1")
        }
    }

    @Test("nobody removes an instance by a slip of the finger, and lists leave out what nobody said")
    func lists() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let offered = try await town.exchange.registerService(RegistryTown.draft(), by: town.provider)
            await town.visitor(town.provider).get("/exchange/services/\(offered.service.id)?lang=en").expect(
                200, shows: "Remove the instance…", "No call goes to this address any more")
            let visitor = town.visitor(town.consumer)
            await visitor.get("/exchange/catalogue?lang=en").expect(200, hides: ["What it is about"])
            try await town.exchange.editService(offered.service.id, by: town.provider) { $0.about = "Mã và tên" }
            await visitor.get("/exchange/catalogue?lang=en").expect(
                200, shows: "What it is about", "<span lang=\"\">Mã và tên</span>")
        }
    }

    @Test("of a proof the form says when it is needed, and of what is given which it may be")
    func applications() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, _, _ in
            let made = try await town.exchange.addApplication("portal", named: "Cổng", of: ID("K40"), by: town.user)
            await town.visitor(town.user).get("/exchange/applications/\(made.application.id)/credential?lang=en")
                .expect(
                    200, shows: "Needed for certificates and RFC 9421 signatures", "id of the OAuth client",
                    hides: ["Proof of the key <span"])
        }
    }
}
