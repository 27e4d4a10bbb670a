import Database
import Ledger
import Logging
import StrictJSON
import Synchronization
package import Vocabulary
import Web

/// Where a node's gateway is (cổng dịch vụ): what the other nodes call its services through.
package struct GatewayPlace: Sendable, Hashable {
    /// `https://10.1.2.3:8444`, without a path.
    package let address: String
    /// base64url SHA-256 of the SubjectPublicKeyInfo of the certificate that it shows.
    package let tlsPin: String

    package init(address: String, tlsPin: String) {
        self.address = address
        self.tlsPin = tlsPin
    }

    init(_ json: JSONValue) throws {
        self.init(address: try json.requireString("address"), tlsPin: try json.requireString("tlsPin"))
    }

    /// A name or an IP address without brackets.
    package var host: String {
        let authority = authority
        let end = authority.lastIndex(of: ":") ?? authority.endIndex
        return authority[..<end].filter { $0 != "[" && $0 != "]" }
    }

    package var port: Int {
        let authority = authority
        return authority.lastIndex(of: ":").flatMap { Int(authority[authority.index(after: $0)...]) } ?? 443
    }

    /// Host and port, as a call's `Host` has them.
    var authority: String { String(address.dropFirst("https://".count)).lowercased() }

    var isSound: Bool {
        isPeerAddress(address) && !host.isEmpty && (1...65_535).contains(port) && authority.contains(":")
            && Base64.decodeURL(tlsPin)?.count == 32
    }

    var json: JSON { ["address": .string(address), "tlsPin": .string(tlsPin)] }

    static let schema = Schema.object(["address": .string, "tlsPin": .string])
}

extension Exchange {
    /// Says where this node's gateway is, once it listens. The roster learns it: with the next founding or joining, or
    /// from the keeper, who is told.
    package func gatewayIsReachable(at place: GatewayPlace) {
        gatewayAt.withLock { $0 = place }
        bells.roster.ring()
    }

    var gatewayPlace: GatewayPlace? { gatewayAt.withLock { $0 } }

    /// Compares what the roster says of this node's gateway with what is true, and tells the keeper when they differ.
    /// Until cancelled.
    func keepPlaceKnown() async {
        var failures = 0
        while !Task.isCancelled {
            let heard = bells.roster.count
            do {
                try await tellPlace()
                failures = 0
            } catch is CancellationError {
                return
            } catch {
                failures += 1
                logger.log(
                    level: failures == 1 ? .notice : .debug, "the keeper does not know this node's gateway yet",
                    metadata: ["exchange.cause": "\(error)"])
            }
            await bells.roster.next(after: heard, within: .seconds(failures == 0 ? 300 : Double(1 << min(failures, 6))))
        }
    }

    func tellPlace() async throws {
        guard let place = gatewayPlace, place.isSound, let roster = try await roster()?.roster,
            let own = roster.member(home.organisation), own.gateway != place
        else { return }
        if roster.keeper == home.organisation { return try await enter(place, of: home.organisation) }
        guard let keeper = roster.member(roster.keeper) else { return }
        _ = try await call(
            .post, "/exchange/place", at: keeper.place, body: place.json.encoded(), type: "application/json")
        bells.pull(roster.keeper).ring()
    }

    func takePlace(_ call: Web.Call, of peer: ID<Organisation>) async throws -> Response {
        let json = try JSONDocument(call.request.body, limits: JSONLimits(bytes: 4096, depth: 2, nodes: 10)).root
        let place = try GatewayPlace(json)
        guard place.isSound else { throw Problem.invalid(["address": .badAddress]) }
        try await enter(place, of: peer)
        return .empty
    }

    /// The keeper's side: the next version of the roster, when it says something new.
    private func enter(_ place: GatewayPlace, of organisation: ID<Organisation>) async throws {
        let now = now()
        try await database.write { [self] tx in
            guard let known = try rosters.current(in: tx), known.roster.keeper == home.organisation else {
                throw CallRefusal.notKeeper
            }
            guard let member = known.roster.member(organisation) else { throw CallRefusal.notMember }
            guard member.gateway != place else { return }
            let next = try SignedRoster(
                known.roster.adding(member.moved(to: place), after: known.hash, at: now), by: home.key)
            try next.check(after: known)
            try enter(next, after: known, from: nil, in: tx, at: now)
        }
        _ = try await roster()
        bells.roster.ring()
        bells.announce.ring()
    }
}
