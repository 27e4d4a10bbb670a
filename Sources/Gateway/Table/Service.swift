/// One version of a service (dịch vụ chia sẻ): where it is called, what it offers, and where it stands.
package struct Service: Sendable {
    /// The registry's id; printable ASCII without spaces, at most 64.
    package let id: String
    /// Its provider, as X-Road names it.
    package let provider: SubsystemName
    /// Its code: the segment behind the provider in `/r1/{instance}/{class}/{member}/{subsystem}/{code}/…`.
    package let code: String
    /// Where it is called without X-Road, as `/units/v1`.
    package let path: String
    package let operations: [Operation]
    /// Its instances. None: the service is registered but stands nowhere, and every call is answered 503.
    package let upstreams: [Upstream]
    package var limits: ServiceLimits

    package init(
        id: String, provider: SubsystemName, code: String, path: String, operations: [Operation],
        upstreams: [Upstream], limits: ServiceLimits = ServiceLimits()
    ) {
        self.id = id
        self.provider = provider
        self.code = code
        self.path = path
        self.operations = operations
        self.upstreams = upstreams
        self.limits = limits
    }

    /// Where an X-Road client calls it (PR-REST §4.2).
    package var xroadPath: String { "/r1/\(provider)/\(code)" }
}

/// How much and how long a service may.
package struct ServiceLimits: Sendable, Hashable {
    package var requestBytes: Int64 = 1 << 30
    package var responseBytes: Int64 = 1 << 40
    package var connectSeconds: Double = 3
    /// From the end of the request to the head of the answer, and between two pieces of a body.
    package var answerSeconds: Double = 30
    /// From the first byte of the request to the last of the answer.
    package var wholeSeconds: Double = 3600
    /// No service may let its calls last longer: a day.
    package static let wholeSecondsMax: Double = 86_400
    /// How often a call that may be repeated (RFC 9110 §9.2.2) is tried, the first time included.
    package var tries = 2
    /// Failures in a row after which an instance is left out.
    package var failuresToEject = 5
    /// How long it is left out at first; each further time twice as long, 16 times at most.
    package var ejectSeconds: Double = 5
    /// What is asked of every instance, as `/health`; nil asks only whether it can be connected to.
    package var healthPath: String?
    package var healthSeconds: Double = 10

    package init() {}
}

/// One operation of the service's OpenAPI document.
package struct Operation: Sendable {
    package typealias Validator = @Sendable (ValidatedRequest) -> ValidationFinding?

    /// `operationId`, or method and template.
    package let id: String
    /// Uppercase.
    package let method: String
    /// OpenAPI's path template, as `/units/{code}`: a parameter is a whole segment.
    package let template: String
    /// Asked before anything is forwarded; then the body is held until it is whole.
    package let validator: Validator?

    package init(id: String, method: String, template: String, validator: Validator? = nil) {
        self.id = id
        self.method = method
        self.template = template
        self.validator = validator
    }

    /// The longest body that is held for a validator.
    package static let validatedBytesLimit = 1 << 20
}

/// A request as a validator sees it.
package struct ValidatedRequest: Sendable {
    package let method: String
    /// Below the service's path, not decoded.
    package let path: String
    /// Without its `?`, not decoded; nil when there is none.
    package let query: String?
    /// The values of the template's parameters in its order, decoded.
    package let parameters: [(name: String, value: String)]
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    package init(
        method: String, path: String, query: String?, parameters: [(name: String, value: String)],
        headers: [(name: String, value: String)], body: [UInt8]
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.parameters = parameters
        self.headers = headers
        self.body = body
    }
}

/// What is wrong with a request: answered with 422 and never forwarded.
package struct ValidationFinding: Sendable, Hashable {
    /// Where: a JSON pointer into the body, or `query/name`, `path/name`, `header/name`.
    package let place: String
    /// In English, for a developer.
    package let reason: String

    package init(place: String, reason: String) {
        self.place = place
        self.reason = reason
    }
}
