import Foundation
import Vocabulary
import Web

/// How the node speaks TLS with people and programs itself.
struct WebTLS: Sendable, Equatable {
    var certificateFile: String
    var keyFile: String
    var asksForCertificates = false

    func identity() throws -> TLSIdentity {
        func text(_ path: String) throws -> String {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw UsageError("\(path) cannot be read")
            }
            return String(decoding: data, as: UTF8.self)
        }
        do {
            return try TLSIdentity.read(
                certificatePEM: try text(certificateFile), privateKeyPEM: try text(keyFile))
        } catch let error as UsageError {
            throw error
        } catch {
            throw UsageError("\(certificateFile) and \(keyFile) are no certificate with its key: \(error)")
        }
    }
}

extension Configuration {
    static func tls(_ values: SettingValues) throws(UsageError) -> WebTLS? {
        let (certificate, key) = (values.text(.webCertificateFile), values.text(.webKeyFile))
        guard ["off", "optional"].contains(values.text(.webClientCertificates)) else {
            throw values.wrong(.webClientCertificates, "off or optional")
        }
        let asks = values.text(.webClientCertificates) == "optional"
        guard !certificate.isEmpty || !key.isEmpty else {
            if asks { throw UsageError("web.client-certificates needs web.tls-certificate-file and web.tls-key-file") }
            return nil
        }
        guard !certificate.isEmpty, !key.isEmpty else {
            throw UsageError("web.tls-certificate-file and web.tls-key-file belong together")
        }
        return WebTLS(certificateFile: certificate, keyFile: key, asksForCertificates: asks)
    }
}
