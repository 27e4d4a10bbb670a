import Contracts
import Gateway
import Identity
import Synchronization
import Vocabulary
import Web

/// Services of other members: in the catalogue, one by one with their documentation, and the form by which a grant is
/// asked for at their node.
extension Exchange {
    func farServiceDoors(_ site: Site) {
        site.page(
            "/exchange/members/{node}/services/{code}/{version}", allow: .catalogue, farServicePage)
        site.form(
            "/exchange/members/{node}/services/{code}/{version}/request", allow: .requestGrants, isKept: true,
            page: farRequestForm
        ) { [self] page, fields in
            let (node, service) = try await farService(page)
            let application = try requestedFor(fields)
            let terms = try terms(fields, GrantTerms(purpose: "", legalBasis: "", from: now(), until: now()))
            let id = try await requestFarGrant(
                FarDraft(application: ID(application), node: node, service: service.label, terms: terms),
                by: page.person)
            return .redirect("/exchange/requests/\(id)")
        }
    }

    func farServiceTable(_ page: Page, _ all: [(ID<Organisation>, FarOffer)], empty: Phrase) -> HTML {
        guard !all.isEmpty else { return emptyState(page, empty, sign: .search) }
        let rows = all.map { node, service -> [HTML] in
            [
                "<a href=\"\(link: service.link(at: node))\">\(page[service.name])</a>", HTML(page[name(of: node)]),
                "<code>\(service.label)</code>", HTML(page[service.organisationName]),
                dataClassCell(page, service.dataClass), asWritten(service.about),
            ]
        }
        return serviceTable(
            page, .servicesOfMembers,
            headers: [.service, .atMember, .serviceCode, .owner, .dataClass, .aboutService], rows: rows)
    }

    private func farService(_ page: Page) async throws -> (ID<Organisation>, FarOffer) {
        let (node, version) = (ID<Organisation>(try page.parameter("node")), try page.parameter("version"))
        return (node, try await farService("\(try page.parameter("code"))/\(version)", at: node))
    }

    private func farServicePage(_ page: Page) async throws -> View {
        let (node, service) = try await farService(page)
        let fuller = await fullerDocument(of: service, at: node)
        let registered = fuller == nil ? await contract(of: service, at: node)?.document : nil
        let doors = ownDoors.withLock { $0 }?.elsewhere(service.operations.map(\.id))
        let path = doors ?? (gatewayPlace?.address ?? "https://GATEWAY") + "/" + service.label
        let operations: HTML =
            (fuller ?? registered).map { farOperations(page, $0, at: path, isChecked: fuller != nil) }
                ?? """
                \(banner(page, .info, .documentIsAway, "<p>\(page[.farDocumentAway])</p>"))
                <ul>\(each: service.operations, { "<li><code>\($0.method) \($0.template)</code></li>" })</ul>
                """
        return View(
            title: page[service.name], back: "/exchange/catalogue",
            body: """
                \(summaryList(page, [
                    (.atMember, HTML(page[name(of: node)])), (.owner, HTML(page[service.organisationName])),
                    (.path, "<code>\(path)</code>"), (.contact, "<span lang=\"\">\(service.contact)</span>"),
                    (.dataClass, HTML(page[service.dataClass.phrase])),
                    (.documentVersion, HTML(service.documentVersion)),
                ]))
                \(if: !service.about.isEmpty, "<p lang=\"\">\(service.about)</p>")
                \(buttons(
                    page.may(.requestGrants)
                        ? buttonLink(page, .askForGrant, service.requestLink(at: node)) : ""))
                \(operations)
                \(if: doors == nil, receiptPart(page))
                """)
    }

    /// How much of another node's document one page shows: by its references a document says more than it holds.
    private static let farPageBytes = 1 << 20

    private func farOperations(_ page: Page, _ document: OpenAPIDocument, at path: String, isChecked: Bool) -> HTML {
        var parts: [HTML] = []
        var room = Exchange.farPageBytes
        for operation in document.operations where room > 0 {
            let part = operationPart(page, operation, of: document, at: path, isChecked: isChecked)
            room -= part.bytes.count
            parts.append(part)
        }
        let others = document.operations.dropFirst(parts.count)
        return """
            \(each: parts, { $0 })
            \(if: !others.isEmpty, """
                <h2>\(page[.moreOperations])</h2>
                <ul>\(each: others, { "<li><code>\($0.method) \($0.path.text)</code></li>" })</ul>
                """)
            """
    }

    private func farRequestForm(_ page: Page) async throws -> View {
        let (node, service) = try await farService(page)
        let applications = try await allApplications().filter {
            $0.endedAt == nil && $0.node == nil
                && authorization.decide(page.person, .requestGrants, .registered($0.id.text, by: $0.organisation))
        }
        guard !applications.isEmpty else {
            let found: HTML =
                page.may(.register) ? buttonLink(page, .addApplication, "/exchange/applications/new") : ""
            return View(
                title: page[.askForGrant], back: service.link(at: node),
                body: emptyState(page, .noApplicationHere, action: found))
        }
        let register = try await authorization.organisations()
        let choices = applications.map { Choice($0.id.text, applicationTitle(page, $0, register)) }
        let fields: HTML = """
            \(selectField(page, "application", .application, options: choices,
                chosen: choices.count == 1 ? choices.first?.value : nil))\
            \(reasonFields(page))\
            \(termFields(page, service.operations.map(\.id), nil))\
            \(buttons(submit(page, .sendRequest)))
            """
        return View(
            title: page[.askForGrant], back: service.link(at: node),
            body: """
                <p><strong>\(page[service.name])</strong> <code>\(service.label)</code> · \(page[name(of: node)])</p>
                <p>\(page[.farRequestLead])</p>
                \(try await hadBanner(page, applications, service.label, at: node, register))
                \(form(page, action: service.requestLink(at: node), fields))
                """)
    }
}

extension FarOffer {
    func link(at node: ID<Organisation>) -> Link { "/exchange/members/\(node)/services/\(code)/v\(version)" }

    /// Where a grant is asked for.
    func requestLink(at node: ID<Organisation>) -> Link {
        "/exchange/members/\(node)/services/\(code)/v\(version)/request"
    }
}
