import Database
import Vocabulary

/// How a member of the staff is reached, and the number by which the administration knows them (mã cán bộ): personal
/// data, masked where the decision obliges to it.
struct StaffContact: Sendable, Hashable {
    var emails: [String]
    var phones: [String]
    var numbers: [String]
    var isMasked = false

    var isEmpty: Bool { emails.isEmpty && phones.isEmpty && numbers.isEmpty }

    /// The attributes of SCIM that are such data; what shows them has leave to.
    static let attributes: Set = ["emails", "phoneNumbers", "employeeNumber"]

    init(_ attributes: [PersonAttribute]) {
        func values(_ name: String) -> [String] { attributes.filter { $0.name == name }.map(\.value) }
        (emails, phones, numbers) = (values("emails"), values("phoneNumbers"), values("employeeNumber"))
    }

    var masked: StaffContact {
        var masked = self
        masked.emails = emails.map(Mask.email)
        masked.phones = phones.map(Mask.phone)
        masked.numbers = numbers.map(Mask.text)
        masked.isMasked = true
        return masked
    }
}

extension Account {
    /// As decisions see somebody's data: of the organisation where the person works, and the person's own.
    var resource: Resource {
        Resource("identity/people/\(id)", owner: home, label: "TLP:GREEN", author: id, kinds: ["personal", "staff"])
    }
}

extension Identity {
    /// All of it for the person, and for whoever says for what purpose; else as the decision obliges.
    func contact(
        of account: Account, for purpose: String?, by reader: Person?, in tx: any Transaction
    ) throws -> StaffContact {
        let decision = try access.check(reader, .people, on: account.resource, seenBy: .people)
        let contact = StaffContact(
            try AttributeStore.attributes(of: [account.id], in: tx)[account.id] ?? account.attributes)
        return decision.obligations.contains(.mask) && purpose == nil ? contact.masked : contact
    }
}
