import Vocabulary

/// A session that ended while somebody was writing does not cost them what they wrote: their own browser gets it back
/// in a form that sends it again. Its token belongs to no session yet, so the door shows its page with everything
/// filled in and asks for a last look; nothing is done behind anybody's back.
extension Site {
    func keptForm(after error: any Error, _ request: Request, _ visit: Visit?) -> Response? {
        guard case Problem.unauthenticated = error, let visit, isFromHere(request),
            case .door(let route, _) = routes.match(request.method, request.path), route.isKept,
            let here = Link(ownPath: request.path), let (fields, _) = try? visit.readFields(), !fields.list.isEmpty
        else { return nil }
        let page = visit.page
        return visit.show(
            View(
                title: page[.sessionEnded],
                body: """
                    <p>\(page[.wordsAreKept])</p>
                    <ol>
                    <li>
                    <a href="\(link: settings.signIn)" target="_blank" rel="noopener">\(page[.signInElsewhere])</a>
                    </li>
                    <li>\(page[.comeBackHere])</li>
                    </ol>
                    <form method="post" action="\(link: here)">\(each: fields.list, {
                        "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">"
                    })
                    \(buttons(submit(page, .goOn)))
                    </form>
                    """), status: ProblemKind.unauthenticated.status)
    }

    /// Whether a browser says that the call comes from a page of ours, or says nothing about it.
    func isFromHere(_ request: Request) -> Bool {
        if let site = request.headers["sec-fetch-site"], site != "same-origin", site != "none" { return false }
        guard let origin = request.headers["origin"] else { return true }
        let host = origin.split(separator: "/", omittingEmptySubsequences: false).dropFirst(2).first ?? ""
        return !host.isEmpty && host == request.host
    }
}

extension Phrase {
    static let sessionEnded = Phrase(vi: "Phiên làm việc đã hết", en: "Your session has ended")
    static let wordsAreKept = Phrase(
        vi: "Chưa gửi gì cả. Những gì bạn viết, trừ tệp, còn nguyên trên trang này; đừng đóng nó.",
        en: "Nothing was sent. What you wrote, except files, is kept on this page; do not close it.")
    static let signInElsewhere = Phrase(vi: "Đăng nhập lại ở thẻ mới", en: "Sign in again in a new tab")
    static let comeBackHere = Phrase(
        vi: "Quay lại thẻ này rồi bấm “Tiếp tục”.", en: "Come back to this tab and press “Go on”.")
    static let goOn = Phrase(vi: "Tiếp tục", en: "Go on")
}
