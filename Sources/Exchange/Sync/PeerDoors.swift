import Database
import Ledger
import StrictJSON
import Synchronization
package import Vocabulary
package import Web

extension Permission {
    /// Whoever works at the node may see the network, what was shared and what came.
    package static let viewExchange = Permission("exchange.view")
    /// Who was given what, when, under which rule.
    package static let viewDeliveries = Permission("exchange.deliveries")
    /// Invite members, found the cluster.
    package static let administerExchange = Permission("exchange.administer")
    /// Another member's node. Never a person.
    package static let peer = Permission("exchange.peer")
}

extension Exchange {
    /// The doors for other nodes. Hang them on a site of their own, with `peerDoorkeeper`, behind TLS, and with
    /// `servesBrowsers` off in its settings, which keeps an answer small.
    package func peerDoors(_ site: Site) {
        let facts = Schema.bytes(FactPage.mediaType)
        site.api(
            .get, "/exchange/facts", allow: .peer,
            APIDoc(
                Phrase(vi: "Lấy các đối tượng đã được giao cho nút gọi", en: "Facts released to the calling node"),
                response: facts,
                query: [
                    .init(
                        "after",
                        Phrase(vi: "Số thứ tự cuối cùng đã lưu bền vững", en: "The last number stored durably"),
                        schema: .integer),
                    .init(
                        "from",
                        Phrase(
                            vi: "Đọc tiếp từ số này; không xác nhận gì",
                            en: "Reads on from this number, and confirms nothing"), schema: .integer),
                ])
        ) { [self] call in try await answer(call) { try await giveFacts(call, to: $0) } }
        site.api(
            .post, "/exchange/ack", allow: .peer,
            APIDoc(
                Phrase(vi: "Xác nhận đã lưu", en: "Confirms what is stored"), request: Exchange.ackSchema, status: 204),
            bodyLimit: 4096
        ) { [self] call in try await answer(call) { try await takeAcknowledgement(call, of: $0) } }
        site.api(
            .post, "/exchange/doorbell", allow: .peer,
            APIDoc(Phrase(vi: "Chuông báo: có đối tượng mới", en: "Doorbell: there is something new"), status: 204),
            bodyLimit: 0
        ) { [self] call in
            try await answer(call) { peer in
                bells.pull(peer).ring()
                return .empty
            }
        }
        site.api(
            .get, "/exchange/roster", allow: .peer,
            APIDoc(
                Phrase(vi: "Các phiên bản danh sách thành viên", en: "Versions of the roster"),
                response: .bytes(RosterChain.mediaType),
                query: [.init("after", Phrase(vi: "Phiên bản đã có", en: "The version already held"), schema: .integer)]
            )
        ) { [self] call in try await answer(call) { _ in try await giveRoster(call) } }
        site.api(
            .get, "/exchange/granted", allow: .peer,
            APIDoc(
                Phrase(
                    vi: "Những gì ứng dụng của nút gọi được phép gọi ở đây",
                    en: "What applications of the calling node may call here"),
                response: .bytes(GrantedAcross.mediaType), query: [Exchange.unless])
        ) { [self] call in
            try await answer(call) { try giveGranted(to: $0, unless: call.request.query["unless"]) }
        }
        askingDoors(site)
        site.api(
            .post, "/exchange/place", allow: .peer,
            APIDoc(
                Phrase(vi: "Báo nơi đặt cổng dịch vụ của nút gọi", en: "Says where the calling node's gateway is"),
                request: GatewayPlace.schema, status: 204), bodyLimit: 4096
        ) { [self] call in try await answer(call) { try await takePlace(call, of: $0) } }
        site.api(
            .post, "/exchange/join", allow: .everyone,
            APIDoc(
                Phrase(vi: "Gia nhập bằng giấy mời", en: "Joins with an invitation"), request: Exchange.joinSchema,
                response: .bytes(RosterChain.mediaType)), bodyLimit: 16 << 10
        ) { [self] call in try await welcome(call) }
    }

