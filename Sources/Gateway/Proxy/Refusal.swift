import StrictJSON

/// Why a call is not done, in words for a developer, with a code that does not change.
struct Refusal: Error, Sendable {
    let status: Int
    let code: String
    let reason: String
    /// The type of the same error in X-Road (PR-REST §4.6).
    let road: String
    var retryAfterSeconds: Int64?
    /// Nothing after this can be trusted to be a request.
    var closes = false
    /// For 405.
    var allowed: [String] = []
    /// Where what was asked for may go on.
    var next: String?

    init(
        _ status: Int, _ code: String, _ reason: String, road: String, retryAfterSeconds: Int64? = nil,
        closes: Bool = false, allowed: [String] = []
    ) {
        self.status = status
        self.code = code
        self.reason = reason
        self.road = road
        self.retryAfterSeconds = retryAfterSeconds
        self.closes = closes
        self.allowed = allowed
    }

    init(_ fault: HeadFault) {
        self.init(
            fault.status, fault.rawValue, "The request is not well formed: \(fault.rawValue).",
            road: "Client.BadRequest",
            closes: true)
    }

    /// Problem details (RFC 9457), or the error of X-Road.
    func body(call: String, isRoad: Bool) -> [UInt8] {
        if isRoad {
            return JSON.object([
                .init("type", .string(road)), .init("message", .string(reason)), .init("detail", .string(call)),
            ]).canonical()
        }
        return JSON.object([
            .init("type", .string("/problems/gateway-\(code)")), .init("title", .string(reason)),
            .init("status", .integer(Int64(status))), .init("code", .string(code)), .init("call", .string(call)),
        ]).canonical()
    }

    /// X-Road knows 500 for whatever is not the client's fault.
    func status(isRoad: Bool) -> Int { isRoad && road.hasPrefix("Server") ? 500 : status }
}

extension Refusal {
    static let unknownCaller = Refusal(
        401, "unknown-caller", "Show an API key, a certificate, an access token or a signature.",
        road: "Server.ClientProxy.AuthenticationFailed")
    static let twoCallers = Refusal(
        400, "two-callers", "What the call shows belongs to two applications: show what is one's alone.",
        road: "Client.BadRequest")
    static let certificateExpired = Refusal(
        401, "certificate-expired", "The certificate is not valid any more.",
        road: "Server.ClientProxy.AuthenticationFailed")
    static let certificateNotYetValid = Refusal(
        401, "certificate-not-yet-valid", "The certificate is not valid yet.",
        road: "Server.ClientProxy.AuthenticationFailed")
    static let clientMismatch = Refusal(
        403, "client-mismatch", "X-Road-Client names another application than the one that calls.",
        road: "Server.ClientProxy.AccessDenied")
    static let noClient = Refusal(
        400, "no-client", "X-Road-Client is missing.", road: "Client.BadRequest")
    static let unknownService = Refusal(
        404, "unknown-service", "There is no such service.", road: "Server.ServerProxy.UnknownService")
    static let unknownOperation = Refusal(
        404, "unknown-operation", "The service has no such operation.", road: "Server.ServerProxy.UnknownService")
    static let noGrant = Refusal(
        403, "no-grant", "There is no grant for this application and service.", road: "Server.ServerProxy.AccessDenied")
    static let operationNotGranted = Refusal(
        403, "operation-not-granted", "The grant does not cover this operation.",
        road: "Server.ServerProxy.AccessDenied")
    static let grantNotInForce = Refusal(
        403, "grant-not-in-force", "The grant has not begun.", road: "Server.ServerProxy.AccessDenied")
    static let grantSuspended = Refusal(
        403, "grant-suspended", "The grant is suspended by the provider.", road: "Server.ServerProxy.AccessDenied")
    static let tooLong = Refusal(
        413, "body-too-long", "The body is longer than the service takes.", road: "Client.BadRequest", closes: true)
    static let tooSlow = Refusal(
        408, "request-too-slow", "The request did not come in time.", road: "Client.BadRequest", closes: true)
    static let noInstance = Refusal(
        503, "service-unavailable", "No instance of the service can be called at present.",
        road: "Server.ServerProxy.ServiceFailed.NetworkError", retryAfterSeconds: 5)
    static let notJSON = Refusal(
        502, "answer-not-json", "The grant lets only some fields pass, and the answer is not JSON.",
        road: "Server.ServerProxy.ServiceFailed.InvalidContent")
    static let evidenceFailed = Refusal(
        507, "evidence-not-durable", "Evidence of the call cannot be stored, so the call is not done.",
        road: "Server.ServerProxy.LoggingFailed", retryAfterSeconds: 5)
    static let evidenceLate = Refusal(
        503, "evidence-late", "Evidence of earlier calls is not durable yet.", road: "Server.ServerProxy.LoggingFailed",
        retryAfterSeconds: 1)
    static let stopping = Refusal(
        503, "stopping", "The gateway is being stopped.", road: "Server.ClientProxy.NetworkError", retryAfterSeconds: 5,
        closes: true)
    static let crowded = Refusal(
        503, "crowded", "Too much of other requests is held at present.", road: "Server.ClientProxy.NetworkError",
        retryAfterSeconds: 1, closes: true)
    static let late = Refusal(
        504, "service-too-slow", "The service did not answer in time.",
        road: "Server.ServerProxy.ServiceFailed.NetworkError")

    static func limited(_ code: String, after seconds: Int64) -> Refusal {
        Refusal(
            429, code, "The grant's \(code == "rate" ? "rate" : "quota") is used up.",
            road: "Server.ServerProxy.AccessDenied", retryAfterSeconds: seconds)
    }

    /// An error of the service whose words are not for this consumer.
    static func withheld(_ status: Int) -> Refusal {
        Refusal(
            status, "answer-withheld", "The service answered \(status); the grant lets only some fields pass.",
            road: "Server.ServerProxy.ServiceFailed")
    }

    static func badAnswer(_ fault: HeadFault) -> Refusal {
        Refusal(
            502, "bad-answer-\(fault.rawValue)", "The service's answer is not well formed: \(fault.rawValue).",
            road: "Server.ServerProxy.ServiceFailed.InvalidContent")
    }

    /// The other side could not be reached or left: named, so that the caller knows whom to ask.
    static func unreachable(_ upstream: Upstream, _ what: String) -> Refusal {
        if let node = upstream.node {
            return Refusal(
                502, "node-unreachable", "The node \(node) \(what).", road: "Server.ClientProxy.NetworkError",
                retryAfterSeconds: 5)
        }
        return Refusal(
            502, "service-unreachable", "The service \(what).", road: "Server.ServerProxy.ServiceFailed.NetworkError")
    }

    static func invalid(_ finding: ValidationFinding) -> Refusal {
        Refusal(422, "invalid-request", "\(finding.place): \(finding.reason)", road: "Client.BadRequest")
    }
}
