/// From when until when a certificate is good (RFC 5280 §4.1.2.5), in milliseconds UTC.
package struct CertificateValidity: Sendable, Hashable {
    package enum Fault: Sendable, Hashable {
        case notYet
        case expired
    }

    package let from: Int64
    /// The last millisecond of the second that the certificate names as its last.
    package let last: Int64

    /// - Parameters: as the certificate names them, in seconds since 1970.
    package init(notBefore: Int64, notAfter: Int64) {
        from = CertificateValidity.milliseconds(notBefore)
        last = CertificateValidity.milliseconds(notAfter) + 999
    }

    /// What is wrong with it at this moment; nil for nothing.
    package func fault(at now: Instant) -> Fault? {
        now.milliseconds < from ? .notYet : now.milliseconds > last ? .expired : nil
    }

    /// Of the years 1 to 9999 and no others: what OpenSSL cannot read is before all of them.
    private static func milliseconds(_ seconds: Int64) -> Int64 {
        min(max(seconds, -62_135_596_800), 253_402_300_799) * 1000
    }
}
