import Database
package import Identity
package import Jobs
import Ledger
import Logging
import StrictJSON
package import Vocabulary
package import Web

/// People who help at another member's node (sang nút khác): their own node vouches for them, the other one knows them
/// by name and gives the rights.
///
/// The way over is a chain of links, for forms may lead nowhere else: the other node sends the browser home with the
/// hash of a secret that it keeps in a cookie, home answers with an `Assertion`, the other node checks it against the
/// roster and opens a short session. When the session at home ends, the visits do.
package struct Across: Sendable {
    let exchange: Exchange
    let identity: Identity
    let cookies: Cookies

    package init(exchange: Exchange, identity: Identity, cookiePrefix: String) {
        self.exchange = exchange
        self.identity = identity
        cookies = Cookies(prefix: cookiePrefix)
        identity.meets(
            members: { try await exchange.otherMembersOfToday().map { ($0.organisation, $0.name) } },
            wayBack: { [cookies] page in
                guard let code = cookies.value(Across.homeCookie, of: page.request), isOrganisationCode(code) else {
                    return nil
                }
                var next = Fields()
                next.add(next: page.filled["next"] ?? page.request.query["next"] ?? "")
                return ("/exchange/visit/\(code)" as Link).with(next)
            },
            entrance: { "/exchange/visit/\($0)" })
    }

    /// Remembers in a browser of whom its guest was: the way back in is one link then.
    static let homeCookie = "guest-of"
    /// The secret of one crossing, with where to go afterwards.
    static let crossingCookie = "crossing"
    static let crossingSeconds = 900

    var database: any Database { exchange.database }
    var home: ID<Organisation> { exchange.home.organisation }

    /// The doors for people, on the node's own site.
    package func doors(_ site: Site) {
        site.page("/exchange/across", allow: .viewExchange, listPage)
        site.crossing("/exchange/across/{code}", allow: .viewExchange, go)
        site.crossing("/exchange/visit/{code}", allow: .everyone, begin)
        site.crossing("/exchange/visit", allow: .everyone, arrive)
    }

    /// The doors for other nodes.
    package func peerDoors(_ site: Site) {
        site.api(
            .get, "/exchange/about", allow: .peer,
            APIDoc(
                Phrase(vi: "Địa chỉ trang của nút", en: "Where the pages of this node are"),
                response: .object(["pages": .string]))
        ) { call in
            try await exchange.answer(call) { _ in .json(["pages": .string(exchange.pagesAddress)]) }
        }
        site.api(
            .post, "/exchange/visit-end", allow: .peer,
            APIDoc(
                Phrase(vi: "Phiên ở nút của khách đã kết thúc", en: "The session at the guest's own node is over"),
                request: .object(["sub": .string, "sid": .string, "stopped": .boolean], optional: ["sid"]),
                status: 204), bodyLimit: 4096
        ) { call in
            try await exchange.answer(call) { peer in try await takeEnd(call, from: peer) }
        }
    }

    package func handle(_ jobs: Jobs) {
        jobs.handle(EndVisit.self) { job in try await tell(job) }
    }

    /// Looks every two seconds whether sessions of people who were vouched for have ended, until it is cancelled.
    package func run() async throws {
        var rounds = 0
        while true {
            try? await sweep(alsoLeavers: rounds % 30 == 0)
            rounds += 1
            try await Task.sleep(for: .seconds(2))
        }
    }
}

/// Tells the other node that a session at home is over, or that the person is not in service any more.
struct EndVisit: Job {
    static let name = "exchange.end-visit"
    let peer: String
    let person: String
    let session: String?
    let stopped: Bool
}
