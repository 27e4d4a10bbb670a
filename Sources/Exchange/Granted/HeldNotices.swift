import Database
import Identity
import Vocabulary
import Web

/// Who is told of grants that other nodes gave by themselves: nobody here asked for one, so it is whoever leads the
/// department whose application holds it.
extension Exchange {
    /// What a node says of a grant beyond what it had said. Of one that it had not told of, how it stands now; of one
    /// that was given back nothing more, for that is told already. The last of what happened, when it is much.
    func announceNews(
        of held: HeldGrant, after known: HeldGrant?, at now: Instant, in tx: any Transaction
    ) throws {
        guard held.givenBack == nil else { return }
        let new = held.standing.steps.dropFirst(known?.standing.steps.count ?? 0).filter(\.what.isForConsumer)
        let wanted = known == nil ? min(1, new.count) : new.count
        let allowed = try LetterBound.take(wanted, about: .grants, of: held.node, on: Day(now), in: tx)
        for step in new.suffix(allowed) {
            try tellLeads(
                step.what, step.what == .approved ? .givenByNode : nil, of: held, because: GrantReason(step.reason),
                key: "\(step.what.rawValue) \(step.at.milliseconds)", at: now, in: tx)
        }
    }

    func announceGivenBack(
        _ held: HeldGrant, because why: GrantReason, at now: Instant, in tx: any Transaction
    ) throws {
        try tellLeads(.ended, .givenBackHere, of: held, because: why, key: "given-back", at: now, in: tx)
    }

    /// - Parameter head: what the letter begins with; nil where it is what those about grants of this node begin with.
    private func tellLeads(
        _ what: GrantEvent.What, _ head: Phrase?, of held: HeldGrant, because reason: GrantReason, key: String,
        at now: Instant, in tx: any Transaction
    ) throws {
        guard let application = try ApplicationStore.application(held.application, in: tx) else { return }
        let notice = GrantNotice(
            what: what, service: held.serviceName, application: application.name,
            organisation: application.organisation, grant: held.grant, reason: reason,
            path: "/exchange/held/\(held.node)/\(held.id)")
        try authorization.announce(
            head.map(notice.announcement(beginning:)) ?? notice.announcement,
            .holders([.departmentLead], in: application.organisation), "\(held.node) \(held.id) \(key)", now, tx)
    }
}

extension Phrase {
    fileprivate static let givenByNode = Phrase(
        vi: "Nút khác đã cấp một quyền khai thác", en: "Another node gave a grant")
    fileprivate static let givenBackHere = Phrase(
        vi: "Quyền khai thác đã được trả lại", en: "A grant was given back")
}
