import Contracts
import Database
import Identity
import Ledger
import Logging
import StrictJSON
package import Vocabulary
import Web

/// What somebody asks for at another member's node.
package struct FarDraft: Sendable {
    package var application: ID<Application>
    package var node: ID<Organisation>
    /// `units/v1`.
    package var service: String
    package var terms: GrantTerms

    package init(application: ID<Application>, node: ID<Organisation>, service: String, terms: GrantTerms) {
        self.application = application
        self.node = node
        self.service = service
        self.terms = terms
    }
}

/// Asking for grants at other members' nodes.
extension Exchange {
    /// Signs the request and writes it down; it is sent at once, and again until the other node has taken it.
    ///
    /// - Returns: the request's id.
    package func requestFarGrant(_ draft: FarDraft, by author: Person?) async throws -> String {
        let service = try await farService(draft.service, at: draft.node)
        // A node that is away checks the fields itself, when the request comes.
        let told = draft.terms.fields == nil ? nil : await contract(of: service, at: draft.node)
        let at = now()
        let id = ID<GrantRequest>(newID())
        _ = try await database.read { [self] in try askingApplication(draft, by: author, in: $0) }
        let terms = try draft.terms.settled(by: service, told)
        try await database.write { [self] tx in
            let application = try askingApplication(draft, by: author, in: tx)
            guard at < terms.until else { throw Problem.invalid(["until": .requestIsPast]) }
            let waits = try FarRequestStore.made(for: application.id, in: tx).contains { far in
                far.isWaiting && far.request.provider == draft.node
                    && far.request.service == service.label && far.request.terms.asksTheSame(as: terms)
            }
            guard !waits else { throw Problem.conflict(.sameIsAsked) }
            let request = GrantRequest(
                id: id, node: home.organisation, provider: draft.node, organisation: application.organisation,
                applicationCode: application.code, applicationName: application.name, contact: application.contact,
                service: service.label, terms: terms, askedBy: author?.name ?? "", askedAt: at)
            let signed = try SignedDocument(request.json, by: home.key)
            let far = FarRequest(
                request: request, signed: signed, application: application.id, serviceName: service.name,
                askedBy: author?.id, wish: .ask)
            try FarRequestStore.save(far, in: tx)
            try record(
                "exchange.request-sent",
                [
                    "request": "\(id)", "node": "\(draft.node)", "service": .string(service.label),
                    "sha256": .string(signed.sha256), "signature": .string(Base64.encode(signed.signature)),
                ], about: id.text, by: author, at: at, in: tx)
            try Events.add("request", ["request": "\(id)"], at: at, in: tx)
        }
        bells.pull(draft.node).ring()
        return id.text
    }

    private func askingApplication(
        _ draft: FarDraft, by author: Person?, in tx: any Transaction
    ) throws -> Application {
        guard let application = try ApplicationStore.application(draft.application, in: tx),
            application.endedAt == nil, application.node == nil
        else { throw Problem.invalid(["application": .noSuchApplication]) }
        try authorization.require(
            author, .requestGrants, on: .registered(application.id.text, by: application.organisation))
        return application
    }

    /// Takes back what was asked, or ends what was granted, at the other node. Said a second time while that node is
    /// being told, nothing is other.
    ///
    /// - Parameter step: which of both is meant; nil for the one that can be done.
    func giveUpFar(
        _ id: ID<GrantRequest>, as step: FarRequest.Wish? = nil, because reason: String, by person: Person?
    ) async throws {
        let at = now()
        let node = try await changeRegistry { [self] tx in
            guard let far = try FarRequestStore.request(id, in: tx),
                let application = try ApplicationStore.application(far.application, in: tx)
            else { throw Problem.notFound }
            try authorization.require(
                person, .requestGrants, on: .registered(application.id.text, by: application.organisation))
            let node = far.request.provider
            if far.isOpen, far.wish == step ?? far.givingUp { return node }
            guard far.isOpen, step == nil || step == far.givingUp else {
                throw Problem.conflict(step == .end ? .notActive : .alreadyDecided)
            }
            try giveUp(far, because: try .writing(reason), by: person, at: at, in: tx)
            return node
        }
        bells.pull(node).ring()
    }

