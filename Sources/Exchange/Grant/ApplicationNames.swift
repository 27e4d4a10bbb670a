import Identity
import Vocabulary
import Web

/// Applications in lists and choices: whose each is, by its name and by its code.
extension Exchange {
    func applicationCell(
        _ page: Page, _ name: String, of owner: ID<Organisation>, _ register: OrganisationRegister
    ) -> HTML {
        "\(name)<br><span class=\"muted\">\(organisationCell(page, owner, register))</span>"
    }

    func organisationCell(_ page: Page, _ id: ID<Organisation>, _ register: OrganisationRegister) -> HTML {
        let name = page[register.name(of: id, on: Day(now()))]
        // Of one that is in no register there is the code alone.
        return name == id.text ? "<code>\(id.text)</code>" : "\(name) <code>\(id.text)</code>"
    }

    func applicationTitle(_ page: Page, _ application: Application, _ register: OrganisationRegister) -> String {
        let (name, code) = (
            page[register.name(of: application.organisation, on: Day(now()))], application.organisation.text
        )
        return "\(application.name) · \(name == code ? code : "\(name) (\(code))")"
    }
}
