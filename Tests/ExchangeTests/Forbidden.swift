import Identity
import Vocabulary

@testable import Exchange

/// A prohibition of calls as a policy and as plain Swift, so that the two can be compared.
struct Forbidden {
    enum Of: CaseIterable { case application, owner, service, operation, kind, ungranted }

    let of: Of
    let application: Application
    let offered: OfferedVersion
    let operation: String
    /// All but those that meet it.
    let isTurned: Bool

    var policy: String {
        let condition =
            switch of {
            case .application: "principal == Service::\"\(application.id)\""
            case .owner: "principal.owner in Organisation::\"\(application.organisation)\""
            case .service: "resource.service == \"\(offered.code)\""
            case .operation: "resource == Operation::\"\(offered.version.id) \(operation)\""
            case .kind: "resource.name == \"\(operation)\" && resource has kind && resource.kind == \"internal\""
            case .ungranted: "!resource.callers.contains(principal)"
            }
        return """
            forbid (principal is Service, action == Action::"exchange.call", resource is Operation)
            \(isTurned ? "unless" : "when") { \(condition) };

            """
    }

    func meets(_ other: Application, _ version: OfferedVersion, _ name: String) -> Bool {
        let isMet =
            switch of {
            case .application: other.id == application.id
            case .owner: other.organisation == application.organisation
            case .service: version.version.id == offered.version.id
            case .operation: version.version.id == offered.version.id && name == operation
            case .kind: name == operation && version.service.dataClass == .internal
            case .ungranted: false
            }
        // What is not granted is forbidden anyway, and "all but the ungranted" would be everything.
        return of == .ungranted ? false : isMet != isTurned
    }
}

extension GrantTableTests.World {
    /// Two administrators approve another text about calls, or the one that the program ships.
    mutating func changePolicies() {
        forbidden = []
        for _ in 0..<Int.random(in: 0..<3, using: &random) {
            guard let of = pick(Forbidden.Of.allCases), let application = pick(applications),
                let offered = pick(versions), let operation = pick(GrantTableTests.paths.keys.sorted())
            else { continue }
            forbidden.append(
                Forbidden(
                    of: of, application: application, offered: offered, operation: operation,
                    isTurned: of != .ungranted && chance(30)))
        }
        town.announced.policies.change(to: ([Policies.text] + forbidden.map(\.policy)).joined(separator: "\n"))
    }
}
