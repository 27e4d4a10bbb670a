import Vocabulary
import Web

/// Calls services through a node's gateway as an application does: with its key, over TLS to the key that the node's
/// own folder names.
struct GatewayCaller: Sendable {
    let origin: String
    let key: String
    let trust: FetchRequest.Trust
    private let fetch = Fetch()

    init(origin: String, key: String, trust: FetchRequest.Trust) {
        self.origin = origin
        self.key = key
        self.trust = trust
    }

    /// - Parameter configuration: of the node, which is on this machine.
    init(_ configuration: Configuration, key: String) throws {
        let place = configuration.gateway.publicAddress ?? "127.0.0.1:\(configuration.gateway.port)"
        guard configuration.gateway.isTLS else {
            self.init(origin: "http://" + place, key: key, trust: .plain)
            return
        }
        if let given = configuration.gateway.certificate {
            self.init(origin: "https://" + place, key: key, trust: .pinned(try Node.pin(of: given)))
            return
        }
        let folder = try NodeFolder(configuration.folder)
        let own = try folder.tlsIdentity(name: configuration.organisation?.text ?? "", now: configuration.clock())
        self.init(origin: "https://" + place, key: key, trust: .pinned(own.pin))
    }

    func call(
        _ target: String, _ method: Method = .get, headers: Headers = [:], body: [UInt8] = []
    ) async throws -> FetchResponse {
        var headers = headers
        headers["x-api-key"] = key
        return try await fetch.send(
            FetchRequest(
                method, origin + target, headers: headers, body: body, deadlineSeconds: 60, maxBytes: 64 << 20,
                trust: trust, mayReachPrivate: true))
    }
}
