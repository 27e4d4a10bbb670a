import Database
import Vocabulary
import Web

/// Who hears of a request: whoever may decide it, and then whoever asked for it and is to have the right.
extension Identity {
    func tellWhoDecides(of request: AccessRequest, at now: Instant, in tx: any Transaction) throws {
        let seconds = try administrators(at: now, in: tx).subtracting([request.askedBy, request.subject])
        let told = Announcement.requestWaits(
            request, for: try called(request.subject, in: tx), askedBy: try called(request.askedBy, in: tx))
        try announce(told, to: .people(seconds), once: "request \(request.id)", at: now, in: tx)
    }

    func tellWhoAsked(
        for request: AccessRequest, _ state: AccessRequest.State, by second: Person, at now: Instant,
        in tx: any Transaction
    ) throws {
        let told = Announcement.requestWasDecided(
            request, for: try called(request.subject, in: tx), state == .approved, by: second)
        try announce(
            told, to: .people([request.askedBy, request.subject]), once: "request \(request.id) decided", at: now,
            in: tx)
    }
}

extension Announcement {
    static func requestWaits(_ request: AccessRequest, for subject: String, askedBy asker: String) -> Announcement {
        let (kind, right) = (request.kind.label, request.right)
        let until = request.askedAt.adding(seconds: AccessRequest.waitsSeconds)
        return Announcement(
            kind: "identity.request-waits",
            title: Phrase(vi: "Có đề nghị cấp quyền chờ bạn", en: "A request for a right waits for you"),
            text: Phrase(
                vi: """
                    \(kind.vi): \(right.vi), cho \(subject).
                    Người đề nghị: \(asker). Lý do: \(request.why.vi)
                    Không ai quyết định thì đề nghị hết hạn lúc \(until.forReading).
                    """,
                en: """
                    \(kind.en): \(right.en), for \(subject).
                    Asked by \(asker). Reason: \(request.why.en)
                    It lapses at \(until.forReading) if nobody decides.
                    """),
            path: "/identity/requests", about: [request.subject, request.askedBy])
    }

    static func requestWasDecided(
        _ request: AccessRequest, for subject: String, _ isApproved: Bool, by second: Person
    ) -> Announcement {
        let (kind, right) = (request.kind.label, request.right)
        let outcome = isApproved ? Phrase.requestApproved : .requestRefused
        return Announcement(
            kind: isApproved ? "identity.request-approved" : "identity.request-refused",
            title: Phrase(
                vi: "Đề nghị cấp quyền: \(outcome.vi.lowercased())",
                en: "Request for a right: \(outcome.en.lowercased())"),
            text: Phrase(
                vi: """
                    \(kind.vi): \(right.vi), cho \(subject).
                    \(outcome.vi) bởi \(second.name).
                    """,
                en: """
                    \(kind.en): \(right.en), for \(subject).
                    \(outcome.en) by \(second.name).
                    """),
            path: "/identity/requests", about: [request.subject, request.askedBy, second.id])
    }
}

extension AccessRequest {
    /// The role in words, or the record.
    var right: Phrase { role?.label ?? Phrase(name: object) }
}
