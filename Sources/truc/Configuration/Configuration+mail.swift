import Foundation
import Mail

extension Configuration {
    /// The node's mail server; nil while `mail.server` is empty. The password stands in a file of its own, which fewer
    /// may read than the settings.
    static func mail(_ values: SettingValues) throws(UsageError) -> MailSettings? {
        let server = values.text(.mailServer)
        guard !server.isEmpty else { return nil }
        guard let colon = server.lastIndex(of: ":"), colon != server.startIndex,
            let port = Int(server[server.index(after: colon)...]), (1...65_535).contains(port)
        else { throw values.wrong(.mailServer, "HOST:PORT") }
        guard let from = MailAddress(values.text(.mailFrom)) else {
            throw values.wrong(.mailFrom, "an address like truc@attt.example.vn")
        }
        guard let security = MailSettings.Security(rawValue: values.text(.mailSecurity)) else {
            throw values.wrong(.mailSecurity, "starttls, tls or none")
        }
        let host = String(server[..<colon]).filter { !"[]".contains($0) }
        var settings = MailSettings(host: host, port: port, from: from)
        settings.security = security
        guard security != .none || ["127.0.0.1", "::1", "localhost"].contains(host) else {
            throw values.wrong(.mailSecurity, "starttls or tls unless the server is on this machine")
        }
        settings.username = values.text(.mailUsername)
        let passwordFile = values.text(.mailPasswordFile)
        if !passwordFile.isEmpty {
            guard let data = FileManager.default.contents(atPath: passwordFile) else {
                throw values.wrong(.mailPasswordFile, "a file that can be read")
            }
            settings.password = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
        }
        let authorities = values.text(.mailAuthorityFile)
        settings.authorityFile = authorities.isEmpty ? nil : authorities
        return settings
    }
}