    private static let ackSchema = Schema.object(["after": .integer, "checkpoint": .string], optional: ["checkpoint"])
    private static let joinSchema = Schema.object(
        [
            "secret": .string, "organisation": .string, "address": .string, "key": .string, "tlsPin": .string,
            "gateway": GatewayPlace.schema,
        ], optional: ["gateway"])

    /// Knows nodes by the signature on their call, checked against the roster of today.
    package var peerDoorkeeper: Doorkeeper {
        Doorkeeper(
            identify: { [self] request in
                guard request.path != "/exchange/join",
                    request.headers["signature"] != nil || request.path.hasPrefix("/exchange/")
                else { return Caller() }
                return Caller(person: try await identify(request))
            },
            decide: { person, permission in permission == .peer && person?.roles == [.peerNode] })
    }

    private func identify(_ request: Request) async throws -> Person {
        let now = now()
        let message = request.signable
        var caller = request.remote
        do throws(CallRefusal) {
            let signature = try CallSigning.read(message, now: now, settings: settings)
            let keyID = signature.string("keyid") ?? ""
            if rosters.known?.roster.member(keyID: keyID) == nil { await refreshRoster(keyID, message) }
            guard let member = rosters.known?.roster.member(keyID: keyID) else { throw CallRefusal.unknownKey }
            guard signature.isValid(for: message, by: member.key) else { throw CallRefusal.badSignature }
            caller = member.organisation.text
            guard message.authority == authority(of: address) else { throw CallRefusal.otherDestination }
            guard !member.roles(on: Day(now)).isEmpty else { throw CallRefusal.notMember }
            let until = Instant(milliseconds: ((signature.integer("expires") ?? 0) + settings.skewSeconds) * 1000)
            try nonces.take(
                "\(keyID) \(signature.string("nonce") ?? "")", created: signature.integer("created") ?? 0, until: until,
                now: now)
            watch.note(member.organisation) { state in
                state.calledAt = now
                state.rosterVersion = message.headers[RosterMark.header].flatMap { RosterMark($0) }?.version
            }
            return Person(
                id: ID("node:\(member.organisation)"), name: member.name.vi, organisation: member.organisation,
                roles: [.peerNode])
        } catch {
            try await refuse(error, from: caller, at: request.path)
        }
    }

    /// Logs, counts and records a refusal, and throws it as the problem that the caller sees.
    private func refuse(_ refusal: CallRefusal, from caller: String, at path: String) async throws -> Never {
        let member = rosters.known?.roster.member(ID(caller))?.organisation
        try await alarm(refusal.rawValue, member, "\(path) from \(caller)")
        throw refusal.problem
    }

    /// A key that we do not know may belong to a member that joined a moment ago: looks again, and where a newer roster
    /// is on its way, waits for it a little. It is while this node itself joins (the others know it before it knows
    /// them), and when the caller names a newer one, for which the keeper is asked.
    private func refreshRoster(_ keyID: String, _ message: SignableMessage) async {
        let rung = bells.roster.count
        let roster = try? await roster()?.roster
        guard roster?.member(keyID: keyID) == nil else { return }
        if let roster {
            guard let mark = message.headers[RosterMark.header].flatMap({ RosterMark($0) }),
                mark.version > roster.version, roster.keeper != home.organisation
            else { return }
            bells.pull(roster.keeper).ring()
        } else if !isJoining.withLock({ $0 }) {
            return
        }
        // A stranger can name a newer roster too: only so many calls wait at a time, the others are refused at once.
        guard lateCallers.enter(atMost: settings.lateCallersLimit) else { return }
        defer { lateCallers.leave() }
        await bells.roster.next(after: rung, within: .seconds(settings.rosterWaitSeconds))
    }

    /// Runs a door for a peer and signs what it answers.
    func answer(
        _ call: Web.Call, _ run: (ID<Organisation>) async throws -> Response
    ) async throws -> Response {
        guard let peer = call.person?.organisation else { throw Problem.unauthenticated }
        if let mark = call.request.headers[RosterMark.header].flatMap({ RosterMark($0) }), mark != self.mark,
            mark.version > self.mark.version
        {
            bells.pull(peer).ring()
        }
        do {
            return try sign(try await run(peer), for: call.request)
        } catch let refusal as CallRefusal {
            try await refuse(refusal, from: peer.text, at: call.request.path)
        }
    }

