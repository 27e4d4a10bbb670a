import Ledger
import StrictJSON
import Vocabulary
import Web

/// What whoever owns the data folder may ask of a node: the verbs behind `truc cluster …` and `truc person …`.
///
/// A running node offers them on a socket file of mode 0600 in its folder. When none runs, the command opens the folder
/// itself and does the same in process.
struct Control: Sendable {
    struct Verb: Sendable {
        /// `cluster.create`, which is the path `/control/cluster.create` on the socket.
        let name: String
        let run: @Sendable (Node, JSONValue) async throws -> JSON
    }

    static let verbs: [Verb] =
        personVerbs + guestVerbs + deputyVerbs + reviewVerbs + serviceAccountVerbs + clientVerbs + clusterVerbs
        + threatVerbs
        + explainVerbs + mailVerbs
        + policyVerbs + registryVerbs + grantVerbs + eventVerbs + nodeVerbs

    /// The doors of the socket. Only the owner of the folder can open the socket, so whoever calls is the owner.
    static func site(for node: Node) -> Site {
        var settings = SiteSettings(name: Phrase(name: "control"), cookiePrefix: "control")
        settings.isTemporary = Node.isTemporary
        let owner = Doorkeeper(identify: { _ in Caller() }, decide: { _, permission in permission == .controlNode })
        let site = Site(doorkeeper: owner, settings: settings, now: node.clock, logger: node.logger("control"))
        for verb in verbs {
            let about = APIDoc(Phrase(name: verb.name), request: .any, response: .any)
            site.api(.post, "/control/" + verb.name, allow: .controlNode, about, bodyLimit: 256 << 20) { call in
                let input = try JSONDocument(
                    call.request.body, limits: JSONLimits(bytes: 256 << 20, depth: 8, nodes: 10_000, string: 256 << 20))
                return .json(try await verb.run(node, input.root))
            }
        }
        return site
    }
}

extension Permission {
    /// Held by whoever can open the control socket, and by nobody else.
    static let controlNode = Permission("control.node")
}

/// Asks a node by its folder.
struct ControlLine: Sendable {
    let configuration: Configuration
    /// Whose node a fresh folder becomes when no node runs yet.
    var organisation: ID<Organisation>?
    /// Whether the folder may be opened here when no node runs.
    var opensFolder = true
    /// In which a running node says what is wrong.
    var language = Language.en

    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    func ask(_ verb: String, _ input: JSON, deadlineSeconds: Double = 120) async throws -> JSONValue {
        let socket = "\(configuration.folder)/\(NodeFolder.socketName)"
        let request = FetchRequest(
            .post, "http://control/control/\(verb)?lang=\(language.rawValue)",
            headers: ["content-type": "application/json", "accept": "application/json"],
            body: input.encoded(), deadlineSeconds: deadlineSeconds, maxBytes: 64 << 20, trust: .plain,
            mayReachPrivate: true,
            unixSocket: socket)
        let answer: FetchResponse
        do {
            answer = try await Fetch().send(request)
        } catch FetchError.cannotConnect {
            guard opensFolder else { throw Refused(description: "no node runs in \(configuration.folder)") }
            return try await inProcess(verb, input)
        }
        guard answer.status == 200 else { throw Refused(description: complaint(in: answer)) }
        return try JSONDocument(
            answer.body, limits: JSONLimits(bytes: 64 << 20, depth: 64, nodes: 1_000_000, string: 1 << 20)
        ).root
    }

    /// No node runs: opens the folder here, which also makes sure that none is just starting.
    private func inProcess(_ name: String, _ input: JSON) async throws -> JSONValue {
        guard let verb = Control.verbs.first(where: { $0.name == name }) else { throw Problem.notFound }
        let node = try await Node.open(configuration, organisation: organisation)
        do {
            let answer = try await verb.run(node, try JSONDocument(input.encoded()).root)
            _ = try await node.drain.drain()
            try await node.close()
            return try JSONDocument(answer.encoded()).root
        } catch {
            try? await node.close()
            throw error
        }
    }

    /// What problem+json says to whoever typed a command: each field that is wrong, or the sentence. What pages say of
    /// addresses is of no use here.
    private func complaint(in answer: FetchResponse) -> String {
        guard let problem = try? JSONDocument(answer.body).root else { return "the node answered \(answer.status)" }
        let detail = problem["detail"]?.string ?? problem["title"]?.string ?? "the node answered \(answer.status)"
        let fields = (problem["errors"]?.elements ?? []).map {
            "\($0["field"]?.string ?? ""): \($0["detail"]?.string ?? "")"
        }
        if !fields.isEmpty { return fields.joined(separator: "; ") }
        return problem["code"]?.string == "not-found" ? Phrase.nothingOfThatName[language] : detail
    }
}

extension Phrase {
    static let nothingOfThatName = Phrase(
        vi: "nút không có gì mang mã hoặc tên này", en: "the node has nothing of this id or name")
}
