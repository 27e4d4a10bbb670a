import Vocabulary

/// What every answer carries.
extension Site {
    /// Nothing from elsewhere, nothing inline, in nobody's frame, forms only to us.
    static let contentSecurityPolicy = """
        default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
        connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'
        """

    private static let always: Headers = [
        "content-security-policy": contentSecurityPolicy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    ]

    func finish(_ response: Response, for request: Request, caller: KnownCaller?, page: Page? = nil) -> Response {
        var response = response
        if settings.servesBrowsers { response.headers.addMissing(Site.always) }
        if request.isSecure, settings.servesBrowsers {
            response.headers["strict-transport-security"] = "max-age=31536000"
        }
        if response.headers["cache-control"] == nil { response.headers["cache-control"] = "no-store" }
        if let caller { response.headers.add(caller.caller.responseHeaders) }
        if let page, (response.headers["content-type"] ?? "").hasPrefix("text/html") {
            response.headers["content-language"] = page.language.rawValue
            response.headers["vary"] = "Cookie"
            if let visit = caller?.newVisit { response.headers.add("set-cookie", visit.text) }
            rememberLanguage(request, page, &response)
        }
        return response
    }

    /// `?lang=en` is a choice too: it is kept as `/language` would keep it.
    private func rememberLanguage(_ request: Request, _ page: Page, _ response: inout Response) {
        guard let asked = request.query["lang"].flatMap(Language.init), asked == page.language,
            settings.cookies.value("language", of: request) != asked.rawValue
        else { return }
        let cookie = settings.cookies.make("language", asked.rawValue, maxAgeSeconds: 365 * 86_400, on: request)
        response.headers.add("set-cookie", cookie.text)
    }

    func hangOwnDoors() {
        hangLanguageDoor()
        hangProblemPages()
        hangOpenAPI()
        hangAssets()
    }
}
