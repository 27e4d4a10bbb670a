/// Where a node hands in its mail, and as whom.
package struct MailSettings: Sendable, Hashable {
    package enum Security: String, Sendable, Hashable, CaseIterable {
        /// Begins in the clear and turns to TLS before anything is said; refused where the server has none.
        case startTLS = "starttls"
        /// TLS from the first byte (port 465).
        case tls
        /// In the clear: for a server on the same machine.
        case none
    }

    package var host: String
    package var port: Int
    package var security = Security.startTLS
    package var username = ""
    package var password = ""
    package var from: MailAddress
    package var fromName = "Trục"
    /// A file of certificates that are trusted instead of the system's: for a server inside the office.
    package var authorityFile: String?
    package var deadlineSeconds: Int64 = 60

    package init(host: String, port: Int, from: MailAddress) {
        self.host = host
        self.port = port
        self.from = from
    }
}
