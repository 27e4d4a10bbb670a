import Foundation
import WebAuthn

extension Identity.Settings {
    /// The site as authenticators know it: the host of `origin`, and `origin` as browsers spell it.
    var relyingParty: RelyingParty {
        let url = URL(string: origin.lowercased())
        let (scheme, host) = (url?.scheme ?? "http", url?.host() ?? "localhost")
        let usual = scheme == "https" ? 443 : 80
        let port = url?.port.flatMap { $0 == usual ? nil : ":\($0)" } ?? ""
        return RelyingParty(id: host, origins: ["\(scheme)://\(host)\(port)"])
    }
}
