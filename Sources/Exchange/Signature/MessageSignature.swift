import Crypto
import Vocabulary
import Web

/// What a signature can cover of an HTTP message: RFC 9421 §2.
struct SignableMessage: Sendable {
    var method = ""
    /// Host and port, lowercase, without the port of the scheme.
    var authority = ""
    var path = ""
    /// With its `?`; `?` alone when there is none.
    var query = "?"
    /// Nil for a request.
    var status: Int?
    var headers: Headers = [:]
    var body: [UInt8] = []

    /// A request as its target is written on the wire.
    static func request(
        _ method: String, authority: String, target: String, headers: Headers, body: [UInt8]
    ) -> SignableMessage {
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return SignableMessage(
            method: method, authority: authority.lowercased(), path: String(halves.first ?? "/"),
            query: "?" + (halves.count > 1 ? String(halves[1]) : ""), headers: headers, body: body)
    }

    static func response(_ status: Int, headers: Headers, body: [UInt8]) -> SignableMessage {
        SignableMessage(status: status, headers: headers, body: body)
    }
}

/// RFC 9421: Ed25519 signatures over chosen parts of a message.
struct MessageSignature: Sendable {
    typealias Item = StructuredField.Item

    let components: [Item]
    let parameters: [StructuredField.Parameter]
    let signature: [UInt8]

    /// The two header values under one label.
    static func sign(
        _ message: SignableMessage, answering request: SignableMessage? = nil, covering components: [Item],
        with parameters: [StructuredField.Parameter], label: String, by key: Curve25519.Signing.PrivateKey
    ) throws -> (input: String, signature: String)? {
        guard let base = base(message, request, components, parameters) else { return nil }
        let signature = Array(try key.signature(for: base))
        return (
            StructuredField([(label, .list(components, parameters))]).description,
            StructuredField([(label, .bytes(signature))]).description
        )
    }

    /// Reads the signature with that label; nil when there is none or the fields are not well formed.
    init?(of message: SignableMessage, label: String) {
        let inputs = message.headers.all("signature-input")
        let signatures = message.headers.all("signature")
        guard inputs.count == 1, signatures.count == 1, let input = StructuredField(inputs[0]),
            let signature = StructuredField(signatures[0]), case .list(let components, let parameters)? = input[label],
            case .bytes(let bytes)? = signature[label], bytes.count == 64, Set(components).count == components.count
        else { return nil }
        self.components = components
        self.parameters = parameters
        self.signature = bytes
    }

    func isValid(
        for message: SignableMessage, answering request: SignableMessage? = nil, by key: Curve25519.Signing.PublicKey
    ) -> Bool {
        guard let base = MessageSignature.base(message, request, components, parameters) else { return false }
        return key.isValidSignature(signature, for: base)
    }

    func covers(_ component: Item) -> Bool { components.contains(component) }

    func integer(_ name: String) -> Int64? {
        guard case .integer(let number)? = parameters.first(where: { $0.name == name })?.value else { return nil }
        return number
    }

    func string(_ name: String) -> String? {
        guard case .string(let text)? = parameters.first(where: { $0.name == name })?.value else { return nil }
        return text
    }

    /// The signature base of §2.5; nil when a component is not there.
    static func base(
        _ message: SignableMessage, _ request: SignableMessage?, _ components: [Item],
        _ parameters: [StructuredField.Parameter]
    ) -> [UInt8]? {
        var lines: [String] = []
        for component in components {
            guard let value = value(component, message, request) else { return nil }
            lines.append("\(StructuredField.spell(component)): \(value)")
        }
        lines.append("\"@signature-params\": \(StructuredField.spell(.list(components, parameters)))")
        return Array(lines.joined(separator: "\n").utf8)
    }

    private static func value(_ component: Item, _ message: SignableMessage, _ request: SignableMessage?) -> String? {
        var source = message
        var key: String?
        for parameter in component.parameters {
            switch (parameter.name, parameter.value) {
            case ("req", .flag):
                guard let request else { return nil }
                source = request
            case ("key", .string(let name)): key = name
            default: return nil
            }
        }
        if component.text.hasPrefix("@") { return key == nil ? derived(component.text, source) : nil }
        let values = source.headers.all(component.text).map(trimmed)
        guard !values.isEmpty, component.text == component.text.lowercased() else { return nil }
        guard let key else { return values.joined(separator: ", ") }
        return StructuredField(values.joined(separator: ", "))?[key].map(StructuredField.spell)
    }

    private static func derived(_ name: String, _ message: SignableMessage) -> String? {
        switch (name, message.status) {
        case ("@method", nil): message.method
        case ("@authority", nil): message.authority
        case ("@path", nil): message.path
        case ("@query", nil): message.query
        case ("@status", let status?): "\(status)"
        default: nil
        }
    }

    private static func trimmed(_ text: String) -> String {
        String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
