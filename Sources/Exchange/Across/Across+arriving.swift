import Database
import Identity
import Ledger
import StrictJSON
import Vocabulary
import Web

/// At the other node: sending the browser home for its node's word, and taking that word.
extension Across {
    /// Keeps a secret in the browser and sends it home with the hash.
    func begin(_ page: Page) async throws -> Turn {
        let code = ID<Organisation>(try page.parameter("code"))
        guard let member = try await exchange.currentPeer(code) else {
            return refused(page, AssertionRefusal.unknownNode.rawValue, AssertionRefusal.unknownNode.phrase)
        }
        guard let pages = await pages(of: member) else { return unreachable(page, member) }
        let secret = Base64.encodeURL(exchange.random(32))
        let next = page.request.query["next"].flatMap { Link(ownPath: $0) } ?? "/"
        guard
            case .go(let response) = try leave(
                to: pages, "/exchange/across/\(home)", with: ["nonce": Assertion.nonce(of: secret)])
        else { throw PeerError.unreadable }
        return .go(
            response.setting(
                cookies.make(
                    Across.crossingCookie, "\(secret)|\(next.text)", maxAgeSeconds: Across.crossingSeconds,
                    on: page.request)))
    }

    func arrive(_ page: Page) async throws -> Turn {
        let (nonce, next) = crossing(page)
        let roster = try await exchange.roster()?.roster
        let now = exchange.now()
        let assertion: Assertion
        do throws(AssertionRefusal) {
            assertion = try Assertion(
                page.request.query["assertion"] ?? "", at: home, under: roster, nonce: nonce, now: now,
                skewSeconds: exchange.settings.skewSeconds)
        } catch {
            try await exchange.alarm(error.rawValue, nil, "from \(page.request.remote)")
            return refused(page, error.rawValue, error.phrase)
        }
        do {
            let response = try await identity.receive(assertion.vouched, page, to: next)
            return .go(
                response.setting(cookies.forget(Across.crossingCookie, on: page.request)).setting(
                    cookies.make(
                        Across.homeCookie, assertion.issuer.text, maxAgeSeconds: 12 * 3600, on: page.request)))
        } catch let refusal as GuestRefusal {
            try await exchange.alarm(refusal.rawValue, assertion.issuer, "\(assertion.login)@\(assertion.issuer)")
            return refused(page, refusal.rawValue, refusal.phrase)
        }
    }

    /// The hash of the secret that this browser was given, empty when it has none, and where it was going.
    private func crossing(_ page: Page) -> (nonce: String, next: Link) {
        let kept =
            cookies.value(Across.crossingCookie, of: page.request).flatMap { PercentCoding.decode($0.utf8) } ?? ""
        let parts = kept.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty else { return ("", "/") }
        return (Assertion.nonce(of: parts[0]), Link(ownPath: parts[1]) ?? "/")
    }

    private func refused(_ page: Page, _ code: String, _ why: Phrase) -> Turn {
        .stay(
            View(
                title: page[.notLetIn],
                body: """
                    \(banner(page, .error, why, "<p><code>\(code)</code></p>"))
                    <p>\(page[.notLetInLead])</p>
                    \(buttons(buttonLink(page, .toSignIn, "/sign-in", kind: .quiet)))
                    """), status: 403)
    }
}

extension Assertion {
    var vouched: Vouched {
        Vouched(
            organisation: issuer, subject: subject, session: session, login: login, name: name, assurance: assurance,
            token: id)
    }
}
