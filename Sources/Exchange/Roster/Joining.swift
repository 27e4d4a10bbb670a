import Crypto
import Database
import Ledger
import StrictJSON
import Synchronization
package import Vocabulary
import Web

extension Exchange {
    /// Founds a cluster: this node leads it and keeps its roster.
    @discardableResult
    package func createCluster(_ name: Phrase, as role: MemberRole = .lead, from day: Day? = nil) async throws -> Roster
    {
        let now = now()
        let member = Member(
            organisation: home.organisation, name: home.name, roles: [Appointment(role, from: day ?? Day(now))],
            address: address,
            key: home.key.publicKey, tlsPin: home.tlsPin, gateway: gatewayPlace)
        guard member.isSound else { throw Problem.conflict(.badAddress) }
        let first = try SignedRoster(
            Roster(
                cluster: name, keeper: home.organisation, version: 1, previous: nil, issuedAt: now, members: [member]),
            by: home.key)
        try await database.write { [self] tx in
            guard try rosters.current(in: tx) == nil else { throw Problem.conflict(.alreadyInCluster) }
            try enter(first, after: nil, from: nil, in: tx, at: now)
        }
        _ = try await roster()
        bells.roster.ring()
        return first.roster
    }

    /// Makes a single-use token for one organisation and its role. The token is shown once: only a hash stays here.
    package func invite(
        _ organisation: ID<Organisation>, name: Phrase, as role: MemberRole, from day: Day? = nil, until: Day? = nil,
        givesHistory: Bool = false, by person: ID<Person>? = nil
    ) async throws -> Invitation {
        let now = now()
        guard isOrganisationCode(organisation.text) else { throw Problem.invalid(["organisation": .badCode]) }
        guard organisation != home.organisation else { throw Problem.conflict(.alreadyInCluster) }
        let token = InvitationToken(
            address: address, keeperKey: home.key.publicKey, tlsPin: home.tlsPin, secret: random(32),
            organisation: organisation,
            expiresAt: now.adding(seconds: settings.invitationHours * 3600))
        try await database.write { [self] tx in
            guard let roster = try rosters.current(in: tx)?.roster else { throw Problem.conflict(.noCluster) }
            guard roster.keeper == home.organisation else { throw Problem.conflict(CallRefusal.notKeeper.phrase) }
            try tx.execute(
                """
                INSERT INTO exchange_invitation (secret_hash, organisation, name_vi, name_en, role, valid_from,
                    valid_until, history,
                    made_by, made_at, expires_at)
                VALUES (\(InvitationToken.hash(token.secret)), \(organisation), \(name.vi), \(name.en), \(role),
                    \(day ?? Day(now)),
                    \(until), \(givesHistory), \(person), \(now), \(token.expiresAt))
                """)
            try outbox.record(
                "exchange.invited", ["organisation": .string(organisation.text), "role": .string(role.rawValue)],
                subject: person?.text, at: now, in: tx)
        }
        return Invitation(token: token.text, organisation: organisation, expiresAt: token.expiresAt)
    }

    /// Joins the cluster that the token comes from. Throws `Problem` with what to do.
    @discardableResult
    package func join(_ token: String) async throws -> Roster {
        let invitation: InvitationToken
        do { invitation = try InvitationToken(token) } catch { throw error.problem }
        guard invitation.organisation == home.organisation else {
            throw Problem.conflict(.otherOrganisation(invitation.organisation))
        }
        guard invitation.expiresAt > now() else { throw CallRefusal.expiredInvitation.problem }
        guard try await roster() == nil else { throw Problem.conflict(.alreadyInCluster) }
        var body: JSON = [
            "secret": .string(Base64.encodeURL(invitation.secret)), "organisation": .string(home.organisation.text),
            "address": .string(address), "key": .string(home.keyID), "tlsPin": .string(home.tlsPin),
        ]
        if let gatewayPlace { body["gateway"] = gatewayPlace.json }
        let place = PeerPlace(address: invitation.address, key: invitation.keeperKey, tlsPin: invitation.tlsPin)
        isJoining.withLock { $0 = true }
        defer { isJoining.withLock { $0 = false } }
        let answer = try await call(
            .post, "/exchange/join", at: place, body: body.encoded(), type: "application/json", maxBytes: 16 << 20)
        let chain = try RosterChain.decode(answer.body)
        return try await found(on: chain, keptBy: invitation.keeperKey)
    }

    /// Takes the whole chain of a cluster that this node just joined.
    private func found(on chain: [SignedRoster], keptBy key: Curve25519.Signing.PublicKey) async throws -> Roster {
        guard let first = chain.first, let last = chain.last, first.roster.version == 1, first.isSigned(by: key),
            first.roster.member(first.roster.keeper)?.key.rawRepresentation == key.rawRepresentation,
            last.roster.member(home.organisation)?.keyID == home.keyID
        else { throw RosterRefusal.unreadable }
        for (known, next) in zip(chain, chain.dropFirst()) { try next.check(after: known) }
        let now = now()
        try await database.write { [self] tx in
            guard try rosters.current(in: tx) == nil else { throw Problem.conflict(.alreadyInCluster) }
            for version in chain.dropLast() { try rosters.insert(version, at: now, in: tx) }
            try enter(last, after: chain.dropLast().last, from: last.roster.keeper, in: tx, at: now)
        }
        _ = try await roster()
        bells.roster.ring()
        return last.roster
    }

