import Database
import Logging
package import StrictJSON
package import Vocabulary
import Web

/// What other members' nodes gave to applications of this node, kept in step with what they say.
extension Exchange {
    /// At the provider: the grants of one node's applications that were not asked for from there.
    func givenStandings(
        to peer: ID<Organisation>, endedSince moment: Instant, in tx: any Transaction
    ) throws -> [JSON] {
        try HeldStore.given(to: peer, endedSince: moment, in: tx).compactMap { id in
            guard let grant = try GrantStore.grant(id, in: tx),
                let offered = try ServiceStore.offered(grant.version, in: tx)
            else { return nil }
            return HeldGrant.json(
                try standing(of: id, request: ID(id.text), in: tx), name: offered.service.name)
        }
    }

    /// Whether a peer may have something to tell of: its gateway's document names grants, one that was told of is not
    /// over, or it was not asked since this node began.
    func mayHold(from peer: ID<Organisation>) async throws -> Bool {
        if standings.known(of: peer) == nil { return true }
        if granted.taken.contains(where: { $0.node == peer && !$0.said.isEmpty }) { return true }
        return try await !database.read { try HeldStore.open(from: peer, in: $0) }.isEmpty
    }

    /// Writes down what a peer says of grants that it gave; those that it tells of no more while they were open are
    /// gone. One that its node did not sign, or that is for no application of this node, is passed over.
    func take(given json: JSONValue, from member: Member) async throws {
        guard let told = try json.optional("grants")?.requireElements() else { return }
        let found = told.prefix(HeldGrant.toldMax).compactMap { entry -> (RequestStanding, SignedNames, Phrase)? in
            guard let standing = try? RequestStanding(entry), standing.grant.isPlain,
                standing.signed.isValid(by: member.key),
                (try? standing.isOfItsGrant) == true, let names = try? SignedNames(standing.signed.document),
                let name = try? entry.requireObject("service-name"), let vi = name["vi"]?.string,
                let en = name["en"]?.string
            else {
                logger.warning(
                    "a peer says of a grant what cannot be read", metadata: ["exchange.peer": "\(member.organisation)"])
                return nil
            }
            return (standing, names, Phrase(vi: String(vi.prefix(300)), en: String(en.prefix(300))))
        }
        let at = now()
        let isNews = try await database.write { [self] tx -> Bool in
            let before = try HeldStore.open(from: member.organisation, in: tx)
            var isNews = false
            for (standing, names, name) in found {
                guard
                    let application = try ApplicationStore.application(
                        names.application, of: names.organisation, in: tx), application.node == nil
                else { continue }
                let known = try HeldStore.grant(standing.grant, from: member.organisation, in: tx)
                let held = HeldGrant(
                    node: member.organisation, application: application.id, service: names.service, serviceName: name,
                    standing: standing, givenBack: known?.givenBack?.heard(standing))
                guard try keep(held, after: known, at: at, in: tx) else { continue }
                isNews = true
                try announceNews(of: held, after: known, at: at, in: tx)
            }
            let ids = Set(found.map(\.0.grant))
            // That nothing is said of one that was given back makes it no good again.
            for gone in before where !ids.contains(gone.id) && gone.givenBack == nil {
                isNews = true
                try HeldStore.delete(gone, in: tx)
            }
            return isNews
        }
        if isNews { bells.events.ring() }
    }

    func heldGrants() async throws -> [HeldGrant] { try await database.read { try HeldStore.all(in: $0) } }

    func heldGrant(_ id: ID<AccessGrant>, from node: ID<Organisation>) async throws -> (HeldGrant, Application) {
        let found = try await database.read { tx -> (HeldGrant, Application)? in
            guard let held = try HeldStore.grant(id, from: node, in: tx),
                let application = try ApplicationStore.application(held.application, in: tx)
            else { return nil }
            return (held, application)
        }
        guard let found else { throw Problem.notFound }
        return found
    }