    /// Takes a request back that waits, here or at another member's node.
    package func withdrawRequest(_ id: String, by person: Person?) async throws {
        if try await database.read({ try FarRequestStore.request(ID(id), in: $0) }) != nil {
            try await giveUpFar(ID(id), because: "", by: person)
        } else {
            try await withdrawGrant(ID(id), by: person)
        }
    }

    func giveUp(
        _ far: FarRequest, because why: GrantReason, by person: Person?, at now: Instant, in tx: any Transaction
    ) throws {
        let reason = why.text
        var far = far
        let ends = far.givingUp == .end
        if ends, why.isEmpty { throw Problem.invalid(["reason": .reasonIsMissing]) }
        // More than the other node reads would stand before all else that it is to be told.
        guard Exchange.ending(reason).count <= Exchange.endingMax else {
            throw Problem.invalid(["reason": .textIsLong])
        }
        (far.wish, far.wishReason) = (far.givingUp, reason)
        try FarRequestStore.save(far, in: tx)
        if ends { try RegistryRevision.note(.application, far.application.text, in: tx) }
        try record(
            ends ? "exchange.request-ended" : "exchange.request-withdrawn",
            ["request": "\(far.id)", "node": "\(far.request.provider)", "reason": .string(reason)],
            about: far.id.text, by: person, at: now, in: tx)
    }

    /// Every request made elsewhere, the newest first.
    func farRequests(limit: Int = 500) async throws -> [FarRequest] {
        try await database.read { try FarRequestStore.latest(limit: limit, in: $0) }
    }

    func farRequest(_ id: ID<GrantRequest>) async throws -> (FarRequest, Application) {
        let found = try await database.read { tx -> (FarRequest, Application)? in
            guard let far = try FarRequestStore.request(id, in: tx),
                let application = try ApplicationStore.application(far.application, in: tx)
            else { return nil }
            return (far, application)
        }
        guard let found else { throw Problem.notFound }
        return found
    }
}

/// Keeping requests in step with the nodes where they were made.
extension Exchange {
    /// Until cancelled: tells one peer what it is to be told, and asks how what it has stands.
    func keepAsking(at peer: ID<Organisation>) async {
        let bell = bells.pull(peer)
        while !Task.isCancelled {
            let heard = bell.count
            do {
                guard let member = try await currentPeer(peer) else { return }
                try await followRequests(at: member)
            } catch {
                logger.debug(
                    "requests at a peer wait", metadata: ["exchange.peer": "\(peer)", "exchange.cause": "\(error)"])
            }
            try? await Task.sleep(for: .milliseconds(500))
            await bell.next(after: heard, within: .seconds(settings.pollSeconds * Double.random(in: 0.8...1.2)))
        }
    }

