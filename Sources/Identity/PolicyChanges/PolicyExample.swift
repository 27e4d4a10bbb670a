import Cedar
import Vocabulary

/// An example that stands beside a policy and must hold: `handler incidents.view on AMBER of H23 handled me -> yes`.
///
/// Examples are decided in a province H40 with the departments T40 and K40, the unit P40 below T40, and a neighbour
/// H23; `me` is whoever asks.
struct PolicyExample: Sendable, Hashable {
    let policy: String
    let text: String

    /// Every example of a text, in its order.
    static func all(of policies: [CedarPolicy]) -> [PolicyExample] {
        policies.flatMap { policy in
            (policy.annotations["example"] ?? "").split(separator: ";").map {
                PolicyExample(policy: policy.id, text: $0.split(whereSeparator: \.isWhitespace).joined(separator: " "))
            }
        }
    }

    static let roles: [String: Set<Role>] = [
        "citizen": [.citizen], "officer": [.officer], "lead": [.departmentLead], "handler": [.incidentHandler],
        "administrator": [.nodeAdministrator], "auditor": [.auditor], "unit": [.unitAdministrator],
        "peer": [.peerNode],
    ]

    /// What an example asks, taken apart; nil when it is not written like one.
    struct Question {
        var person: Person?
        var roles: Set<Role> = []
        var action = Permission("")
        var resource = Resource.none
        var isOpened = false
        var isAllowed = false
    }

    var question: Question? {
        var words = text.split(separator: " ").map(String.init)
        guard words.count >= 4, words[words.count - 2] == "->", ["yes", "no"].contains(words[words.count - 1]) else {
            return nil
        }
        var found = Question(action: Permission(words[1]), isAllowed: words.removeLast() == "yes")
        words.removeLast()
        let who = words.removeFirst()
        words.removeFirst()
        let scope = AxisScope(rawValue: who)
        guard who == "stranger" || scope != nil || PolicyExample.roles[who] != nil,
            Permissions.table[found.action.name] != nil
        else {
            return nil
        }
        found.roles = PolicyExample.roles[who] ?? []
        var level = 1
        while !words.isEmpty {
            let word = words.removeFirst()
            guard !words.isEmpty else { return nil }
            let value = words.removeFirst()
            switch word {
            case "on": found.resource = Resource("incidents/1", owner: PolicyExample.home, label: "TLP:\(value)")
            case "of": found.resource.owner = ID(value)
            case "to": found.resource.recipients.insert(ID(value))
            case "by": found.resource.author = ID(value)
            case "handled": found.resource.handlers.insert(ID(value))
            case "named": found.resource.named.insert(ID(value))
            case "opened": found.isOpened = value == "me"
            case "kind": found.resource.kinds.insert(value)
            case "level":
                guard let number = Int(value) else { return nil }
                level = number
            default: return nil
            }
        }
        if let scope {
            found.person = PolicyExample.program(scope)
        } else if who != "stranger" {
            found.person = PolicyExample.person(found.roles, level: level)
        }
        return found
    }

    /// What the policies of `engine` say to it, when that is not what it says itself.
    func failure(by engine: Engine) throws -> Phrase? {
        let reason: String?
        if isAboutCalls, let question = callQuestion {
            reason = try callFailure(question, by: engine)
        } else if let approvalQuestion {
            reason = try approvalFailure(approvalQuestion, by: engine)
        } else if !isAboutCalls, let question {
            let decision = try PolicyExample.rights(question, by: engine).decide(
                question.person, question.action, on: question.resource, in: DecisionContext())
            reason = decision.allowed == question.isAllowed ? nil : decision.reason
        } else {
            return Phrase(vi: "Ví dụ “\(text)” không đọc được", en: "The example “\(text)” cannot be read")
        }
        return reason.map {
            Phrase(vi: "Ví dụ “\(text)” không đúng: \($0)", en: "The example “\(text)” fails: \($0)")
        }
    }

    // MARK: The little world

    static let home: ID<Organisation> = ID("H40")
    static let now = Instant(milliseconds: 1_604_883_600_000)
    static let register: OrganisationRegister = {
        let early = Day(daysSince1970: Day(now).daysSince1970 - 1000)
        let places: [(String, String?)] = [
            ("H40", nil), ("T40", "H40"), ("K40", "H40"), ("P40", "T40"), ("H23", nil), ("T23", "H23"),
        ]
        return OrganisationRegister(
            places.map { place, parent in
                OrganisationRecord(
                    id: ID(place), kind: .department, validFrom: early, names: [],
                    parents: parent.map { [Dated(ID($0), from: early)] } ?? [])
            })
    }()

    static func person(_ roles: Set<Role>, level: Int) -> Person {
        Person(
            id: ID("me"), name: "me", organisation: roles.isSubset(of: [.citizen]) ? nil : home, roles: roles,
            assurance: Assurance(level: level, methods: [], at: now))
    }

    static func program(_ scope: AxisScope) -> Person {
        Person(id: ID("me"), name: "me", organisation: home, roles: [], scopes: [scope])
    }

    /// Whoever opened something by break-glass is somebody of whom facts are known; others are as their session says.
    private static func rights(_ question: Question, by engine: Engine) throws -> Rights {
        var knowledge = Knowledge(organisations: register, home: home)
        if question.isOpened, let me = question.person?.id {
            knowledge.people = [me]
            knowledge.memberships = question.roles.map {
                Membership(id: ID($0.rawValue), person: me, organisation: home, role: $0, from: now)
            }
            knowledge.facts = [
                Relationship(
                    id: ID("opens"), subject: me.text, relation: .opens, object: question.resource.id, from: now)
            ]
        }
        return try knowledge.rights(at: now, by: engine)
    }
}
