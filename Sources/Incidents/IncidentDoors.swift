import Database
import Exchange
import Vocabulary
package import Web

extension Incidents {
    package func doors(_ site: Site) {
        site.menu(.incidents, "/incidents", allow: .viewIncidents)
        site.page("/incidents", allow: .viewIncidents, listPage)
        site.form(
            "/incidents/new", allow: .reportIncidents, bodyLimit: 128 << 10, isKept: true, page: newPage, run: runNew)
        site.page("/incidents/{id}", allow: .viewIncidents, detailPage)
        site.form(
            "/incidents/{id}/edit", allow: .reportIncidents, bodyLimit: 128 << 10, isKept: true, page: editPage,
            run: runEdit)
        site.form("/incidents/{id}/state", allow: .reportIncidents, isKept: true, page: statePage, run: runState)
        site.page("/incidents/{id}/contact", allow: .viewIncidents, contactPage)
        site.form("/incidents/{id}/people", allow: .reportIncidents, page: peoplePage, run: runPeople)
        site.action("/incidents/{id}/people/{relation}/{person}/end", allow: .reportIncidents, run: endPerson)
        site.form("/incidents/{id}/audience", allow: .shareIncidents, page: audiencePage, run: runAudience)
        site.form("/incidents/{id}/share", allow: .shareIncidents, isKept: true, page: sharePage, run: runShare)
        site.page("/incidents/arrived/{origin}/{id}", allow: .viewIncidents, arrivedPage)
        site.page("/incidents/arrived/{origin}/{id}/contact", allow: .viewIncidents, arrivedContactPage)
        site.events("/incidents/live", allow: .viewIncidents) { [news] page, after in
            news.tail(after: after, for: page.person)
        }
        programDoors(site)
    }

    private func runNew(_ page: Page, _ fields: Fields) async throws -> Response {
        try await sent(fields, as: nil, by: try page.signedIn())
    }

    private func runEdit(_ page: Page, _ fields: Fields) async throws -> Response {
        try await sent(fields, as: try page.incident(), by: try page.signedIn())
    }

    private func sent(_ fields: Fields, as id: ID<Incident>?, by person: Person) async throws -> Response {
        let report = try InitialReport(fields)
        if fields.isOn("draft") {
            let id = try await keep(report, as: id, by: person)
            return try await shown(id, done: "draft", to: person)
        }
        return try await shown(try await self.report(report, as: id, by: person), done: "reported", to: person)
    }

    /// The report's own page; the list for whoever must prove more first to read it: what was sent is kept, and that
    /// is said before anything is asked.
    private func shown(_ id: ID<Incident>, done: String, to person: Person) async throws -> Response {
        do {
            _ = try await database.read { tx in try find(id, by: person, in: tx) }
            return .redirect("/incidents/\(id)?done=\(done)")
        } catch Problem.confirmFirst {
            return .redirect("/incidents?done=\(done)")
        }
    }

    private func runState(_ page: Page, _ fields: Fields) async throws -> Response {
        let id = try page.incident()
        guard let next = fields["state"].flatMap(Incident.State.init) else {
            throw Problem.invalid(["state": .needState])
        }
        try await move(id, to: next, note: fields["note"] ?? "", by: try page.signedIn())
        return .redirect("/incidents/\(id)?done=state")
    }

    private func runAudience(_ page: Page, _ fields: Fields) async throws -> Response {
        let id = try page.incident()
        let (tlp, recipients) = try Addressing.read(fields)
        try await address(id, tlp, to: recipients, by: try page.signedIn())
        return .redirect("/incidents/\(id)/share")
    }

    private func runShare(_ page: Page, _ fields: Fields) async throws -> Response {
        let id = try page.incident()
        let version = SharedVersion(
            title: fields["title"] ?? "", text: fields["text"] ?? "", namesOperator: fields.isOn("names-operator"),
            namesContact: fields.isOn("names-contact"))
        try await share(id, version, seen: fields["seen"], by: try page.signedIn())
        return .redirect("/incidents/\(id)?done=shared")
    }
}

extension Page {
    func incident() throws(Problem) -> ID<Incident> { ID(try parameter("id")) }

    func signedIn() throws(Problem) -> Person {
        guard let person else { throw .unauthenticated }
        return person
    }
}
