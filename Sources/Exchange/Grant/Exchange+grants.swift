package import Database
import Gateway
import Identity
import Ledger
import StrictJSON
package import Vocabulary
import Web

/// What somebody asks for (NĐ 47/2020 Đ35).
package struct GrantDraft: Sendable {
    package var application: ID<Application>
    package var version: ID<ServiceVersion>
    package var terms: GrantTerms

    package init(application: ID<Application>, version: ID<ServiceVersion>, terms: GrantTerms) {
        self.application = application
        self.version = version
        self.terms = terms
    }
}

extension Exchange {
    /// Asks the provider; the clock of 5 working days runs from now. The same a second time, while the first waits, is
    /// a conflict: somebody pressed twice, or two people asked.
    package func requestGrant(_ draft: GrantDraft, by author: Person?) async throws -> AccessGrant {
        let at = now()
        return try await changeRegistry(checking: { [self] in try checked(draft, by: author, in: $0) }) {
            [self] tx, settled in
            let asked = try insert(draft, settled, by: author, at: at, in: tx)
            let others = try GrantStore.waiting(for: asked.version, in: tx).filter {
                $0.id != asked.id && $0.application == asked.application
            }
            guard !others.contains(where: { $0.terms.asksTheSame(as: asked.terms) }) else {
                throw Problem.conflict(.sameIsAsked)
            }
            return asked
        }
    }

    private func checked(
        _ draft: GrantDraft, by author: Person?, in tx: any Transaction
    ) throws -> (version: ServiceVersion, terms: GrantTerms) {
        (try asking(draft, by: author, in: tx).offered.version, draft.terms)
    }

    /// What somebody who may asks for, when it may be asked for.
    private func asking(
        _ draft: GrantDraft, by author: Person?, in tx: any Transaction
    ) throws -> (application: Application, offered: OfferedVersion) {
        guard let application = try ApplicationStore.application(draft.application, in: tx),
            application.endedAt == nil
        else { throw Problem.invalid(["application": .noSuchApplication]) }
        guard let offered = try ServiceStore.offered(draft.version, in: tx), offered.isOpen else {
            throw Problem.invalid(["version": .versionIsClosed])
        }
        try authorization.require(
            author, .requestGrants, on: .registered(application.id.text, by: application.organisation))
        try offered.stays()
        return (application, offered)
    }

    private func insert(
        _ draft: GrantDraft, _ settled: SettledTerms?, by author: Person?, at now: Instant, in tx: any Transaction
    ) throws -> AccessGrant {
        let (application, offered) = try asking(draft, by: author, in: tx)
        return try ask(
            try terms(settled, for: offered.version, in: tx), for: application, of: offered, by: author, at: now,
            in: tx)
    }

    /// A request that may be made: its clock begun, written down.
    ///
    /// - Parameter terms: settled.
    func ask(
        _ terms: GrantTerms, for application: Application, of offered: OfferedVersion, by author: Person?,
        at now: Instant, in tx: any Transaction
    ) throws -> AccessGrant {
        guard now < terms.until else { throw Problem.invalid(["until": .requestIsPast]) }
        let grant = AccessGrant(
            id: ID(newID()), application: application.id, version: offered.version.id, terms: terms, state: .waiting,
            askedBy: author?.id, askedAt: now,
            dueAt: try HolidayStore.calendar(in: tx).end(of: AccessGrant.decisionDays, after: now))
        try save(grant, .asked, by: author, at: now, in: tx)
        return grant
    }

    /// The provider's word. An officer of the provider's organisation gives it, and not who asked.
    ///
    /// - Parameter terms: what is granted, which may be less than what was asked for; nil for all of it.
    package func approveGrant(
        _ id: ID<AccessGrant>, terms: GrantTerms? = nil, by officer: Person?
    ) async throws {
        let at = now()
        try await changeRegistry(
            checking: { [self] tx in
                let (grant, offered) = try providersGrant(id, by: officer, deciding: true, in: tx)
                return (offered.version, terms ?? grant.terms)
            }, { [self] tx, settled in try approve(id, settled, by: officer, at: at, in: tx) })
    }

    private func approve(
        _ id: ID<AccessGrant>, _ settled: SettledTerms?, by officer: Person?, at now: Instant,
        in tx: any Transaction
    ) throws {
        var (grant, offered) = try providersGrant(id, by: officer, deciding: true, in: tx)
        let given = try terms(settled, for: offered.version, in: tx)
        guard offered.isOpen else { throw Problem.conflict(.versionIsClosed) }
        try grant.approve(given, by: officer?.id, at: now)
        try save(grant, .approved, by: officer, at: now, in: tx)
    }

    package func refuseGrant(_ id: ID<AccessGrant>, because reason: String, by officer: Person?) async throws {
        let at = now()
        try await changeRegistry { [self] tx in
            var (grant, _) = try providersGrant(id, by: officer, deciding: true, in: tx)
            try grant.refuse(because: try .writing(reason), by: officer?.id, at: at)
            try save(grant, .refused, by: officer, at: at, in: tx)
        }
    }

    /// Asks and approves in one: for whoever owns the node's folder, who stands for both sides.
    package func issueGrant(_ draft: GrantDraft) async throws -> AccessGrant {
        let at = now()
        return try await changeRegistry(checking: { [self] in try checked(draft, by: nil, in: $0) }) {
            [self] tx, settled in
            let asked = try insert(draft, settled, by: nil, at: at, in: tx)
            try approve(asked.id, settled, by: nil, at: at, in: tx)
            return try GrantStore.grant(asked.id, in: tx) ?? asked
        }
    }