    /// Writes down what a node says of a grant now; whether that is anything else.
    func keep(
        _ held: HeldGrant, after known: HeldGrant?, at now: Instant, in tx: any Transaction
    ) throws -> Bool {
        guard known != held else { return false }
        try HeldStore.save(held, in: tx)
        if known?.awaitsEnd == true, !held.isOpen { try confirm(held, at: now, in: tx) }
        let what = held.givenBack?.answer == known?.givenBack?.answer ? held.standing.state.rawValue : "given-back"
        try Events.add(
            "grant", ["grant": "\(held.id)", "node": "\(held.node)", "what": .string(what)], at: now, in: tx)
        return true
    }

    /// As `truc grant list` prints them.
    ///
    /// - Parameter all: those that are over, too.
    package func grantsElsewhere(all: Bool) async throws -> [JSON] {
        try await database.read { try HeldStore.named(in: $0) }.filter { all || $0.held.isOpen }.map { held, owner in
            var line = Exchange.json(held, of: owner)
            line["service"] = .string("\(held.node):\(held.service)")
            return line
        }
    }

    /// One that another node gave, asked for or not, as that node signed it last.
    ///
    /// - Parameters:
    ///   - id: of the grant there, or of the request that was made from here.
    ///   - node: which node's; nil where one alone has this id.
    /// - Throws: `notFound`; for a request that no node has taken yet a conflict that says so.
    package func signedElsewhere(_ id: String, at node: ID<Organisation>? = nil) async throws -> JSON {
        let (held, far) = try await database.read { tx in
            (try HeldStore.grants(ID(id), in: tx), try FarRequestStore.requests(named: id, in: tx))
        }
        let all = (held.map(\.node) + far.map(\.request.provider)).filter { node == nil || $0 == node }
        guard Set(all).count < 2 else { throw Problem.conflict(.severalNodes(Set(all).sorted { $0.text < $1.text })) }
        guard let one = all.first else { throw Problem.notFound }
        if let held = held.first(where: { $0.node == one }) { return try held.file() }
        guard let signed = far.first(where: { $0.request.provider == one })?.standing?.signed else {
            throw Problem.conflict(.nothingIsSignedYet)
        }
        return try SignedGrant(document: signed.document, signature: signed.signature).file()
    }

    /// - Parameter owner: the application, as `OWNER/CODE`.
    static func json(_ held: HeldGrant, of owner: String) -> JSON {
        .object(
            [
                .init("id", "\(held.id)"), .init("node", "\(held.node)"), .init("service", .string(held.service)),
                .init("application", .string(owner)), .init("state", .string(held.standing.state.rawValue)),
                .init("given-back", .string(orNull: held.givenBack?.at.rfc3339)),
                .init("giving-back", .string(orNull: held.givingBack)),
                .init("suspended-from", .string(orNull: held.standing.suspension?.from.rfc3339)),
                .init("reason", .string(GrantReason(held.standing.reason).phrase.en)),
            ] + held.standing.terms.members.map { .init($0.0, $0.1) })
    }
}

extension ID {
    /// Of letters, digits and dashes, as ids are made here: it stands in an address as it is.
    var isPlain: Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

extension Phrase {
    fileprivate static let nothingIsSignedYet = Phrase(
        vi: "Nút cung cấp chưa nhận đề nghị này nên chưa ký gì.",
        en: "The provider's node has not taken this request, and has signed nothing yet.")
}

extension HeldGrant {
    /// With what its node signed last of it: that it has no such grant, too.
    func file() throws -> JSON {
        var file = try SignedGrant(document: standing.signed.document, signature: standing.signed.signature).file()
        if case .unknown(let signed) = givenBack?.answer?.what {
            file["no-such-grant"] = [
                "statement": JSON(try JSONDocument(signed.document).root),
                "signature": .string(Base64.encode(signed.signature)),
            ]
        }
        return file
    }
}