    /// Asks nothing of a node at which nothing is under way, and which gave nothing.
    func followRequests(at member: Member) async throws {
        try await tellEndings()
        let open = try await database.read { try FarRequestStore.open(at: member.organisation, in: $0) }
        let holds = try await mayHold(from: member.organisation)
        guard !open.isEmpty || holds else { return }
        for far in open where far.wish != nil {
            do {
                try await send(far, to: member)
            } catch  where PeerError.isOfOneCall(error) {
                // It is sent again the next time; the others do not wait for it.
                logger.notice(
                    "a peer does not answer a request as agreed",
                    metadata: [
                        "exchange.peer": "\(member.organisation)", "exchange.request": "\(far.id)",
                        "exchange.cause": "\(error)",
                    ])
            }
        }
        try await tellGivenBack(to: member)
        let known = standings.known(of: member.organisation)
        let answer = try await call(
            .get, "/exchange/requests" + (known.map { "?unless=\($0)" } ?? ""), at: member.place, maxBytes: 16 << 20)
        guard !answer.body.isEmpty else { return }
        let json = try JSONDocument(
            answer.body, limits: JSONLimits(bytes: 16 << 20, depth: 8, nodes: 1_000_000)
        ).root
        let told = RequestStanding.all(try json.requireElements("requests"))
        if told.unread > 0 {
            logger.warning(
                "a peer says of requests what cannot be read",
                metadata: ["exchange.peer": "\(member.organisation)", "exchange.requests": "\(told.unread)"])
        }
        for standing in told.read { try await take(standing, from: member) }
        try await take(given: json, from: member)
        standings.know(StandingShelf.digest(answer.body), of: member.organisation)
    }

    private func send(_ far: FarRequest, to member: Member) async throws {
        let (path, body): (String, JSON)
        switch far.wish {
        case .ask, .forget: (path, body) = ("/exchange/requests", far.signed.json)
        // What was never taken is asked first: then there is something to take back, under the name that it has now.
        case .withdraw, .end:
            let taken = try await post("/exchange/requests", far.signed.json, about: far, to: member)
            if taken == nil, far.standing == nil { return }
            (path, body) = ("/exchange/requests/\(far.id)/end", ["reason": .string(far.wishReason)])
        case nil: return
        }
        guard let standing = try await post(path, body, about: far, to: member) else { return }
        try await take(standing, from: member, answering: far)
    }

    /// Nil when the node says why it does not take it, which is written down.
    private func post(
        _ path: String, _ body: JSON, about far: FarRequest, to member: Member
    ) async throws -> RequestStanding? {
        let answer = try await call(
            .post, path, at: member.place, body: body.encoded(), type: "application/json", maxBytes: 256 << 10)
        let json = try JSONDocument(answer.body).root
        guard let refused = try json.optional("refused") else {
            return try RequestStanding(try json.requireObject("standing"))
        }
        let why = Phrase(
            vi: String(try refused.requireString("vi").prefix(1000)),
            en: String(try refused.requireString("en").prefix(1000)))
        let at = now()
        try await changeRegistry { [self] tx in
            guard var far = try FarRequestStore.request(far.id, in: tx) else { return }
            // A node that will not take back what it has keeps it: only what it never took is over.
            if far.standing == nil { far.failure = why }
            if far.wish == .end { try RegistryRevision.note(.application, far.application.text, in: tx) }
            far.wish = nil
            try FarRequestStore.save(far, in: tx)
            try record(
                "exchange.request-not-taken",
                ["request": "\(far.id)", "node": "\(member.organisation)", "reason": .string(why.en)],
                about: far.id.text, by: nil, at: at, in: tx)
            try Events.add("request", ["request": "\(far.id)"], at: at, in: tx)
        }
        return nil
    }

