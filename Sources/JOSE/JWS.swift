package import StrictJSON
import Vocabulary

/// A token whose signature was checked (RFC 7515, compact serialization). There is no other way to make one, so a
/// payload that is at hand was signed.
package struct JWS: Sendable {
    package let header: JSONValue
    package let payload: [UInt8]
    package let key: VerificationKey

    package static let limitBytes = 16 << 10

    /// What the `typ` of a header must be, so that a token made for one purpose is not taken for another (RFC 8725
    /// §3.11).
    package enum Kind: Sendable, Hashable {
        /// Absent, `JWT` or `JOSE`.
        case plain
        /// Exactly this media type, with or without `application/`: `at+jwt`, `logout+jwt`.
        case typed(String)

        func fits(_ typ: String?) -> Bool {
            var name = typ?.lowercased() ?? ""
            if name.hasPrefix("application/") { name.removeFirst("application/".count) }
            switch self {
            case .plain: return typ == nil || name == "jwt" || name == "jose"
            case .typed(let wanted): return name == wanted
            }
        }
    }

    /// Checks a token that must name one of `keys`.
    package init(_ text: some StringProtocol, keys: KeySet, kind: Kind) throws(JOSEError) {
        let parts = try JWSParts(text)
        guard let kid = try parts.text("kid"), let key = keys[kid] else { throw .unknownKey }
        try self.init(parts, key, kind)
    }

    /// Checks a token of a key that the caller chose. When both have a name, it must be the same.
    package init(_ text: some StringProtocol, key: VerificationKey, kind: Kind) throws(JOSEError) {
        let parts = try JWSParts(text)
        if let kid = try parts.text("kid"), let name = key.kid, kid != name { throw .unknownKey }
        try self.init(parts, key, kind)
    }

    private init(_ parts: JWSParts, _ key: VerificationKey, _ kind: Kind) throws(JOSEError) {
        guard try parts.text("alg") == key.algorithm.rawValue else { throw .wrongAlgorithm }
        guard kind.fits(try parts.text("typ")) else { throw .wrongType }
        guard key.isValid(parts.signature, over: parts.signed) else { throw .wrongSignature }
        header = parts.header
        payload = parts.payload
        self.key = key
    }
}

/// The three parts of a token, read and not yet believed.
private struct JWSParts {
    let header: JSONValue
    let payload: [UInt8]
    let signature: [UInt8]
    /// The first two parts as they were sent.
    let signed: [UInt8]

    private static let headerLimits = JSONLimits(bytes: 4 << 10, depth: 4, nodes: 100, string: 2 << 10)

    init(_ text: some StringProtocol) throws(JOSEError) {
        guard text.utf8.count <= JWS.limitBytes else { throw .tooLong }
        let units = Array(text.utf8)
        let parts = units.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3,
            let head = JWSParts.decode(parts[0]), let payload = JWSParts.decode(parts[1]),
            let signature = JWSParts.decode(parts[2]), !signature.isEmpty
        else { throw .malformed }
        guard let header = try? JSONDocument(head, limits: JWSParts.headerLimits).root, header.kind == .object else {
            throw .headerUnreadable
        }
        // Extensions that must be understood, a payload that is not what it seems, and encryption: we know none.
        for name in ["crit", "b64", "zip", "enc"] where header[name] != nil { throw .critical }
        self.header = header
        self.payload = payload
        self.signature = signature
        signed = Array(units[..<parts[1].endIndex])
    }

    func text(_ name: String) throws(JOSEError) -> String? {
        guard let value = header[name] else { return nil }
        guard let text = value.string else { throw .headerUnreadable }
        return text
    }

    private static func decode(_ part: ArraySlice<UInt8>) -> [UInt8]? {
        Base64.decodeURL(String(decoding: part, as: UTF8.self))
    }
}
