import StrictJSON
import Vocabulary
import Web
import WebAuthn

/// The forms around `navigator.credentials`. They are hidden until `passkey.js` finds that the browser can.
extension Identity {
    /// A button that asks for a passkey and sends what came to `action`. With `offers`, the browser offers passkeys in
    /// the field of the name as well (conditional mediation).
    func passkeyForm(
        _ page: Page, _ label: Phrase, action: Link, _ purpose: Challenge.Purpose, allowing passkeys: [Passkey] = [],
        offers: Bool = false, kind: ButtonKind = .main, _ more: HTML = ""
    ) -> HTML {
        let challenge = Base64.encodeURL(Challenge(purpose, at: now(), box).bytes)
        let options: JSON = [
            "challenge": .string(challenge), "rpId": .string(party.id), "userVerification": "required",
            "timeout": 300_000, "allowCredentials": .array(passkeys.map(descriptor)),
        ]
        let parts = ["id", "client-data", "authenticator-data", "signature", "user-handle"]
        return """
            <form method="post" action="\(link: action)" class="passkey" data-passkey="get" \
            data-options="\(options.text)"\
            \(if: offers, " data-offers=\"1\"") hidden>\(page.csrfField)\(more)\
            \(hidden("challenge", challenge))\(each: parts, { hidden($0, "") })\
            \(buttons(submit(page, label, kind: kind)))\(trouble(page))</form>
            \(script(page))
            """
    }

    /// The form that makes a new passkey of `person`, who has `passkeys` already.
    func newPasskeyForm(
        _ page: Page, for account: Account, _ passkeys: [Passkey], _ fields: HTML
    ) -> HTML {
        let challenge = Base64.encodeURL(Challenge(.register(account.id), at: now(), box).bytes)
        let algorithms: [Algorithm] = [.es256, .edDSA, .rs256]
        let options: JSON = [
            "challenge": .string(challenge), "rp": ["id": .string(party.id), "name": .string(settings.issuer)],
            "user": [
                "id": .string(Base64.encodeURL(Array(account.id.text.utf8))), "name": .string(account.login),
                "displayName": .string(account.name),
            ],
            "pubKeyCredParams": .array(
                algorithms.map { ["type": "public-key", "alg": .integer($0.rawValue)] }),
            "authenticatorSelection": [
                "residentKey": "required", "requireResidentKey": true, "userVerification": "required",
            ],
            "attestation": "none", "timeout": 300_000, "excludeCredentials": .array(passkeys.map(descriptor)),
        ]
        return """
            <form method="post" action="/identity/account/passkeys" class="passkey" data-passkey="create" \
            data-options="\(options.text)" novalidate hidden>\(page.csrfField)\(fields)\
            \(hidden("challenge", challenge))\(hidden("client-data", ""))\(hidden("attestation", ""))\
            \(buttons(submit(page, .addPasskey)))\(trouble(page))</form>
            <p data-without-passkeys>\(page[.browserHasNoPasskeys])</p>
            \(script(page))
            """
    }

    private func descriptor(_ passkey: Passkey) -> JSON {
        ["type": "public-key", "id": .string(passkey.id)]
    }

    /// Where the script says that nothing came of it.
    private func trouble(_ page: Page) -> HTML {
        "<p class=\"error\" role=\"alert\" data-trouble hidden>\(page[.passkeyWasNotUsed])</p>"
    }

    private func script(_ page: Page) -> HTML {
        "<script src=\"\(link: page.asset("js/passkey.js"))\" defer></script>"
    }
}
