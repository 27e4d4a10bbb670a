import Vocabulary

/// HTTPS of the pages without a proxy in front.
extension Setting {
    static let webCertificateFile = Setting(
        key: "web.tls-certificate-file", fallback: "",
        about: Phrase(
            vi: "Tệp chứng thư (PEM, kèm chuỗi) để trang tự phục vụ HTTPS; bỏ trống thì là HTTP, sau một proxy",
            en: "A certificate with its chain (PEM), to serve pages over HTTPS; empty is HTTP, behind a proxy"))
    static let webKeyFile = Setting(
        key: "web.tls-key-file", fallback: "",
        about: Phrase(vi: "Tệp khóa riêng (PEM) của chứng thư đó", en: "The private key (PEM) of that certificate"))
    static let webClientCertificates = Setting(
        key: "web.client-certificates", fallback: "off",
        about: Phrase(
            vi: "optional: phần mềm được trình chứng thư của mình khi bắt tay TLS (RFC 8705); off: không hỏi",
            en: "optional: programs may show a certificate of theirs in the TLS handshake (RFC 8705); off: not asked"))

    static let ofTLS = [webCertificateFile, webKeyFile, webClientCertificates]
}