    /// The keeper's side: who holds the secret and signs with the key it brings is entered, once.
    func admit(_ request: Request) async throws -> [SignedRoster] {
        let now = now()
        let message = request.signable
        let signature = try CallSigning.read(message, now: now, settings: settings)
        let newcomer = try Newcomer(request.body)
        guard signature.string("keyid") == newcomer.keyID, signature.isValid(for: message, by: newcomer.key) else {
            throw CallRefusal.badSignature
        }
        guard message.authority == authority(of: address) else { throw CallRefusal.otherDestination }
        let chain = try await database.write { [self] tx in
            guard let known = try rosters.current(in: tx), known.roster.keeper == home.organisation else {
                throw CallRefusal.notKeeper
            }
            if let member = try useInvitation(newcomer, known.roster, in: tx, at: now) {
                let next = try SignedRoster(known.roster.adding(member, after: known.hash, at: now), by: home.key)
                try next.check(after: known)
                try enter(next, after: known, from: nil, in: tx, at: now)
            }
            return try rosters.versions(after: 0, in: tx)
        }
        _ = try await roster()
        bells.roster.ring()
        bells.announce.ring()
        return chain
    }

    /// The member that the invitation makes; nil when the same key used it before (its answer was lost).
    private func useInvitation(
        _ newcomer: Newcomer, _ roster: Roster, in tx: any Transaction, at now: Instant
    ) throws -> Member? {
        let hash = InvitationToken.hash(newcomer.secret)
        guard
            let row = try tx.row(
                """
                SELECT organisation, name_vi, name_en, role, valid_from, valid_until, history, expires_at, used_by
                FROM exchange_invitation WHERE secret_hash = \(hash) AND organisation = \(newcomer.organisation)
                """)
        else { throw CallRefusal.badInvitation }
        guard try row.get("expires_at", as: Instant.self) > now else { throw CallRefusal.expiredInvitation }
        if let user = try row.get("used_by", as: String?.self) {
            guard user == newcomer.keyID, roster.member(newcomer.organisation)?.keyID == user else {
                throw CallRefusal.usedInvitation
            }
            return nil
        }
        guard
            !roster.members.contains(where: { $0.keyID == newcomer.keyID && $0.organisation != newcomer.organisation })
        else {
            throw CallRefusal.badInvitation
        }
        try tx.execute(
            "UPDATE exchange_invitation SET used_at = \(now), used_by = \(newcomer.keyID) WHERE secret_hash = \(hash)")
        return Member(
            organisation: newcomer.organisation, name: Phrase(vi: try row.get("name_vi"), en: try row.get("name_en")),
            roles: [
                Appointment(try row.get("role"), from: try row.get("valid_from"), until: try row.get("valid_until"))
            ],
            address: newcomer.address, key: newcomer.key, tlsPin: newcomer.tlsPin,
            receivesHistory: try row.get("history"), gateway: newcomer.gateway)
    }
}

extension MemberRole: Bindable, Readable {}

/// What a joining node sends.
private struct Newcomer: Sendable {
    let secret: [UInt8]
    let organisation: ID<Organisation>
    let address: String
    let key: Curve25519.Signing.PublicKey
    let keyID: String
    let tlsPin: String
    let gateway: GatewayPlace?

    init(_ body: [UInt8]) throws {
        let json = try JSONDocument(body, limits: JSONLimits(bytes: 16 << 10, depth: 3, nodes: 20)).root
        keyID = try json.requireString("key")
        tlsPin = try json.requireString("tlsPin")
        address = try json.requireString("address")
        organisation = ID(try json.requireString("organisation"))
        guard let secret = Base64.decodeURL(try json.requireString("secret")), secret.count == 32,
            let raw = Base64.decodeURL(keyID),
            raw.count == 32, isPeerAddress(address), isOrganisationCode(organisation.text),
            Base64.decodeURL(tlsPin)?.count == 32
        else { throw CallRefusal.badInvitation }
        gateway = try json.optional("gateway").map(GatewayPlace.init(_:))
        guard gateway?.isSound ?? true else { throw CallRefusal.badInvitation }
        self.secret = secret
        key = try Curve25519.Signing.PublicKey(rawRepresentation: raw)
    }
}

extension Phrase {
    static let badAddress = Phrase(
        vi: "Địa chỉ của nút phải có dạng https://máy-chủ:cổng.",
        en: "The address of the node must be https://host:port.")
    static let alreadyInCluster = Phrase(vi: "Nút này đã thuộc một Cụm.", en: "This node already belongs to a cluster.")
    static let noCluster = Phrase(vi: "Nút này chưa thuộc Cụm nào.", en: "This node does not belong to a cluster yet.")
    static let badCode = Phrase(vi: "Nhập mã định danh, ví dụ H49.", en: "Enter an organisation code, for example H49.")

    static func otherOrganisation(_ organisation: ID<Organisation>) -> Phrase {
        Phrase(
            vi: "Giấy mời dành cho \(organisation), không phải cho nút này.",
            en: "The invitation is for \(organisation), not for this node.")
    }
}