    private func sign(_ response: Response, for request: Request) throws -> Response {
        var response = response
        response.headers[RosterMark.header] = mark.description
        let message = SignableMessage.response(response.status, headers: response.headers, body: response.bytes ?? [])
        response.headers = try CallSigning.sign(message, answering: request.signable, by: home.key, now: now())
        return response
    }

    private func giveFacts(_ call: Web.Call, to peer: ID<Organisation>) async throws -> Response {
        guard let after = call.request.query["after"].flatMap(Int64.init), after >= 0 else {
            throw Problem.malformed(code: "exchange.bad-cursor", .badCursor)
        }
        // Who reads on before all is stored says so: `after` alone confirms.
        let asked = call.request.query["from"]
        guard let from = asked == nil ? after : asked.flatMap(Int64.init), from >= after else {
            throw Problem.malformed(code: "exchange.bad-cursor", .badCursor)
        }
        let counters = try await database.read { try DeliveryStore(tx: $0).counters(of: peer) }
        guard from <= counters.given else { throw CallRefusal.cursorAhead }
        if after > counters.acked { try await acknowledge(peer, upTo: after, checkpoint: nil) }
        if from == counters.given { return .empty }
        let now = now()
        let page = try await database.read { [self] tx in
            guard let roster = try rosters.current(in: tx)?.roster else { throw CallRefusal.notMember }
            return try DeliveryStore(tx: tx).page(
                for: peer, after: from, facts: settings.pageFacts, bytes: settings.pageBytes,
                gate: gate(under: roster, at: now))
        }
        let body = FactPage.encode(page.items, next: page.next, hasMore: page.next < counters.given)
        return .bytes(body, type: FactPage.mediaType)
    }

    private func takeAcknowledgement(_ call: Web.Call, of peer: ID<Organisation>) async throws -> Response {
        let json = try JSONDocument(call.request.body, limits: JSONLimits(bytes: 4096, depth: 2, nodes: 10)).root
        let checkpoint = try json.optionalString("checkpoint")
        guard checkpoint?.utf8.count ?? 0 <= 512 else { throw Problem.tooLarge(limitBytes: 512) }
        try await acknowledge(peer, upTo: try json.requireInteger("after"), checkpoint: checkpoint)
        return .empty
    }

    private func acknowledge(_ peer: ID<Organisation>, upTo seq: Int64, checkpoint: String?) async throws {
        let now = now()
        try await database.write { [outbox] tx in
            guard try DeliveryStore(tx: tx).acknowledge(peer, upTo: seq, checkpoint: checkpoint, at: now) else {
                return
            }
            try outbox.record(
                "exchange.acknowledged",
                ["peer": .string(peer.text), "last": .integer(seq), "checkpoint": .string(orNull: checkpoint)], at: now,
                in: tx)
            try Events.add("acknowledged", ["peer": .string(peer.text), "last": .integer(seq)], at: now, in: tx)
        }
        bells.events.ring()
    }

    private func giveRoster(_ call: Web.Call) async throws -> Response {
        let asked = call.request.query["after"]
        guard let after = asked == nil ? 0 : asked.flatMap(Int64.init), after >= 0 else {
            throw Problem.malformed(code: "exchange.bad-cursor", .badCursor)
        }
        let versions = try await database.read { [rosters] in try rosters.versions(after: after, in: $0) }
        return .bytes(RosterChain.encode(versions), type: RosterChain.mediaType)
    }

    private func welcome(_ call: Web.Call) async throws -> Response {
        do {
            let chain = try await admit(call.request)
            return try sign(.bytes(RosterChain.encode(chain), type: RosterChain.mediaType), for: call.request)
        } catch let refusal as CallRefusal {
            try await refuse(refusal, from: call.request.remote, at: "/exchange/join")
        }
    }
}

extension Phrase {
    static let badCursor = Phrase(vi: "Vị trí đọc không hợp lệ.", en: "The cursor is not a number.")
}
