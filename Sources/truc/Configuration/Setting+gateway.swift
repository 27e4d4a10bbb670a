import Vocabulary

/// The gateway through which services are called, and who reads its figures.
extension Setting {
    static let gatewayAddress = Setting(
        key: "gateway.address", fallback: "0.0.0.0",
        about: Phrase(vi: "Địa chỉ lắng nghe của cổng dịch vụ", en: "The address on which services are called"))
    static let gatewayPort = Setting(
        key: "gateway.port", fallback: "8444",
        about: Phrase(
            vi: "Cổng của cổng dịch vụ; 0 là cổng trống bất kỳ", en: "The port of the gateway; 0 is any free one"))
    static let gatewayPublicAddress = Setting(
        key: "gateway.public-address", fallback: "",
        about: Phrase(
            vi: "TÊN:CỔNG mà ứng dụng và nút khác gọi tới; bỏ trống là 127.0.0.1:CỔNG",
            en: "HOST:PORT by which applications and other nodes call it; empty is 127.0.0.1:PORT"))
    static let gatewayTLS = Setting(
        key: "gateway.tls", fallback: "on",
        about: Phrase(
            vi: "on: TLS 1.3; off: không TLS, chỉ ở 127.0.0.1, và nút khác không gọi được",
            en: "on: TLS 1.3; off: none, only on 127.0.0.1, and other nodes cannot call"))
    static let gatewayCertificateFile = Setting(
        key: "gateway.certificate-file", fallback: "",
        about: Phrase(
            vi: "Tệp chứng thư (PEM) của cổng dịch vụ; bỏ trống thì dùng khóa của nút",
            en: "The gateway's certificate chain (PEM); empty means the node's own key"))
    static let gatewayKeyFile = Setting(
        key: "gateway.key-file", fallback: "",
        about: Phrase(vi: "Tệp khóa riêng (PEM) của chứng thư đó", en: "The private key (PEM) of that certificate"))
    static let gatewayLoops = Setting(
        key: "gateway.loops", fallback: "0",
        about: Phrase(
            vi: "Số vòng lặp sự kiện của cổng dịch vụ; 0 là mỗi nhân một vòng",
            en: "Event loops of the gateway; 0 is one for each core"))
    static let gatewayFarAnswerSeconds = Setting(
        key: "gateway.far-answer-seconds", fallback: "10",
        about: Phrase(
            vi: "Số giây chờ cổng của nút khác, 1 đến 30, khi bên cung cấp không đặt khác; quá hạn thì lỗi nêu tên nút",
            en: "Seconds that another node's gateway may take, 1 to 30, where the provider said nothing else"))
    static let metricsAddress = Setting(
        key: "metrics.address", fallback: "",
        about: Phrase(
            vi: "MÁY:CỔNG nơi Prometheus đọc /metrics; bỏ trống thì không mở",
            en: "HOST:PORT where Prometheus reads /metrics; empty opens none"))
    static let metricsTokenFile = Setting(
        key: "metrics.token-file", fallback: "",
        about: Phrase(
            vi: "Tệp chứa mã mà Prometheus phải đưa ra; chỉ ở 127.0.0.1 mới được bỏ trống",
            en: "A file with the token that Prometheus must show; may be empty only on 127.0.0.1"))

    static let ofGateway = [
        gatewayAddress, gatewayPort, gatewayPublicAddress, gatewayTLS, gatewayCertificateFile, gatewayKeyFile,
        gatewayLoops, gatewayFarAnswerSeconds, metricsAddress, metricsTokenFile,
    ]
}
