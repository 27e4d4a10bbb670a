import Database
import Vocabulary
import Web

extension Identity {
    /// Tells whoever watches over the record that glass was broken, whoever asked and whoever approved: also
    /// themselves, when somebody else used their names.
    func alarm(
        of request: AccessRequest, by second: Person, at now: Instant, in tx: any Transaction
    ) throws {
        let until = request.lastsSeconds.map { now.adding(seconds: $0) } ?? now
        let alert = Announcement.brokenGlass(
            request, reader: try called(request.subject, in: tx), askedBy: try called(request.askedBy, in: tx),
            approvedBy: second, from: now, until: until)
        try tellWatchers(of: request, alert, once: "glass \(request.id)", at: now, in: tx)
    }

    /// The same people, and whoever could read it, hear that the record is closed again.
    func tellOfEnd(of request: AccessRequest, at end: Instant, now: Instant, in tx: any Transaction) throws {
        let told = Announcement.glassIsWhole(request, reader: try called(request.subject, in: tx), at: end)
        let key = "glass-end \(request.id)"
        try tellWatchers(of: request, told, once: key, at: now, in: tx)
        try announce(told, to: .people([request.subject]), once: key, at: now, in: tx)
    }

    /// The lead of the record's owner and every administrator of the node.
    private func tellWatchers(
        of request: AccessRequest, _ told: Announcement, once key: String, at now: Instant, in tx: any Transaction
    ) throws {
        let owner = try resource(request.object, at: now, in: tx).owner ?? settings.organisation
        try announce(told, to: .holders([.departmentLead], in: owner), once: key, at: now, in: tx)
        try announce(told, to: .people(try administrators(at: now, in: tx)), once: key, at: now, in: tx)
    }
}

extension Announcement {
    static func brokenGlass(
        _ request: AccessRequest, reader: String, askedBy asker: String, approvedBy second: Person, from: Instant,
        until: Instant
    ) -> Announcement {
        Announcement(
            kind: "identity.break-glass",
            title: Phrase(
                vi: "Mở khẩn cấp: \(reader) được đọc \(request.object)",
                en: "Break-glass: \(reader) may read \(request.object)"),
            text: Phrase(
                vi: """
                    \(reader) được đọc \(request.object) từ \(from.forReading) đến \(until.forReading), bất kể nhãn.
                    Người đề nghị: \(asker). Người phê duyệt: \(second.name). Lý do: \(request.reason)
                    Nếu không đúng, hãy tạm ngừng tài khoản và báo ngay cho quản trị nút.
                    """,
                en: """
                    \(reader) may read \(request.object) from \(from.forReading) to \(until.forReading), whatever
                    its label.
                    Asked by \(asker), approved by \(second.name). Reason: \(request.reason)
                    If this is not right, suspend the account and tell the node's administrators at once.
                    """),
            path: "/identity/requests", about: [request.subject, request.askedBy, second.id])
    }

    static func glassIsWhole(_ request: AccessRequest, reader: String, at end: Instant) -> Announcement {
        let from = (request.decidedAt ?? end).forReading
        return Announcement(
            kind: "identity.break-glass-ended",
            title: Phrase(
                vi: "Hết mở khẩn cấp: \(request.object)", en: "Break-glass is over: \(request.object)"),
            text: Phrase(
                vi: """
                    \(reader) không còn được đọc \(request.object) theo quyền mở khẩn cấp.
                    Đã mở từ \(from) đến \(end.forReading). Lý do: \(request.reason)
                    Hãy xem trong sổ cái những gì đã được đọc.
                    """,
                en: """
                    \(reader) may no longer read \(request.object) by break-glass.
                    It was open from \(from) to \(end.forReading). Reason: \(request.reason)
                    See in the ledger what was read.
                    """),
            path: "/identity/requests", about: [request.subject, request.askedBy])
    }
}
