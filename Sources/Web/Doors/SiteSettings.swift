import Crypto
package import Vocabulary

/// What one site is told when it is built.
package struct SiteSettings: Sendable {
    /// The name in the header and in the title of every page.
    package var name: Phrase
    /// Begins the name of every cookie, so that nodes on one host keep apart: letters, digits and `-`.
    package var cookiePrefix: String
    /// Signs the tokens of forms, 32 bytes. Processes that share a database must share it; the default is new at each
    /// start.
    package var secret: [UInt8]
    /// The folder of style sheets, scripts and icons; nil serves none.
    package var publicFolder: String?
    /// Reads files again when they change: only while developing.
    package var reloadsAssets: Bool
    /// Where a stranger is sent who wants a page that is not for strangers.
    package var signIn: Link
    /// Where somebody is sent who must prove first, or again, who they are: `Problem.confirmFirst`.
    package var confirm: Link = "/identity/confirm"
    /// Host names, with port unless it is 443 or 80, that this site answers to; empty answers to all.
    package var hosts: Set<String>
    /// Whether answers carry what only browsers read (security headers). Off on a site that only other nodes call.
    package var servesBrowsers = true
    /// How often a live stream says that it is there and asks whether its reader may still read.
    package var liveCheckSeconds = 15.0
    /// Whether an error passes without anybody changing the program: a full disk, a database that is being restarted.
    /// Such a call is answered with 503, and the log says what it was.
    package var isTemporary: @Sendable (any Error) -> Bool = { _ in false }

    package init(
        name: Phrase, cookiePrefix: String, secret: [UInt8]? = nil, publicFolder: String? = nil,
        reloadsAssets: Bool = false, signIn: Link = "/sign-in", hosts: Set<String> = []
    ) {
        self.name = name
        self.cookiePrefix = cookiePrefix
        self.secret = secret ?? SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        self.publicFolder = publicFolder
        self.reloadsAssets = reloadsAssets
        self.signIn = signIn
        self.hosts = hosts
    }

    package var cookies: Cookies { Cookies(prefix: cookiePrefix) }
}
