package import Gateway
import Vocabulary

/// One of the numbers of `ServiceLimits` that a provider may set (giới hạn của dịch vụ). Its raw value is its name in
/// forms, for programs and in commands.
package enum ServiceLimit: String, Sendable, Hashable, CaseIterable {
    case requestBytes = "request-bytes"
    case responseBytes = "response-bytes"
    case connectSeconds = "connect-seconds"
    case answerSeconds = "answer-seconds"
    case wholeSeconds = "whole-seconds"
    case tries
    case failuresToEject = "failures-to-eject"
    case ejectSeconds = "eject-seconds"
    case healthSeconds = "health-seconds"

    /// Within what it may be set, in its own unit.
    package var bounds: ClosedRange<Double> {
        switch self {
        case .requestBytes: 0...Double(1 << 40)
        case .responseBytes: 1...Double(1 << 40)
        case .connectSeconds: 0.1...30
        case .answerSeconds: 0.1...600
        case .wholeSeconds: 1...ServiceLimits.wholeSecondsMax
        case .tries: 1...5
        case .failuresToEject: 1...1000
        case .ejectSeconds: 0.1...3600
        case .healthSeconds: 1...3600
        }
    }

    /// Whether a lower one may end calls that went well before.
    var boundsCalls: Bool {
        switch self {
        case .requestBytes, .responseBytes, .answerSeconds, .wholeSeconds: true
        case .connectSeconds, .tries, .failuresToEject, .ejectSeconds, .healthSeconds: false
        }
    }

    /// Only whole numbers.
    var isCount: Bool {
        switch self {
        case .requestBytes, .responseBytes, .tries, .failuresToEject: true
        case .connectSeconds, .answerSeconds, .wholeSeconds, .ejectSeconds, .healthSeconds: false
        }
    }

    /// What holds when nobody sets it.
    package var usual: Double { ServiceLimits()[self] }

    static let healthPath = "health-path"
    static let healthPathBytes = 200
}

extension ServiceLimits {
    package subscript(limit: ServiceLimit) -> Double {
        get {
            switch limit {
            case .requestBytes: Double(requestBytes)
            case .responseBytes: Double(responseBytes)
            case .connectSeconds: connectSeconds
            case .answerSeconds: answerSeconds
            case .wholeSeconds: wholeSeconds
            case .tries: Double(tries)
            case .failuresToEject: Double(failuresToEject)
            case .ejectSeconds: ejectSeconds
            case .healthSeconds: healthSeconds
            }
        }
        set {
            switch limit {
            case .requestBytes: requestBytes = Int64(newValue)
            case .responseBytes: responseBytes = Int64(newValue)
            case .connectSeconds: connectSeconds = newValue
            case .answerSeconds: answerSeconds = newValue
            case .wholeSeconds: wholeSeconds = newValue
            case .tries: tries = Int(newValue)
            case .failuresToEject: failuresToEject = Int(newValue)
            case .ejectSeconds: ejectSeconds = newValue
            case .healthSeconds: healthSeconds = newValue
            }
        }
    }

    /// Whether calls that went well under the others may end before their time under these.
    func isNarrower(than others: ServiceLimits) -> Bool {
        ServiceLimit.allCases.contains { $0.boundsCalls && self[$0] < others[$0] }
    }

    /// Nil for what holds anyway.
    func chosen(_ limit: ServiceLimit) -> Double? { self[limit] == limit.usual ? nil : self[limit] }

    /// Sets what somebody wrote; nil for what is usual. One that is no such number stays as it was, and is named.
    mutating func set(_ limit: ServiceLimit, to value: Double?) throws(Problem) {
        let value = value ?? limit.usual
        guard limit.bounds.contains(value), !limit.isCount || value == value.rounded() else {
            throw .invalid([limit.rawValue: limit.boundsWords])
        }
        self[limit] = value
    }

    /// A path that can be asked at the host of an instance; nil or empty for none.
    mutating func setHealthPath(_ path: String?) throws(Problem) {
        guard let path, !path.isEmpty else { return healthPath = nil }
        let isPath =
            path.hasPrefix("/") && path.utf8.count <= ServiceLimit.healthPathBytes
            && path.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }
        guard isPath else { throw .invalid([ServiceLimit.healthPath: .healthPathIsWrong]) }
        healthPath = path
    }

    /// What fits together: an answer may not be waited for longer than the whole call.
    func check() throws(Problem) {
        guard answerSeconds <= wholeSeconds else {
            throw .invalid([ServiceLimit.answerSeconds.rawValue: .answerIsLongerThanWhole])
        }
    }

    /// Each as it is written down, in the order of `ServiceLimit`.
    var written: [(name: String, value: String)] {
        ServiceLimit.allCases.map { ($0.rawValue, $0.written(self[$0])) } + [
            (ServiceLimit.healthPath, healthPath ?? "")
        ]
    }
}

extension OfferedVersion {
    /// The longest request that a version takes which checks requests: it is held whole for that.
    package static let checkedRequestBytes = Int64(Operation.validatedBytesLimit)

    /// The longest request that the version takes.
    package var requestBytes: Int64 {
        let limit = service.limits.requestBytes
        return version.validates ? min(limit, OfferedVersion.checkedRequestBytes) : limit
    }
}

extension ServiceLimits {
    /// A limit on requests that no version would keep is refused: each of those that are open checks them.
    ///
    /// - Throws: `Problem.rejected` with `exchange.request-bytes-checked`.
    func check(after before: ServiceLimits, for open: [ServiceVersion]) throws(Problem) {
        guard requestBytes != before.requestBytes, chosen(.requestBytes) != nil,
            requestBytes > OfferedVersion.checkedRequestBytes, !open.isEmpty, open.allSatisfy(\.validates)
        else { return }
        throw .rejected(
            code: "exchange.request-bytes-checked",
            [ServiceLimit.requestBytes.rawValue: .requestBytesAreChecked(open.map { "v\($0.number)" })])
    }
}

extension ServiceLimit {
    /// As `30`, `0.5`.
    package func written(_ value: Double) -> String {
        value == value.rounded() ? String(Int64(value)) : String(value)
    }
}
