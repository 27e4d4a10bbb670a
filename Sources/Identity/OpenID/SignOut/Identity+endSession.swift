import Database
import JOSE
import Vocabulary
import Web

/// Signing out because an application asks for it: OpenID Connect RP-Initiated Logout 1.0.
extension Identity {
    private static let path = "/identity/oauth/sign-out"

    func endSessionDoors(_ site: Site) {
        site.handOver(Identity.path, allow: .everyone)
        site.crossing(Identity.path, allow: .everyone) { page in
            let asked = try await readSignOut(page)
            switch asked {
            case .refused(let fault): return .stay(faultView(page, fault), status: 400)
            case .ask: return .stay(confirmView(page))
            case .proved(let address):
                try await signOut(Browser(page.request, cookies))
                let cookie = cookies.forget("session", on: page.request)
                guard let address else { return .go(Response.redirect("/identity/signed-out").setting(cookie)) }
                return .go(Response(status: 303, headers: ["location": address]).setting(cookie))
            }
        }
        site.page("/identity/signed-out", allow: .everyone) { page in
            View(
                title: page[.signedOutTitle],
                body: """
                    <p>\(page[.signedOutLead])</p>
                    \(buttons(buttonLink(page, .signIn, "/sign-in", kind: .quiet)))
                    """)
        }
    }

    private enum SignOutAsked {
        /// With an ID token of this very session: nobody needs to be asked, and where to go is the application's word.
        case proved(String?)
        /// By anybody: the person decides, and stays here.
        case ask
        case refused(OAuthFault)
    }

    private func readSignOut(_ page: Page) async throws -> SignOutAsked {
        let fields = page.request.query
        let address = fields.verbatim("post_logout_redirect_uri")
        guard let hint = fields.verbatim("id_token_hint") else {
            return address == nil ? .ask : .refused(.redirectUnknown)
        }
        let verifying = try await openID.keyring.ring(at: now()).verifying
        // It may have expired: it says who asks, not that somebody may.
        guard let jws = try? JWS(hint, keys: verifying, kind: .plain), let jwt = try? JWT(jws),
            jwt.text("iss") == openID.settings.issuer, let id = jwt.audience.first,
            fields.verbatim("client_id").map({ $0 == id }) ?? true,
            let client = try await openID.clients.find(ID(id), at: now(), in: database), client.state == .active
        else { return .refused(.tokenNotGood) }
        if let address, !client.signOutRedirects.contains(address) { return .refused(.redirectUnknown) }
        let session = try await signedInSession(page)
        let isOfSession = session.map { openID.sessionName($0.id, for: client.id) == jwt.text("sid") } ?? true
        guard isOfSession else { return .ask }
        return .proved(address.map { Identity.withState($0, fields.verbatim("state")) })
    }

    private static func withState(_ address: String, _ state: String?) -> String {
        guard let state else { return address }
        return address + (address.contains("?") ? "&" : "?") + "state=\(PercentCoding.encode(state))"
    }

    private func confirmView(_ page: Page) -> View {
        View(
            title: page[.signOutTitle],
            body: """
                <p>\(page[.signOutLead])</p>
                \(buttons(
                    actionButton(page, .signOut, "/sign-out", kind: .main),
                    buttonLink(page, .stayIn, "/", kind: .quiet)))
                """)
    }
}

extension Phrase {
    static let signedOutTitle = Phrase(vi: "Bạn đã đăng xuất", en: "You are signed out")
    static let signedOutLead = Phrase(
        vi: "Các ứng dụng mà bạn đăng nhập qua nút này cũng đã được báo để kết thúc phiên.",
        en: "The applications that you signed in to through this node were told to end your sessions too.")
    static let signOutTitle = Phrase(vi: "Đăng xuất khỏi Trục?", en: "Sign out of Trục?")
    static let signOutLead = Phrase(
        vi: "Một ứng dụng đề nghị kết thúc phiên đăng nhập của bạn tại nút này và tại các ứng dụng khác.",
        en: "An application asks to end your session at this node and at the other applications.")
    static let stayIn = Phrase(vi: "Ở lại", en: "Stay signed in")
}
