package import Vocabulary

/// Vietnamese unless somebody chose: `?lang=` of this address, then the choice kept in a cookie, then the profile.
///
/// `Accept-Language` is not asked. Browsers in Vietnam are often set up in English, so it says little about the
/// reader, and one address should show one page to all who did not choose.
extension Site {
    func language(of request: Request, _ caller: Caller) -> Language {
        request.query["lang"].flatMap(Language.init)
            ?? settings.cookies.value("language", of: request).flatMap(Language.init)
            ?? caller.language ?? .vi
    }

    func hangLanguageDoor() {
        let cookies = settings.cookies
        action("/language", allow: .everyone) { page, fields in
            guard let language = fields["language"].flatMap(Language.init) else { throw Problem.notFound }
            let next = fields["next"].flatMap { Link(ownPath: $0) } ?? "/"
            return .redirect(next)
                .setting(cookies.make("language", language.rawValue, maxAgeSeconds: 365 * 86_400, on: page.request))
        }
    }
}
