import Contracts
import Database
import Identity
import StrictJSON
import Synchronization
import Vocabulary
import Web

/// The catalogue (danh mục dịch vụ; NĐ 47/2020 Đ11): what is offered, found without accents and read from the contract.
extension Exchange {
    func catalogueDoors(_ site: Site) {
        site.menu(
            .axis, "/exchange/catalogue", allow: .catalogue,
            covers: ["services", "versions", "applications", "grants", "requests", "holidays"].map { "/exchange/\($0)" }
        )
        site.page("/exchange/catalogue", allow: .catalogue, cataloguePage)
        site.page("/exchange/catalogue/{code}/{version}", allow: .catalogue, documentationPage)
        site.get("/exchange/catalogue/{code}/{version}/openapi", allow: .catalogue) { [self] page in
            let (offered, bytes, _) = try await documented(page)
            let isJSON = bytes.first { !" \n\r\t".utf8.contains($0) } == UInt8(ascii: "{")
            return .download(
                bytes, type: isJSON ? "application/json" : "application/yaml",
                name: "\(offered.code).\(isJSON ? "json" : "yaml")")
        }
    }

    private func cataloguePage(_ page: Page) async throws -> View {
        let query = page.request.query["q"] ?? ""
        let words = Folding.fold(String(query.prefix(200))).split(whereSeparator: \.isWhitespace).map(String.init)
        let found = try await database.read { tx in
            try ServiceStore.all(matching: words, in: tx).compactMap { service -> OfferedVersion? in
                let open = try ServiceStore.versions(of: service.id, in: tx).first { $0.closedAt == nil }
                return open.map { OfferedVersion(service: service, version: $0, instances: []) }
            }
        }
        let register = try await authorization.organisations()
        let rows = found.map { offered -> [HTML] in
            let link: Link = "/exchange/catalogue/\(offered.service.code)/v\(offered.version.number)"
            return [
                "<a href=\"\(link: link)\">\(page[offered.service.name])</a>", pathCell(page, offered),
                HTML(page[register.name(of: offered.service.organisation, on: Day(now()))]),
                dataClassCell(page, offered.service.dataClass), asWritten(offered.service.about),
            ]
        }
        let far = try await allOffered().flatMap { node, services in
            services.filter { $0.matches(words) }.map { (node, $0) }
        }
        let hasOthers = try await roster()?.roster.members.count ?? 0 > 1
        let search: HTML = """
            \(textField(page, "q", .searchServices, hint: .searchServicesHint, type: .search, required: false,
                value: query))\
            \(submit(page, .searchWord))
            """
        return View(
            title: page[.catalogueTitle],
            body: """
                \(buttons(
                    buttonLink(page, .providedServices, "/exchange/services", kind: .quiet),
                    buttonLink(page, .applications, "/exchange/applications", kind: .quiet),
                    buttonLink(page, .grants, "/exchange/grants", kind: .quiet)))
                \(searchForm(page, action: "/exchange/catalogue", search))
                \(if: hasOthers, "<h2>\(page[.servicesHere])</h2>")
                \(if: rows.isEmpty, emptyState(page, query.isEmpty ? .noServices : .nothingFound, sign: .search),
                    else: serviceTable(
                        page, .catalogueTitle, headers: [.service, .path, .owner, .dataClass, .aboutService],
                        rows: rows))
                \(if: hasOthers, """
                    <h2>\(page[.servicesOfMembers])</h2>
                    \(farServiceTable(page, far, empty: query.isEmpty ? .noServicesOfMembers : .nothingFound))
                    """)
                """)
    }

    /// In one line beside columns that may have many words.
    func dataClassCell(_ page: Page, _ dataClass: DataClass) -> HTML {
        "<span class=\"words\">\(page[dataClass.phrase])</span>"
    }

    /// What services are about comes last, and is left out where nobody has said it.
    func serviceTable(_ page: Page, _ caption: Phrase, headers: [Phrase], rows: [[HTML]]) -> HTML {
        let isSaid = rows.contains { $0.last?.text.isEmpty == false }
        return table(
            page, caption, headers: isSaid ? headers : headers.dropLast(),
            rows: isSaid ? rows : rows.map { Array($0.dropLast()) }, isCaptionHidden: true)
    }

    /// A version with its document, or with the fuller one of whoever has doors of its own for it.
    private func documented(_ page: Page) async throws -> (OfferedVersion, [UInt8], isFuller: Bool) {
        let (code, number) = (try page.parameter("code"), try page.parameter("version"))
        guard number.hasPrefix("v"), let number = Int(number.dropFirst()) else { throw Problem.notFound }
        let found = try await database.read { tx -> (OfferedVersion, StoredDocument)? in
            guard let offered = try ServiceStore.offered(code: code, number: number, in: tx),
                let stored = try ServiceStore.document(
                    of: offered.version.id, revision: offered.version.revision, in: tx)
            else { return nil }
            return (offered, stored)
        }
        guard let found else { throw Problem.notFound }
        let fuller = ownDoors.withLock { $0 }?.here(found.0.service.code)?.document
        return (found.0, fuller ?? found.1.bytes, fuller != nil)
    }

