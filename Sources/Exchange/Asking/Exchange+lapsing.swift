import Database
import Ledger
import StrictJSON
import Vocabulary
import Web

/// Requests that no node took before their time was over.
extension Exchange {
    /// Closes them, and tells whoever asked. What another node has taken, that node closes.
    func lapseFarRequests() async throws {
        let at = now()
        let past = try await database.read { tx in
            try FarRequestStore.onTheirWay(in: tx).filter { $0.isPast(at: at) }.map(\.id)
        }
        guard !past.isEmpty else { return }
        try await database.write { [self] tx in
            for id in past {
                guard let far = try FarRequestStore.request(id, in: tx), far.isPast(at: at) else { continue }
                try lapse(far, at: at, in: tx)
            }
        }
        bells.events.ring()
    }

    private func lapse(_ far: FarRequest, at now: Instant, in tx: any Transaction) throws {
        var far = far
        far.failure = .requestWasNotTaken
        // A name that went is taken back there all the same, where the request came and its answer did not.
        if far.wish != .forget { far.wish = nil }
        try FarRequestStore.save(far, in: tx)
        try record(
            "exchange.request-lapsed",
            [
                "request": "\(far.id)", "node": "\(far.request.provider)",
                "reason": .string(GrantReason.requestLapsed.text),
            ], about: far.id.text, by: nil, at: now, in: tx)
        try Events.add("request", ["request": "\(far.id)"], at: now, in: tx)
        guard let application = try ApplicationStore.application(far.application, in: tx) else { return }
        let asked = AccessGrant(
            id: ID(far.id.text), application: far.application, version: ID(far.request.service),
            terms: far.request.terms, state: .lapsed, askedBy: far.askedBy, askedAt: far.request.askedAt,
            dueAt: far.request.terms.until)
        let notice = GrantNotice(
            what: .lapsed, service: far.serviceName, application: application.name,
            organisation: application.organisation, grant: asked, reason: .requestLapsed,
            path: "/exchange/requests/\(far.id)")
        try tellConsumer(
            notice, far.askedBy, of: application.organisation, key: "\(far.id) lapsed", at: now, in: tx)
    }
}

extension FarRequest {
    /// On its way in vain: the time that was asked for is over, and no node has taken it.
    fileprivate func isPast(at now: Instant) -> Bool {
        failure == nil && standing == nil && request.terms.until <= now
    }
}

extension Phrase {
    fileprivate static let requestWasNotTaken = Phrase(
        vi: "Nút cung cấp chưa nhận đề nghị khi đã qua ngày cuối được đề nghị.",
        en: "The provider's node had not taken the request when the last day that was asked for was over.")
}
