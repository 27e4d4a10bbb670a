/// What only others know. The gateway asks, and waits without holding anybody up.
package struct GatewayAnswers: Sendable {
    /// To which client an OAuth access token was issued; nil when it is not valid (any more).
    package var token: @Sendable (String) async -> String?
    /// Whose RFC 9421 signature the request bears: its `keyid`; nil when it is not a valid one.
    package var signature: @Sendable (SignedRequest) async -> String?
    /// What this node adds to a call to another node so that the other can tell who calls: header fields.
    package var sign: @Sendable (SignedRequest) throws -> [(name: String, value: String)]
    /// The receipt that another node gives for its leaf of an exchange with this client (its X-Road name); nil when it
    /// gives none.
    package var otherReceipt: @Sendable (_ node: String, _ leaf: Int64, _ client: String) async -> [UInt8]?
    /// The receipts of all leaves that it has of the exchange of which this is one.
    package var otherReceipts: @Sendable (_ node: String, _ leaf: Int64, _ client: String) async -> [UInt8]? = {
        _, _, _ in nil
    }

    package init(
        token: @escaping @Sendable (String) async -> String? = { _ in nil },
        signature: @escaping @Sendable (SignedRequest) async -> String? = { _ in nil },
        sign: @escaping @Sendable (SignedRequest) throws -> [(name: String, value: String)] = { _ in [] },
        otherReceipt: @escaping @Sendable (String, Int64, String) async -> [UInt8]? = { _, _, _ in nil }
    ) {
        self.token = token
        self.signature = signature
        self.sign = sign
        self.otherReceipt = otherReceipt
    }
}

/// A request as a signature covers it (RFC 9421 §2).
package struct SignedRequest: Sendable {
    /// Of the signatures that a request may bear, the one under the first of these labels that is there is for the
    /// gateway; others are for the service.
    package static let labels = ["truc", "sig1"]

    package let method: String
    /// As `Host` has it.
    package let authority: String
    /// Path and query as they stand on the wire.
    package let target: String
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    package init(
        method: String, authority: String, target: String, headers: [(name: String, value: String)], body: [UInt8]
    ) {
        self.method = method
        self.authority = authority
        self.target = target
        self.headers = headers
        self.body = body
    }
}
