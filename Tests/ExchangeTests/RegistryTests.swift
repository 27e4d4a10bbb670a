import Contracts
import Crypto
import Database
import Gateway
import JOSE
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

@Suite("The registry of services and applications")
struct RegistryTests {
    @Test("a provider registers a service; its document is kept as given", arguments: Engine.all)
    func registers(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let offered = try await town.exchange.registerService(RegistryTown.draft(), by: town.provider)
            #expect(offered.path == "/units/v1")
            #expect(offered.code == "units-v1")
            #expect(offered.service.evidence == .beforeRelease)
            #expect(offered.instances.map(\.address) == ["https://units.example.vn:443/api"])
            let stored = try await town.node.database.read { tx in
                try ServiceStore.document(of: offered.version.id, revision: 1, in: tx)
            }
            #expect(stored?.bytes == RegistryTown.document())
            #expect(stored?.documentVersion == "1.0.0")
            #expect(
                try await town.leaves("exchange.").sorted() == [
                    "exchange.contract-stored", "exchange.instance-added", "exchange.service-registered",
                ])
        }
    }

    @Test("whose it is decides who may register it")
    func whoRegisters() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            for stranger in [town.user, town.consumer] {
                #expect(
                    await problem { _ = try await town.exchange.registerService(RegistryTown.draft(), by: stranger) }
                        == .forbidden)
            }
            _ = try await town.exchange.registerService(RegistryTown.draft(), by: town.administrator)
        }
    }

    @Test("every problem of a document is named by line and pointer, and nothing is written")
    func flaws() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let text = RegistryTown.document(
                """
                  /odd:
                    get:
                      responses:
                        "200":
                          description: x
                          content: {application/json: {schema: {type: object, unevaluatedProperties: false}}}
                """)
            let found = await problem {
                _ = try await town.exchange.registerService(RegistryTown.draft(document: text), by: town.provider)
            }
            guard case .invalid(let fields) = found, let words = fields["document"] else {
                Issue.record("\(String(describing: found))")
                return
            }
            #expect(words.en.contains("line 27"))
            #expect(words.en.contains("/paths/~1odd/get/responses/200/content/application~1json/schema"))
            #expect(words.vi.contains("dòng 27"))
            #expect(try await town.exchange.allVersions().isEmpty)
        }
    }

    @Test("what cannot be checked of a request is refused when checking is asked for, and never passed over")
    func uncheckable() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let text = RegistryTown.document(
                """
                  /odd:
                    get:
                      parameters:
                        - {name: filter, in: query, style: deepObject, schema: {type: object}}
                      responses: {"200": {description: x}}
                """)
            let found = await problem {
                _ = try await town.exchange.registerService(
                    RegistryTown.draft(document: text, validates: true), by: town.provider)
            }
            guard case .invalid(let fields) = found else {
                Issue.record("\(String(describing: found))")
                return
            }
            #expect(fields["document"]?.en.contains("line 25") == true)
            _ = try await town.exchange.registerService(RegistryTown.draft(document: text), by: town.provider)
        }
    }

    @Test(
        "the shape of a body that is no JSON is refused with checking, and that it is text or bytes is none",
        arguments: [
            (#""application/x-www-form-urlencoded": {"schema": {"type": "object"}}"#, false),
            (##""*/*": {"schema": {"$ref": "#/components/schemas/N"}}"##, false),
            (#""text/plain": {"schema": {"type": "string", "maxLength": 9}}"#, false),
            (#""text/plain": {"schema": {"type": "string"}}, "application/pdf": {}"#, true),
            (#""application/json": {"schema": {"type": "object"}}"#, true),
        ])
    func shapes(content: String, isGood: Bool) throws {
        let text = """
            {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {"/a": {"post": {"operationId": "a",
            "requestBody": {"content": {\(content)}}, "responses": {"200": {"description": "x"}}}}},
            "components": {"schemas": {"N": {"type": "object", "required": ["n"]}}}}
            """
        let bytes = Array(text.utf8)
        #expect(throws: Never.self) { try Exchange.contract(bytes, isChecking: false) }
        if isGood {
            #expect(throws: Never.self) { try Exchange.contract(bytes, isChecking: true) }
        } else {
            #expect(throws: Problem.self) { try Exchange.contract(bytes, isChecking: true) }
        }
    }

    @Test("personal data always wait for their evidence; open data need not")
    func evidence() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            var draft = RegistryTown.draft("people", .personal)
            let personal = try await town.exchange.registerService(draft, by: town.provider)
            #expect(personal.service.evidence == .beforeRelease)
            draft = RegistryTown.draft("people-fast", .personal)
            draft.evidence = .withinOneSecond
            let fast = draft
            #expect(
                await problem { _ = try await town.exchange.registerService(fast, by: town.provider) }
                    == .invalid(["evidence": .personalNeedsEvidence]))
            let open = try await town.exchange.registerService(RegistryTown.draft("maps", .open), by: town.provider)
            #expect(open.service.evidence == .withinOneSecond)
        }
    }

    @Test(
        "an address in a closed network needs an administrator's word",
        arguments: [
            "http://127.0.0.1:8080", "http://10.1.2.3", "http://[::1]:80", "https://intranet/api", "http://db.local",
            "http://192.168.1.1/x",
        ])
    func closedAddresses(address: String) async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let draft = RegistryTown.draft(address: address)
            #expect(
                await problem { _ = try await town.exchange.registerService(draft, by: town.administrator) }
                    == .invalid(["address": .addressIsPrivate]))
            var allowed = draft
            allowed.first.mayBePrivate = true
            let word = allowed
            #expect(
                await problem { _ = try await town.exchange.registerService(word, by: town.provider) } == .forbidden)
            let offered = try await town.exchange.registerService(word, by: town.administrator)
            #expect(offered.instances.map(\.upstream.mayBePrivate) == [true])
        }
    }

    @Test(
        "addresses that are none",
        arguments: [
            "ftp://a.vn", "http://", "http://a.vn:99999", "http://a.vn/x?y", "http://a.vn/../x", "http://a b.vn",
            "https://user@a.vn", "http://a.vn//x", "http://a_b.vn",
        ])
    func noAddresses(address: String) {
        #expect(throws: Problem.invalid(["address": .addressIsWrong])) {
            try Upstream.reading(address, mayBePrivate: true)
        }
    }

    @Test(
        "a change that breaks somebody is refused with their names; one that breaks nobody is taken",
        arguments: Engine.all)
    func breaking(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let (offered, _, grant) = try await town.asked(["get-unit"])
            try await town.exchange.approveGrant(grant.id, by: town.provider)
            let id = offered.version.id
            let text = String(decoding: RegistryTown.document(version: "1.1.0"), as: UTF8.self)
            let harmless = text.replacing("maximum: 3", with: "maximum: 2")
            let harmful = text.replacing(
                "in: path, required: true, schema: {type: string}",
                with: "in: path, required: true, schema: {type: integer}")
            #expect(harmless != text && harmful != text)
            let found = await problem {
                try await town.exchange.replaceDocument(of: id, with: Array(harmful.utf8), by: town.provider)
            }
            guard case .conflict(let words) = found else {
                Issue.record("\(String(describing: found))")
                return
            }
            #expect(words.vi.contains("K40 Cổng thông tin mẫu – get-unit: "))
            #expect(words.vi.contains("(breaks.request-type)"))
            // Each reader reads why in words of their language.
            #expect(words.vi.split(separator: "\n").last != words.en.split(separator: "\n").last)
            try await town.exchange.replaceDocument(of: id, with: Array(harmless.utf8), by: town.provider)
            let next = try await town.exchange.openVersion(
                of: offered.service.id, VersionDraft(document: Array(harmful.utf8)), by: town.provider)
            #expect(next.path == "/units/v2")
            #expect(try await town.exchange.version(named: "units/v1").version.revision == 2)
        }
    }

    @Test("a key is shown once and kept as its digest; other proofs are kept in one form", arguments: Engine.all)
    func credentials(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let made = try await town.exchange.addApplication("portal", named: "Cổng mẫu", of: ID("K40"), by: town.user)
            let key = try #require(made.key)
            let kept = try await town.node.database.read {
                try ApplicationStore.credentials(of: made.application.id, in: $0)
            }
            #expect(kept.map(\.value) == [Hex.encode(SHA256.hash(data: Array(key.utf8)))])
            #expect(kept.first?.hint == String(key.suffix(4)))
            let shown = try TLSIdentity.makeSelfSigned(name: "kiosk", now: town.clock.now())
            let holds = try KeyProof(
                of: made.application.id, with: ShownCertificate(pem: shown.certificatePEM),
                by: CertificatePrivateKey(pem: shown.privateKeyPEM))
            try await town.exchange.addCredential(
                .certificate, shown.certificatePEM, proof: holds.text, to: made.application.id, by: town.user)
            let signing = Curve25519.Signing.PrivateKey()
            let proof = try KeyProof(of: made.application.id, by: signing)
            let public1 = proof.subject
            try await town.exchange.addCredential(
                .signer, public1, proof: proof.text, to: made.application.id, by: town.user)
            #expect(try await town.exchange.signingKey(public1) != nil)
            #expect(try await town.exchange.signingKey("x") == nil)
            let other = try await town.exchange.addApplication("other", named: "Khác", of: ID("K40"), by: town.user)
            #expect(
                await problem {
                    let proof = try KeyProof(of: other.application.id, by: signing).text
                    try await town.exchange.addCredential(
                        .signer, public1, proof: proof, to: other.application.id, by: town.user)
                } == .invalid(["value": .credentialIsTaken]))
            #expect(
                await problem {
                    try await town.exchange.addCredential(.certificate, "abc", to: other.application.id, by: town.user)
                } == .invalid(["value": .certificateIsWrong]))
            let table = try await town.node.database.read { [exchange = town.exchange] in
                try exchange.gatewayTable(in: $0)
            }
            let consumer = try #require(table.consumers.first { $0.id == made.application.id.text })
            #expect(consumer.credentials.count == 3)
            #expect("\(consumer.name)" == "VN/GOV/K40/portal")
        }
    }

    @Test("an application at another node has no key; its node speaks for it")
    func elsewhere() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let made = try await town.exchange.addApplication(
                "portal", named: "Cổng mẫu", of: ID("H42"), at: ID("H42"), by: nil)
            #expect(made.key == nil)
            let table = try await town.node.database.read { [exchange = town.exchange] in
                try exchange.gatewayTable(in: $0)
            }
            #expect(table.consumers.map(\.credentials) == [[.signer("node:H42 VN/GOV/H42/portal")]])
        }
    }

    @Test(
        "requests are checked against the contract",
        arguments: [
            ("GET", "/units", "level=2", nil as String?), ("GET", "/units", "", "query/level"),
            ("GET", "/units", "level=9", "query/level"), ("GET", "/units", "level=two", "query/level"),
            ("GET", "/units", "level=1&level=2", "query/level"), ("GET", "/units", "level=%32", nil),
            ("GET", "/units", "level=2&x=%ff", "query"), ("GET", "/units", "level=2%", "query"),
        ])
    func checks(method: String, path: String, query: String, place: String?) throws {
        let contract = try Contract(RegistryTown.document(), isChecking: true)
        let operation = try #require(contract.checked?.first { $0.id == "list-units" })
        let request = ValidatedRequest(
            method: method, path: path, query: query.isEmpty ? nil : query, parameters: [], headers: [], body: [])
        #expect(operation.validator?(request)?.place == place)
    }

    @Test("bodies are checked against the contract")
    func bodies() throws {
        let text = """
            {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {"/a": {"post": {"operationId": "a",
            "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object",
            "properties": {"n": {"type": "integer"}}, "required": ["n"]}}}},
            "responses": {"200": {"description": "x"}}}}}}
            """
        let contract = try Contract(Array(text.utf8), isChecking: true)
        let validator = try #require(contract.checked?.first?.validator)
        func place(_ body: String, _ type: String = "application/json; charset=utf-8") -> String? {
            validator(
                ValidatedRequest(
                    method: "POST", path: "/a", query: nil, parameters: [], headers: [("Content-Type", type)],
                    body: Array(body.utf8)))?.place
        }
        #expect(place(#"{"n":1}"#) == nil)
        #expect(place(#"{"n":"1"}"#) == "/n")
        #expect(place("{}") == "")
        #expect(place("") == "")
        #expect(place("{") != nil)
        #expect(place(#"{"n":1}"#, "text/plain") == "header/content-type")
    }

    @Test("the media type that is named nearest says what a body must be, wherever it stands in the contract")
    func nearest() throws {
        let shape = #"{"schema": {"type": "object", "required": ["n"]}}"#
        let text = """
            {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {"/a": {"post": {"operationId": "a",
            "requestBody": {"content": {"*/*": {}, "application/*": {}, "application/json": \(shape)}},
            "responses": {"200": {"description": "x"}}}}}}
            """
        let contract = try Contract(Array(text.utf8), isChecking: true)
        let validator = try #require(contract.checked?.first?.validator)
        for (body, type, isGood) in [
            (#"{"n":1}"#, "application/json", true), ("{}", "application/json", false), ("{}", "application/x", true),
            ("{}", "text/plain", true),
        ] {
            let request = ValidatedRequest(
                method: "POST", path: "/a", query: nil, parameters: [], headers: [(name: "content-type", value: type)],
                body: Array(body.utf8))
            #expect((validator(request) == nil) == isGood, "\(body) \(type)")
        }
    }

    @Test("an operation whose contract knows no body takes none")
    func noBody() throws {
        let contract = try Contract(RegistryTown.document(), isChecking: true)
        let validator = try #require(contract.checked?.first { $0.id == "list-units" }?.validator)
        func finding(_ body: String) -> ValidationFinding? {
            validator(
                ValidatedRequest(
                    method: "GET", path: "/units", query: "level=2", parameters: [],
                    headers: [("Content-Type", "application/json")], body: Array(body.utf8)))
        }
        #expect(finding("") == nil)
        #expect(finding("{}") == ValidationFinding(place: "", reason: "no body is taken"))
    }
}
