extension Gateway {
    /// How the gateway stands at its door. What holds for one service is in `ServiceLimits`.
    package struct Settings: Sendable {
        package var address = "127.0.0.1"
        /// 0: any free one.
        package var port = 0
        /// Nil: HTTP without TLS, for a trusted network or behind another door.
        package var tls: TLS?
        /// Event loops; 0 is one for each core.
        package var loops = 0
        /// How many consumers' connections may be open; more are closed at once.
        package var connectionsLimit = 20_000
        /// Connections to one instance, for each loop.
        package var upstreamConnectionsLimit = 1024
        /// How long a connection may be open without a request.
        package var idleSeconds: Double = 75
        /// From the first byte of a head to its last.
        package var headSeconds: Double = 10
        /// Between two pieces of a body, in either direction.
        package var bodySeconds: Double = 30
        /// How fast a consumer sends at least, over the whole of a body and beyond the first `bodySeconds`: a byte
        /// now and then keeps no call open.
        package var bodyBytesPerSecond: Double = 512
        /// So much of requests is held by one loop at a time, for a validator or a signature.
        package var heldTogetherBytes = 64 << 20
        /// On stopping, how long calls that are open may take to end.
        package var drainSeconds: Double = 10
        /// On stopping, how long evidence that is on its way may then take to become durable.
        package var provingSeconds: Double = 10
        /// How long the address of a name is used before it is looked up again.
        package var addressSeconds: Double = 10
        /// How names are looked up; another way only for tests.
        var lookUp = AddressBook.system
        /// How long an answer waits for its evidence before it is withheld.
        package var leafSeconds: Double = 30
        /// So many leaves are looked through for the receipts of one call: what a gateway of 10,000 calls a second
        /// writes in 26 seconds, and one of 3 in a day.
        var receiptLeaves: Int64 = 262_144
        /// How old evidence that is not durable yet may be before calls are refused.
        package var evidenceSeconds: Double = 1

        package init() {}
    }

    /// The gateway's own certificate and key, PEM. Callers may show one of theirs, which is a credential.
    package struct TLS: Sendable {
        package let certificatePEM: String
        package let privateKeyPEM: String

        package init(certificatePEM: String, privateKeyPEM: String) {
            self.certificatePEM = certificatePEM
            self.privateKeyPEM = privateKeyPEM
        }

        /// By what other nodes know it: base64url SHA-256 of the SubjectPublicKeyInfo (RFC 7469 §2.4). Throws for
        /// what is no certificate, or does not fit the key.
        package func pin() throws -> String {
            _ = try Security.server(self)
            return try Security.pin(ofCertificate: certificatePEM)
        }
    }

    /// So many bytes of an answer wait for its leaf; a longer one has an opening leaf before its first byte and a
    /// closing one before its last.
    static let heldBytes = 64 << 10
    /// The longest request that is held, for a validator or a signature.
    static let heldRequestBytes = Operation.validatedBytesLimit
}