    package func withdrawGrant(_ id: ID<AccessGrant>, by author: Person?) async throws {
        let at = now()
        try await changeRegistry { [self] tx in
            var grant = try consumersGrant(id, by: author, in: tx)
            try grant.withdraw(at: at)
            try save(grant, .withdrawn, by: author, at: at, in: tx)
        }
    }

    package func suspendGrant(
        _ id: ID<AccessGrant>, _ kind: Suspension.Kind, from: Instant? = nil, until: Instant? = nil,
        because reason: String, by officer: Person?
    ) async throws {
        let at = now()
        try await changeRegistry { [self] tx in
            var (grant, _) = try providersGrant(id, by: officer, deciding: false, in: tx)
            try grant.suspend(
                kind, from: from, until: until, because: try .writing(reason), at: at,
                by: try HolidayStore.calendar(in: tx))
            try save(grant, kind == .planned ? .suspensionPlanned : .suspended, by: officer, at: at, in: tx)
        }
    }

    package func resumeGrant(_ id: ID<AccessGrant>, by officer: Person?) async throws {
        let at = now()
        try await changeRegistry { [self] tx in
            var (grant, _) = try providersGrant(id, by: officer, deciding: false, in: tx)
            try grant.resume(at: at)
            try save(grant, .resumed, by: officer, at: at, in: tx)
        }
    }

    /// Either side may end a grant, for good and at once (chấm dứt; NĐ 47/2020 Đ44).
    package func endGrant(_ id: ID<AccessGrant>, because reason: String, by person: Person?) async throws {
        let at = now()
        try await changeRegistry { [self] tx in
            var grant: AccessGrant
            do {
                grant = try consumersGrant(id, by: person, in: tx)
            } catch Problem.forbidden {
                (grant, _) = try providersGrant(id, by: person, deciding: false, in: tx)
            }
            try grant.end(because: try .writing(reason), at: at)
            try save(grant, .ended, by: person, at: at, in: tx)
        }
    }

    /// Inside a transaction of another room, which rings afterwards.
    func end(
        _ grant: AccessGrant, because reason: GrantReason, by person: Person?, at now: Instant, in tx: any Transaction
    ) throws {
        var grant = grant
        try grant.end(because: reason, at: now)
        try save(grant, .ended, by: person, at: now, in: tx)
        try RegistryRevision.bump(in: tx)
        try Events.add("registry", [:], at: now, in: tx)
    }

    func providersGrant(
        _ id: ID<AccessGrant>, by officer: Person?, deciding: Bool, in tx: any Transaction
    ) throws -> (AccessGrant, OfferedVersion) {
        guard let grant = try GrantStore.grant(id, in: tx),
            let offered = try ServiceStore.offered(grant.version, in: tx)
        else { throw Problem.notFound }
        let asked = grant.resource(of: offered, deciding: deciding)
        let makers = try asked.author.map { try authorization.makers($0, tx) } ?? []
        for resource in asked.asked(by: makers) { try authorization.require(officer, .decideGrants, on: resource) }
        if deciding, grant.isPast(at: now()) { throw Problem.conflict(.requestIsPast) }
        return (grant, offered)
    }

    private func consumersGrant(
        _ id: ID<AccessGrant>, by person: Person?, in tx: any Transaction
    ) throws -> AccessGrant {
        guard let grant = try GrantStore.grant(id, in: tx),
            let application = try ApplicationStore.application(grant.application, in: tx)
        else { throw Problem.notFound }
        try authorization.require(
            person, .requestGrants, on: .registered(application.id.text, by: application.organisation))
        return grant
    }

    /// Signs the grant as it is now, and writes down what happened: a row, a leaf, and the signed document. Whoever is
    /// to know of it is told.
    ///
    /// - Parameter why: of what happened, where that is not the grant's own reason.
    func save(
        _ grant: AccessGrant, _ what: GrantEvent.What, saying why: GrantReason? = nil, by person: Person?,
        at now: Instant, in tx: any Transaction
    ) throws {
        guard let application = try ApplicationStore.application(grant.application, in: tx),
            let offered = try ServiceStore.offered(grant.version, in: tx)
        else { throw Problem.notFound }
        let signed = try SignedGrant(grant, application, offered, home: home, at: now)
        try GrantStore.save(grant, signed, in: tx)
        let fact = try outbox.record(
            "exchange.grant-\(what.rawValue)",
            [
                "grant": "\(grant.id)", "sha256": .string(signed.sha256),
                "signature": .string(Base64.encode(signed.signature)), "by": .string(orNull: person?.id.text),
            ], subject: grant.id.text, at: now, in: tx)
        let reason = why ?? GrantReason(grant.reason)
        let event = GrantEvent(what: what, reason: reason.text, by: person?.id, at: now, fact: fact.text)
        try GrantStore.add(event, to: grant.id, in: tx)
        try Events.add("grant", ["grant": "\(grant.id)", "what": .string(what.rawValue)], at: now, in: tx)
        try tell(
            what, of: NamedGrant(grant: grant, application: application, offered: offered), because: reason, at: now,
            in: tx)
        if let node = application.node { standings.isOther(for: node) }
    }
}

extension OfferedVersion {
    /// - Throws: `Problem.conflict` for one that closes on a day to come.
    func stays() throws(Problem) {
        if let closing = version.closing { throw .conflict(.versionCloses(Day(closing.at))) }
    }
}

extension AccessGrant {
    /// What `decide` is asked about. Of a decision it also knows who asked.
    func resource(of offered: OfferedVersion, deciding: Bool) -> Resource {
        var resource = Resource.registered("grants/\(id)", by: offered.service.organisation)
        if deciding { resource.author = askedBy }
        return resource
    }
}
