package import Vocabulary

/// One order for every door: `?lang=` of this address, then the choice kept in a cookie, then the profile, then at
/// doors for programs `Accept-Language`, then Vietnamese.
///
/// At pages `Accept-Language` is not asked. Browsers in Vietnam are often set up in English, so it says little about
/// the reader, and one address should show one page to all who did not choose. Whoever writes a program chose what it
/// sends.
extension Site {
    func language(of request: Request, _ caller: Caller, at kind: Route.Kind?) -> Language {
        request.query["lang"].flatMap(Language.init)
            ?? settings.cookies.value("language", of: request).flatMap(Language.init)
            ?? caller.language
            ?? (hearsLanguage(request, at: kind) ? LanguageRanges(request.headers)?.wanted : nil) ?? .vi
    }

    /// Whether `Accept-Language` counts. Where there is no door, whoever wants no page is a program.
    func hearsLanguage(_ request: Request, at kind: Route.Kind?) -> Bool {
        kind.map { $0 == .api } ?? !request.wantsPage
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
