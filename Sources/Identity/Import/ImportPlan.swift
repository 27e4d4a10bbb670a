import Database
import Ledger
import StrictJSON
import Vocabulary

/// What a list of staff would change, line by line: made anew from the tables each time it is looked at or done.
struct ImportPlan: Sendable {
    enum Step: Sendable, Hashable {
        case create
        /// Names of what differs.
        case change([String])
        case nothing
        case faulty([Phrase])
    }

    struct Entry: Sendable {
        let person: ImportedPerson
        /// Nil when the list names none that its author administers.
        let unit: ID<Organisation>?
        let account: Account?
        let step: Step
    }

    let entries: [Entry]

    var faults: Int { entries.count { if case .faulty = $0.step { true } else { false } } }
    var creations: Int { entries.count { $0.step == .create } }
    var changes: Int { entries.count { if case .change = $0.step { true } else { false } } }
    var isDone: Bool { entries.allSatisfy { $0.step == .nothing } }
}

extension Identity {
    func plan(
        _ people: [ImportedPerson], by author: Person?, at now: Instant, in tx: any Transaction
    ) throws -> ImportPlan {
        let (reach, register) = (try self.reach(of: author, at: now, in: tx), try OrganisationStore.all(in: tx))
        return ImportPlan(
            entries: try people.map { person in
                try entry(person, reach, register, at: now, in: tx)
            })
    }

    private func entry(
        _ person: ImportedPerson, _ reach: Reach, _ register: OrganisationRegister, at now: Instant,
        in tx: any Transaction
    ) throws -> ImportPlan.Entry {
        var faults = person.faults
        let home = register.current(of: settings.organisation, on: Day(now)).first?.id ?? settings.organisation
        let unit = person.unit.map { register.unit(called: $0, among: reach.organisations, on: Day(now)) } ?? home
        if unit.map({ !reach.organisations.contains($0) }) ?? true {
            faults.append(person.unit.map { .noUnitCalled($0) } ?? .unitIsMissing)
        }
        for role in person.roles where !reach.mayGive(role, in: unit ?? home) { faults.append(.roleIsNotYours(role)) }
        let account = try PeopleStore.account(login: person.login, in: tx)
        let held = try account.map { try PeopleStore.memberships(of: $0.id, in: tx) } ?? []
        for role in person.roles where role.isPrivileged {
            // A list may say again what two people gave.
            let isHeld = held.contains {
                $0.role == role && $0.organisation == unit
                    && ($0.until ?? .distantFuture) > max(person.from?.start ?? now, now)
            }
            if !isHeld { faults.append(.roleIsPrivileged) }
        }
        if let account {
            do { try checkReach(reach, to: account, at: now, in: tx) } catch is Problem {
                faults.append(.loginIsTaken)
            }
        }
        var step = ImportPlan.Step.create
        if !faults.isEmpty {
            step = .faulty(faults)
        } else if let account {
            let different = try differences(person, account, unit ?? home, at: now, in: tx)
            step = different.isEmpty ? .nothing : .change(different)
        }
        return ImportPlan.Entry(person: person, unit: unit, account: account, step: step)
    }

    private func differences(
        _ person: ImportedPerson, _ account: Account, _ unit: ID<Organisation>, at now: Instant, in tx: any Transaction
    ) throws -> [String] {
        var different: [String] = []
        if account.name != person.name { different.append("name") }
        if let email = person.email, account.email != email { different.append("email") }
        let held = try AttributeStore.attributes(of: [account.id], in: tx)[account.id] ?? []
        for (name, value) in person.attributes where !held.contains(where: { $0.name == name && $0.value == value }) {
            different.append(name)
        }
        let posts = try PostStore.posts(of: account.id, in: tx)
        let start = person.from.map(\.start) ?? now
        let post = posts.last { ($0.until ?? .distantFuture) > max(start, now) }
        if post?.organisation != unit || person.until.map({ $0.start.adding(days: 1) != post?.until }) ?? false {
            different.append("unit")
        }
        let roles = try PeopleStore.memberships(of: account.id, in: tx).filter {
            $0.organisation == unit && ($0.until ?? .distantFuture) > max(start, now)
        }.map(\.role)
        if !Set(person.roles).isSubset(of: roles) { different.append("role") }
        return different
    }

