import Cedar
import Vocabulary

/// Examples of a second person's word: `administrator identity.approve by boss for other lender boss -> no`.
///
/// `by` asked for it and `for` is to have it (somebody else, unless said); `me` stands in for `lender`.
extension PolicyExample {
    struct ApprovalQuestion {
        var roles: Set<Role>
        var author: ID<Person> = ID("author")
        var subject: ID<Person> = ID("subject")
        var lender: ID<Person>?
        var isAllowed: Bool
    }

    /// What it asks, taken apart; nil when it is about something else, or not written like one.
    var approvalQuestion: ApprovalQuestion? {
        let words = text.split(separator: " ").map(String.init)
        guard words.count >= 4, words.count.isMultiple(of: 2), words[1] == Permission.approveRequests.name,
            let roles = PolicyExample.roles[words[0]], words[words.count - 2] == "->",
            ["yes", "no"].contains(words[words.count - 1])
        else { return nil }
        var found = ApprovalQuestion(roles: roles, isAllowed: words.last == "yes")
        for place in stride(from: 2, to: words.count - 2, by: 2) {
            let person = ID<Person>(words[place + 1])
            switch words[place] {
            case "by": found.author = person
            case "for": found.subject = person
            case "lender": found.lender = person
            default: return nil
            }
        }
        return found
    }

    /// By which policy the answer is another than the example says; nil when it is not.
    func approvalFailure(_ question: ApprovalQuestion, by engine: Engine) throws -> String? {
        let me = ID<Person>("me")
        var knowledge = Knowledge(organisations: PolicyExample.register, people: [me], home: PolicyExample.home)
        knowledge.memberships = question.roles.map {
            Membership(
                id: ID($0.rawValue), person: me, organisation: PolicyExample.home, role: $0, from: PolicyExample.now)
        }
        knowledge.facts =
            question.lender.map { lender in
                [
                    Relationship(
                        id: ID("lent"), subject: me.text, relation: .delegate, object: lender.text,
                        from: PolicyExample.now)
                ]
            } ?? []
        let decision = try knowledge.rights(at: PolicyExample.now, by: engine).mayApprove(
            PolicyExample.person(question.roles, level: 2), "requests/1", by: question.author, for: question.subject)
        return decision.allowed == question.isAllowed ? nil : decision.reason
    }
}