    /// Writes down how a request stands, when the provider's node signed that, and tells its people here.
    private func take(
        _ standing: RequestStanding, from member: Member, answering asked: FarRequest? = nil
    ) async throws {
        guard standing.signed.isValid(by: member.key), try standing.isOfItsGrant else {
            throw PeerError.untrusted("a grant's signature")
        }
        let at = now()
        let isNews = try await database.write { [self] tx -> Bool in
            guard var far = try FarRequestStore.request(standing.request, in: tx),
                far.request.provider == member.organisation
            else { return false }
            let before = far.standing
            far.standing = standing
            if let asked, asked.signed != far.signed {
                // The name went while the request was under way.
                far.wish = .forget
            } else if far.wish == asked?.wish || far.wish == .ask || !far.isOpen && far.wish != .forget {
                far.wish = nil
            }
            guard before != standing || asked != nil else { return false }
            if before?.state != .active, standing.state == .active {
                far.expiryNoticeAt = AccessGrant.expiryNotice(standing.terms)
            } else if !far.isOpen {
                far.expiryNoticeAt = nil
            }
            try FarRequestStore.save(far, in: tx)
            guard before != standing else { return false }
            try record(
                "exchange.request-answered",
                [
                    "request": "\(far.id)", "node": "\(member.organisation)", "grant": "\(standing.grant)",
                    "state": .string(standing.state.rawValue), "sha256": .string(standing.signed.sha256),
                    "signature": .string(Base64.encode(standing.signed.signature)),
                ], about: far.id.text, by: nil, at: at, in: tx)
            try Events.add("request", ["request": "\(far.id)"], at: at, in: tx)
            let new = standing.steps.dropFirst(before?.steps.count ?? 0).filter(\.what.isForConsumer)
            let allowed = try LetterBound.take(
                new.count, about: .requests, of: member.organisation, on: Day(at), in: tx)
            for step in new.suffix(allowed) {
                try tell(step.what, step.at, because: step.reason, of: far, in: tx, at: at)
            }
            return true
        }
        if isNews { bells.events.ring() }
    }

    private func tell(
        _ what: GrantEvent.What, _ moment: Instant, because reason: String = "", of far: FarRequest,
        in tx: any Transaction, at now: Instant
    ) throws {
        guard let standing = far.standing,
            let application = try ApplicationStore.application(far.application, in: tx)
        else { return }
        let notice = GrantNotice(
            what: what, service: far.serviceName, application: application.name,
            organisation: application.organisation, grant: standing.grant(of: far), reason: GrantReason(reason),
            path: "/exchange/requests/\(far.id)")
        try tellConsumer(
            notice, far.askedBy, of: application.organisation,
            key: "\(far.id) \(what.rawValue) \(moment.milliseconds)", at: now, in: tx)
    }

    /// Grants of other nodes that end soon: a node that grants again and again makes them so. What has no room in a day
    /// is told the next.
    private func tellEndings() async throws {
        let at = now()
        let due = try await database.read { try FarRequestStore.ending(before: at, in: $0) }
        guard !due.isEmpty else { return }
        try await database.write { [self] tx in
            for id in due.map(\.id) {
                guard var far = try FarRequestStore.request(id, in: tx), far.expiryNoticeAt != nil,
                    try LetterBound.take(1, about: .requests, of: far.request.provider, on: Day(at), in: tx) == 1
                else { continue }
                far.expiryNoticeAt = nil
                try FarRequestStore.save(far, in: tx)
                try tell(.expiring, at, of: far, in: tx, at: at)
            }
        }
    }
}

extension GrantTerms {
    /// In their one form, checked against what is known here of a service at another node.
    fileprivate func settled(by service: FarOffer, _ contract: Contract?) throws(Problem) -> GrantTerms {
        var terms = self
        terms.compose()
        terms.settleOperations(among: service.operations.map(\.id))
        let answers = contract.map { AnswerFields(terms.operations, of: $0.document) }
        try terms.check(against: service.operations.map(\.id), answers: answers)
        return terms
    }
}

extension RequestStanding {
    /// As a grant is told of, with the ids of this side.
    func grant(of far: FarRequest) -> AccessGrant {
        var grant = AccessGrant(
            id: self.grant, application: far.application, version: ID(far.request.service), terms: terms, state: state,
            askedBy: far.askedBy, askedAt: far.request.askedAt, dueAt: dueAt)
        (grant.reason, grant.suspension) = (reason, suspension)
        return grant
    }

    /// Whether what was signed is this grant in this state: a signature over another says nothing.
    var isOfItsGrant: Bool {
        get throws {
            let said = try JSONDocument(signed.document).root
            return try said.requireString("type") == SignedGrant.type && said.requireString("id") == grant.text
                && said.requireString("state") == state.rawValue && GrantTerms(said) == terms
        }
    }
}