    /// Does all of a plan in the caller's transaction. Throws when a line is faulty: nothing is half done.
    func perform(_ plan: ImportPlan, by author: Person?, at now: Instant, in tx: any Transaction) throws {
        guard plan.faults == 0 else { throw Problem.conflict(.linesAreFaulty) }
        for entry in plan.entries where entry.step != .nothing { try perform(entry, by: author, at: now, in: tx) }
    }

    private func perform(
        _ entry: ImportPlan.Entry, by author: Person?, at now: Instant, in tx: any Transaction
    ) throws {
        guard let unit = entry.unit else { throw Problem.conflict(.linesAreFaulty) }
        let person = entry.person
        let (from, until) = (person.from.map(\.start), person.until.map { $0.start.adding(days: 1) })
        let start = max(from ?? now, now)
        var account: Account
        if let known = entry.account {
            account = Account(
                id: known.id, login: known.login, name: person.name, email: person.email ?? known.email,
                state: known.state, createdAt: known.createdAt, home: known.home)
            try update(account, from: known, at: now, in: tx)
        } else {
            account = try checked(login: person.login, name: person.name, email: person.email)
            try create(account, roles: [], phc: nil, by: author, in: tx)
            // Whoever joins on a day to come belongs to the unit's administrators from now on.
            try PeopleStore.setHome(unit, of: account.id, at: now, in: tx)
        }
        try AttributeStore.merge(person.attributes, into: account, in: tx)
        let posts = try PostStore.posts(of: account.id, in: tx)
        let post = posts.last { ($0.until ?? .distantFuture) > start }
        if post?.organisation != unit {
            try place(account.id, in: unit, from: start, until: until, by: author, at: now, tx)
        } else if let post, let until, post.until != until {
            try PostStore.end(post.id, at: until, in: tx)
        }
        let held = try PeopleStore.memberships(of: account.id, in: tx).filter {
            $0.organisation == unit && ($0.until ?? .distantFuture) > start
        }.map(\.role)
        for role in Set(person.roles).subtracting(held).sorted(by: { $0.rawValue < $1.rawValue }) {
            try give(role, to: account.id, in: unit, from: start, until: until, by: author, at: now, tx)
        }
        guard case .change(let what) = entry.step else { return }
        try outbox.record(
            "identity.person-changed",
            ["person": "\(account.id)", "what": .array(what.map { .string($0) }), "by": by(author)],
            subject: account.id.text, at: now, in: tx)
    }
}

extension ImportedPerson {
    /// By the names of `identity_attribute`.
    var attributes: [(name: String, value: String)] {
        [("employeeNumber", number), ("title", title), ("phoneNumbers", phone)].compactMap { name, value in
            value.map { (name, $0) }
        }
    }
}

extension AttributeStore {
    /// Name and address of the account and what a list says, beside whatever else was known.
    static func merge(
        _ new: [(name: String, value: String)], into account: Account, in tx: any Transaction
    ) throws {
        var kept = try attributes(of: [account.id], in: tx)[account.id] ?? []
        kept.removeAll { old in old.name == "name.formatted" || new.contains { $0.name == old.name } }
        if account.email != nil { kept.removeAll { $0.name == "emails" && $0.isPrimary == true } }
        kept += account.attributes.map { own in
            PersonAttribute(
                name: own.name,
                place: own.name == "emails" ? (kept.filter { $0.name == "emails" }.map(\.place).max() ?? -1) + 1 : 0,
                value: own.value, type: own.type, isPrimary: own.isPrimary)
        }
        kept += new.map { PersonAttribute(name: $0.name, place: 0, value: $0.value) }
        try replace(kept, of: account.id, in: tx)
    }
}

extension OrganisationRegister {
    /// The unit that is called so by its id or one of its names on the day; nil when none is, or several are.
    func unit(called text: String, among ids: Set<ID<Organisation>>, on day: Day) -> ID<Organisation>? {
        let folded = Folding.fold(text)
        let found = ids.filter { id in
            let name = name(of: id, on: day)
            return [id.text, name.vi, name.en].contains { Folding.fold($0) == folded }
        }
        return found.count == 1 ? found.first : nil
    }
}