    private func documentationPage(_ page: Page) async throws -> View {
        let (offered, bytes, isFuller) = try await documented(page)
        let contract = try contracts.contract(
            ContractShelf.digest(bytes), isChecking: offered.version.validates,
            limits: isFuller ? OwnDoors.limits : ContractText.Limits()
        ) { bytes }
        let doors = ownDoors.withLock { $0 }?.here(offered.service.code)
        let base = doors?.address ?? (gatewayPlace?.address ?? "https://GATEWAY") + offered.path
        let document = contract.document
        let xroad = "/r1/\(subsystem(of: offered.service))/\(offered.code)"
        let register = try await authorization.organisations()
        let here: Link = "/exchange/catalogue/\(offered.service.code)/v\(offered.version.number)/openapi"
        let ask: Link = "/exchange/grants/new?version=\(offered.version.id)"
        return View(
            title: page[offered.service.name], back: "/exchange/catalogue",
            body: """
                \(summaryList(page, [
                    (.path, "<code>\(base)</code>"),
                    (.xroadPath, HTML(doors == nil ? xroad : "–")),
                    (.owner, HTML(page[register.name(of: offered.service.organisation, on: Day(now()))])),
                    (.contact, "<span lang=\"\">\(offered.service.contact)</span>"),
                    (.dataClass, HTML(page[offered.service.dataClass.phrase])),
                    (.evidence, HTML(page[offered.service.evidence.phrase])),
                    (.documentVersion, HTML(document.version)), (.state, versionTag(page, offered)),
                ]))
                \(ifLet: document.summary, { "<p>\(written(page, $0))</p>" })
                \(buttons(
                    page.may(.requestGrants) && offered.isOpen ? buttonLink(page, .askForGrant, ask) : "",
                    doors.map { buttonLink(page, .moreOfService, $0.page, kind: .quiet) } ?? "",
                    buttonLink(page, .downloadOpenAPI, here, kind: .quiet)))
                \(each: document.operations, {
                    operationPart(page, $0, of: document, at: base, isChecked: doors != nil)
                })
                \(if: doors == nil, receiptPart(page))
                """)
    }

    /// For addresses of this gateway: while it shows the node's own key, no authority has signed for it.
    private func curl(for address: String) -> Curl {
        guard let place = gatewayPlace, address.hasPrefix(place.address), place.tlsPin == home.tlsPin else {
            return Curl()
        }
        return Curl(pin: place.tlsPin)
    }

    /// How whoever called gets the receipts of a call.
    func receiptPart(_ page: Page) -> HTML {
        let gateway = gatewayPlace?.address ?? "https://GATEWAY"
        return """
            <h2 id="receipts">\(page[.receiptsOfCalls])</h2>
            <p>\(page[.receiptsHint])</p>
            <p>\(copyable(page, id: "receipts-curl", curl(for: gateway).receipts(at: gateway)))</p>
            <p>\(page[.receiptsLater])</p>
            <pre>truc verify receipts.json --key '\(home.ledgerKey)'</pre>
            """
    }

    /// - Parameter isChecked: whether whoever answers there holds bodies against their schema, so that only one that
    ///   fits is worth pasting.
    func operationPart(
        _ page: Page, _ operation: APIOperation, of document: OpenAPIDocument, at base: String, isChecked: Bool = false
    ) -> HTML {
        let body = Curl.body(operation, of: document, isChecked: isChecked)
        let lacksBody = body == nil && operation.body?.content.isEmpty == false
        let place = "op-" + operation.id.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? String($0) : "-" }.joined()
        let rows = operation.parameters.map { parameter -> [HTML] in
            [
                "<code>\(parameter.name)</code>", HTML(page[parameter.place.phrase]),
                "<code>\(SchemaWords.short(parameter.schema))</code>",
                HTML(page[parameter.isRequired ? .yes : .no]), written(page, parameter.description),
            ]
        }
        return """
            <h2 id="\(place)">\(written(page, operation.summary ?? operation.description, otherwise: operation.id))</h2>
            <p><code>\(operation.method) \(operation.path.text)</code>\
            \(if: operation.isDeprecated, " \(statusTag(page[.deprecated], kind: .bad))")</p>
            \(if: !rows.isEmpty, table(
                page, .parameters, headers: [.parameter, .place, .kind, .required, .meaning], rows: rows))
            \(ifLet: operation.body, { bodyPart(page, .requestBody, $0.content, document) })
            \(each: operation.responses, { response in
                """
                <h3>\(page[.answer]) \(response.status)</h3><p>\(written(page, response.description))</p>
                \(bodyPart(page, nil, response.content, document))
                """
            })
            <h3>\(page[.tryIt])</h3>
            \(if: lacksBody, "<p>\(page[.noExampleFound])</p>", else: """
                <p>\(copyable(page, id: "\(place)-curl",
                    curl(for: base).command(operation, of: document, at: base, sending: body)))</p>
                """)
            """
    }

    private func bodyPart(
        _ page: Page, _ title: Phrase?, _ contents: [APIContent], _ document: OpenAPIDocument
    ) -> HTML {
        guard !contents.isEmpty else { return "" }
        return """
            \(ifLet: title, { "<h3>\(page[$0])</h3>" })\
            \(each: contents, { content in
                """
                <p><code>\(content.mediaType)</code></p>
                \(ifLet: content.schema, {
                    "<pre lang=\"\">\(SchemaWords.tree($0, of: document, in: page.language))</pre>"
                })
                """
            })
            """
    }
}
