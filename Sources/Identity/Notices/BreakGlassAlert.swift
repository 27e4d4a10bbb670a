import Database
import Vocabulary
import Web

extension Identity {
    /// Tells the lead of the record's owner and every administrator of the node that glass was broken, whoever asked
    /// and whoever approved: also themselves, when somebody else used their names.
    func alarm(
        of request: AccessRequest, by second: Person, at now: Instant, in tx: any Transaction
    ) throws {
        let owner = try resource(request.object, at: now, in: tx).owner ?? settings.organisation
        let name = try PeopleStore.account(request.subject, in: tx)?.name ?? request.subject.text
        let asker = try PeopleStore.account(request.askedBy, in: tx)?.name ?? request.askedBy.text
        let until = request.lastsSeconds.map { now.adding(seconds: $0) } ?? now
        let alert = Announcement.brokenGlass(
            request, reader: name, askedBy: asker, approvedBy: second.name, from: now, until: until)
        try announce(
            alert, to: .holders([.departmentLead], in: owner), once: "glass \(request.id)", at: now, in: tx)
        try announce(
            alert, to: .people(try administrators(at: now, in: tx)), once: "glass \(request.id)", at: now, in: tx)
    }
}

extension Announcement {
    static func brokenGlass(
        _ request: AccessRequest, reader: String, askedBy asker: String, approvedBy second: String, from: Instant,
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
                    Người đề nghị: \(asker). Người phê duyệt: \(second). Lý do: \(request.reason)
                    Nếu không đúng, hãy tạm ngừng tài khoản và báo ngay cho quản trị nút.
                    """,
                en: """
                    \(reader) may read \(request.object) from \(from.forReading) to \(until.forReading), whatever
                    its label.
                    Asked by \(asker), approved by \(second). Reason: \(request.reason)
                    If this is not right, suspend the account and tell the node's administrators at once.
                    """),
            path: "/identity/requests")
    }
}
