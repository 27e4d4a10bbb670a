package import Cedar
package import Vocabulary

/// The answer of `decide`: whether, by which policies, under which revision of facts and policies, and what it asks of
/// whoever shows the thing.
package struct Decision: Sendable {
    package let allowed: Bool
    /// Nothing where no single thing is shown.
    package let obligations: Set<Obligation>
    private let places: PolicyMask
    private let why: Fallback
    let rights: Rights

    /// What an allowed reading brings with it.
    package enum Obligation: String, Sendable, Hashable, CaseIterable {
        /// Personal data are masked (dữ liệu cá nhân được che).
        case mask
        /// What is shown carries the reader's name.
        case watermark
    }

    enum Fallback: String, Sendable {
        case byPolicies = ""
        case unknownAction = "unknown-action"
        case nobodySignedIn = "nobody-signed-in"
        case noPolicy = "no-policy"
        case unsure = "policy-failed"
    }

    init(
        allowed: Bool, _ places: PolicyMask = PolicyMask(), _ why: Fallback = .byPolicies,
        obliging obligations: Set<Obligation> = [], _ rights: Rights
    ) {
        self.allowed = allowed
        self.places = places
        self.why = why
        self.obligations = obligations
        self.rights = rights
    }

    package var revision: Int64 { rights.revision }
    /// The revision of the policies by which it was decided.
    package var policiesRevision: Int64 { rights.policies }

    /// The policies that decided, by their ids: the forbids that hold, else the permits. Empty when nothing permits.
    package var policies: [String] { places.places.map { rights.world.engine.policies[$0].id } }

    /// A stable name, for logs, ledger and tests: the first policy that decided, or why none did.
    package var reason: String { why == .byPolicies ? policies.first ?? "no-policy" : why.rawValue }

    /// Why, for whoever was decided about.
    package var words: [Phrase] {
        let found = places.places.map { rights.world.engine.policies[$0].reason }
        return found.isEmpty ? [Phrase.why(why)] : found
    }
}

extension CedarPolicy {
    /// What `@reason_vi` and `@reason_en` say.
    package var reason: Phrase {
        Phrase(vi: annotations["reason_vi"] ?? id, en: annotations["reason_en"] ?? id)
    }
}

/// What the action is done to, as far as a decision can depend on it. A door that shows a list asks with `.none` and
/// leaves rows to SQL.
package struct Resource: Sendable, Hashable {
    /// `room/id`, as `incidents/0193…`; what break-glass opens is known by it.
    package var id: String
    /// The organisation whose thing it is.
    package var owner: ID<Organisation>?
    /// TLP 2.0 as it is written: `TLP:RED`. None is AMBER.
    package var label: String?
    package var author: ID<Person>?
    /// Who was given the thing to deal with.
    package var handlers: Set<ID<Person>> = []
    /// Named recipients of RED, participants of a meeting: people of this node and its guests. Nobody is named on what
    /// another node sent, for RED does not travel.
    package var named: Set<ID<Person>> = []
    /// Organisations to which it was addressed.
    package var recipients: Set<ID<Organisation>> = []
    /// `personal`, `staff`, `meeting`, `draft`.
    package var kinds: Set<String> = []

    package init(
        _ id: String = "", owner: ID<Organisation>? = nil, label: String? = nil, author: ID<Person>? = nil,
        handlers: Set<ID<Person>> = [], named: Set<ID<Person>> = [], recipients: Set<ID<Organisation>> = [],
        kinds: Set<String> = []
    ) {
        self.id = id
        self.owner = owner
        self.label = label
        self.author = author
        self.handlers = handlers
        self.named = named
        self.recipients = recipients
        self.kinds = kinds
    }

    /// No single thing: a door.
    package static let none = Resource()

    /// As `== .none`, looked at part by part: most things end at the first.
    var isNothing: Bool {
        id.isEmpty && owner == nil && label == nil && author == nil && handlers.isEmpty && named.isEmpty
            && recipients.isEmpty && kinds.isEmpty
    }
}

/// What is true of the moment and not of the person or the thing.
package struct DecisionContext: Sendable, Hashable {
    /// Somebody whose account was suspended keeps the doors of strangers and loses the rest.
    package var isSuspended: Bool
    /// Instead of the assurance of the person's session.
    package var assurance: Int?

    package init(isSuspended: Bool = false, assurance: Int? = nil) {
        self.isSuspended = isSuspended
        self.assurance = assurance
    }
}

/// The only authorization in the program. Pure, without input or output, cheap enough for every request.
///
/// Denied unless a policy of `rights` permits it and none forbids it. What `rights` know of the person goes before what
/// `principal` says; somebody whom they do not know (named by another node) is taken as `principal` describes them.
package func decide(
    _ principal: Person?, _ action: Permission, on resource: Resource = .none,
    in context: DecisionContext = DecisionContext(), with rights: Rights
) -> Decision {
    rights.decide(principal, action, on: resource, in: context)
}
