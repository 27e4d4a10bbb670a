import Database
import Identity
import Vocabulary
import Web

/// Who decides on a request, as pages say it: an officer of the provider who did not ask for it, neither themselves nor
/// by a program that they answer for.
extension Exchange {
    /// Who answers for the programs that asked for these.
    func makers(of grants: [AccessGrant]) async throws -> [ID<Person>: Set<ID<Person>>] {
        let askers = Set(grants.filter { $0.state == .waiting }.compactMap(\.askedBy))
        guard !askers.isEmpty else { return [:] }
        return try await database.read { [authorization] tx in
            var makers: [ID<Person>: Set<ID<Person>>] = [:]
            for asker in askers { makers[asker] = try authorization.makers(asker, tx) }
            return makers
        }
    }

    /// Whether somebody may decide, whatever became of the request.
    func decides(_ page: Page, _ named: NamedGrant, _ makers: [ID<Person>: Set<ID<Person>>]) -> Bool {
        let asked = named.grant.resource(of: named.offered, deciding: true)
        return asked.asked(by: asked.author.flatMap { makers[$0] } ?? []).allSatisfy {
            authorization.decide(page.person, .decideGrants, $0)
        }
    }

    func mayDecide(_ page: Page, _ named: NamedGrant, _ makers: [ID<Person>: Set<ID<Person>>]) -> Bool {
        awaitsDecision(named.grant) && decides(page, named, makers)
    }

    private func awaitsDecision(_ grant: AccessGrant) -> Bool { grant.state == .waiting && !grant.isPast(at: now()) }

    /// For whoever would decide, had they not asked: why they do not, and who does.
    func decidedByOthers(
        _ page: Page, _ named: NamedGrant, _ makers: [ID<Person>: Set<ID<Person>>], _ register: OrganisationRegister
    ) -> HTML {
        let grant = named.grant
        let isDecider = authorization.decide(
            page.person, .decideGrants, grant.resource(of: named.offered, deciding: false))
        guard awaitsDecision(grant), isDecider, !decides(page, named, makers) else { return "" }
        let provider = register.name(of: named.offered.service.organisation, on: Day(now()))
        return "<p>\(page[grant.askedBy == page.person?.id ? .askedYourself(provider) : .askedByYours(provider)])</p>"
    }
}

extension Resource {
    /// It, and it as each of these would have asked for it: nobody decides what they or a program of theirs asked for.
    func asked(by makers: Set<ID<Person>>) -> [Resource] {
        [self]
            + makers.map { maker in
                var copy = self
                copy.author = maker
                return copy
            }
    }
}

extension Phrase {
    fileprivate static func askedYourself(_ provider: Phrase) -> Phrase {
        Phrase(
            vi: "Bạn đã gửi đề nghị này nên không quyết định về nó. Một lãnh đạo khác của \(provider.vi) quyết định.",
            en: "You asked for this, so you do not decide on it. Another lead of \(provider.en) does.")
    }

    fileprivate static func askedByYours(_ provider: Phrase) -> Phrase {
        Phrase(
            vi: """
                Phần mềm do bạn chịu trách nhiệm đã gửi đề nghị này nên bạn không quyết định về nó. Một lãnh đạo khác \
                của \(provider.vi) quyết định.
                """,
            en: """
                A program that you answer for asked for this, so you do not decide on it. Another lead of \
                \(provider.en) does.
                """)
    }
}
