import Gateway
import StrictJSON
import Vocabulary

/// What a grant allows, as documents of it say.
extension GrantTerms {
    /// The members that a signed grant and a request for one have in common. Lists are null for all.
    var members: [(String, JSON)] {
        func list(_ texts: [String]?) -> JSON { texts.map { .array($0.map { .string($0) }) } ?? .null }
        return [
            ("operations", list(operations)), ("fields", list(fields)), ("data-items", .string(dataItems)),
            ("purpose", .string(purpose)), ("legal-basis", .string(legalBasis)), ("frequency", .string(frequency)),
            (
                "rate",
                rate.map { ["per-second": .number($0.perSecond), "burst": .integer(Int64($0.burst))] } ?? .null
            ),
            (
                "quota",
                quota.map { ["calls": .integer($0.calls), "seconds": .integer($0.windowSeconds)] } ?? .null
            ),
            ("from", .string(from.rfc3339)), ("until", .string(until.rfc3339)),
        ]
    }

    init(_ json: JSONValue) throws {
        func value(_ name: String) throws -> JSONValue? {
            let found = try json.require(name)
            return found.isNull ? nil : found
        }
        func list(_ name: String) throws -> [String]? {
            try value(name).map { try $0.requireElements().map { try $0.requireString() } }
        }
        func moment(_ name: String) throws -> Instant {
            guard let moment = Instant(rfc3339: try json.requireString(name)) else { throw PeerError.unreadable }
            return moment
        }
        self.init(
            operations: try list("operations"), fields: try list("fields"),
            dataItems: try json.requireString("data-items"), purpose: try json.requireString("purpose"),
            legalBasis: try json.requireString("legal-basis"), frequency: try json.requireString("frequency"),
            rate: try value("rate").map {
                Rate(
                    perSecond: try $0.requireNumber("per-second"),
                    burst: Int(clamping: try $0.requireInteger("burst")))
            },
            quota: try value("quota").map {
                Quota(calls: try $0.requireInteger("calls"), windowSeconds: try $0.requireInteger("seconds"))
            }, from: try moment("from"), until: try moment("until"))
    }
}
