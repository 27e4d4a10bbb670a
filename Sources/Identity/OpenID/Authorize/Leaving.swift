import Vocabulary
import Web

/// How the browser goes away to sign in, comes back to the same request, and leaves for the application.
extension Identity {
    private static let mark = "asked"

    /// To `way` and back here. The mark says when we sent it away, and only we can make it.
    func detour(_ way: Link, _ fields: Fields, _ page: Page) -> Response {
        var query = Fields()
        query.add(next: wayBack(fields).text)
        return .redirect(way.with(query))
    }

    /// Back to the request, marked.
    func wayBack(_ fields: Fields) -> Link {
        let at = now()
        var marked = fields
        marked.add(Identity.mark, "\(at.milliseconds).\(seal(at, fields))")
        return (Link(ownPath: Identity.authorizePath) ?? "/").with(marked)
    }

    /// Takes the mark out of the fields; nil when there is none of ours, of this request, of this hour.
    func takeMark(_ fields: inout Fields) -> Instant? {
        guard let text = fields.verbatim(Identity.mark) else { return nil }
        fields.remove(Identity.mark)
        let parts = text.split(separator: ".")
        guard parts.count == 2, let milliseconds = Int64(parts[0]) else { return nil }
        let at = Instant(milliseconds: milliseconds)
        guard areEqual(parts[1].utf8, seal(at, fields).utf8), at <= now(),
            now() < at.adding(seconds: openID.settings.detourSeconds)
        else { return nil }
        return at
    }

    private func seal(_ at: Instant, _ fields: Fields) -> String {
        let names = ["client_id", "redirect_uri", "state", "nonce", "code_challenge"]
        let request = names.map { fields.verbatim($0) ?? "" }.joined(separator: "\n")
        return box.pseudonym("openid.asked", "\(at.milliseconds)\n\(request)")
    }

    func refusal(_ fault: OAuthFault, _ redirect: String, _ fields: Fields) -> String {
        let issuer = openID.settings.issuer
        return AuthorizationRequest.answer(
            redirect, state: fields.verbatim("state"), issuer: issuer,
            [("error", fault.error), ("error_description", fault.about.en), ("error_uri", fault.link(issuer))])
    }

    /// To the application. Where a form of ours was sent on the way, browsers hold the redirect against the policy of
    /// its page (`form-action 'self'`); then a page of ours leads on, at once and without scripts.
    func leave(_ page: Page, _ address: String, for client: Client) -> Turn {
        guard page.request.query.verbatim(Identity.mark) != nil else {
            return .go(Response(status: 303, headers: ["location": address]))
        }
        return .stay(leavingView(page, address, client), headers: ["refresh": "0; url=\(address)"])
    }

    func leavingView(_ page: Page, _ address: String, _ client: Client) -> View {
        View(
            title: page[.goingOn(page[client.title])],
            body: """
                <p>\(page[.goingOnLead])</p>
                <p><a class="btn" href="\(address)">\(page[.goOn])</a></p>
                """)
    }

    /// A request that cannot be answered to the application, told to the person and to whoever wrote the program.
    func faultView(_ page: Page, _ fault: OAuthFault) -> View {
        View(
            title: page[.applicationIsWrong],
            body: """
                <p>\(page[.applicationIsWrongLead])</p>
                \(details(page, .forDevelopers, """
                    <p>\(page[fault.about])</p>
                    <p><code>\(fault.rawValue)</code>. <a href="/identity/oauth/errors">\(page[.allErrors])</a></p>
                    """))
                """)
    }
}

extension Phrase {
    static func goingOn(_ name: String) -> Phrase {
        Phrase(vi: "Đang chuyển tới \(name)", en: "Going on to \(name)")
    }

    static let goingOnLead = Phrase(
        vi: "Bạn đã đăng nhập. Nếu trang không tự chuyển, hãy bấm nút bên dưới.",
        en: "You are signed in. If nothing happens, press the button.")
    static let applicationIsWrong = Phrase(
        vi: "Ứng dụng gửi yêu cầu không đúng", en: "The application asked in a wrong way")
    static let applicationIsWrongLead = Phrase(
        vi: """
            Ứng dụng vừa đưa bạn tới đây với một yêu cầu mà nút này không nhận. Dữ liệu của bạn chưa được gửi đi đâu. \
            Hãy quay lại ứng dụng, hoặc báo cho người quản lý ứng dụng.
            """,
        en: """
            An application sent you here with a request that this node does not take. Nothing about you was sent \
            anywhere. Go back to the application, or tell whoever runs it.
            """)
    static let forDevelopers = Phrase(vi: "Dành cho người phát triển ứng dụng", en: "For the application's developers")
    static let allErrors = Phrase(vi: "Giải thích mọi mã lỗi", en: "All error codes explained")
}
