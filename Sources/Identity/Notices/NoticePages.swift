import Database
package import Vocabulary
import Web

extension Identity {
    func noticeDoors(_ site: Site) {
        site.action("/identity/account/notices/seen", allow: .account) { page, fields in
            let (person, at) = (try signedIn(page).id, now())
            // Only what stood on the page: a later notice was not read yet.
            let until = try fields["until"].map { text in
                guard let moment = Int64(text) else { throw Problem.malformed(code: "identity.seen-until", .noMoment) }
                return Instant(milliseconds: moment)
            }
            try await database.write { try NoticeStore.see(of: person, until: until ?? at, at: at, in: $0) }
            return .redirect("/identity/account")
        }
        site.action("/identity/account/reminders/seen", allow: .account) { page, fields in
            let (person, at, id) = (try signedIn(page).id, now(), fields["id"] ?? "")
            try await database.write { try ReminderStore.see(id, of: person, at: at, in: $0) }
            return .redirect("/identity/account")
        }
        languageDoors(site)
    }

    /// How many things somebody was told, of their account and of their duties, and has not said “seen” to.
    package func news(of person: ID<Person>) async throws -> Int {
        try await database.read { tx in
            try NoticeStore.unseen(of: person, in: tx).count + ReminderStore.countUnseen(of: person, in: tx)
        }
    }

    /// What somebody's duties bring with them, until they say that they have seen it.
    func reminderList(_ page: Page, _ reminders: [Reminder]) -> HTML {
        "\(each: reminders, { reminder(page, $0) })"
    }

    private func reminder(_ page: Page, _ reminder: Reminder) -> HTML {
        let lines = page[reminder.text].split(separator: "\n").map(String.init)
        let go = Link(ownPath: reminder.path)
        return banner(
            page, .info, reminder.title,
            """
            \(each: lines, { "<p>\($0)</p>" })<p class="small muted">\(time(reminder.at))</p>\
            \(buttons(
                "\(ifLet: go, { buttonLink(page, .openReminder, $0, kind: .quiet) })",
                actionButton(
                    page, .seenIt, "/identity/account/reminders/seen", about: page[reminder.title],
                    fields: ["id": reminder.id])))
            """)
    }

    /// At the top of the account's page, until its owner says that it was them.
    func noticeBanner(_ page: Page, _ notices: [Notice]) -> HTML {
        guard let latest = notices.first else { return "" }
        let lines: HTML = "\(each: notices, { line(page, $0) })"
        let until = String(latest.at.milliseconds)
        return """
            \(banner(page, .warning, .wasThisYou, "<ul>\(lines)</ul><p>\(page[.wasThisYouLead])</p>"))
            \(buttons(
                actionButton(page, .itWasMe, "/identity/account/notices/seen", fields: ["until": until]),
                actionButton(
                    page, .endOtherSessions, "/identity/account/sessions/end-others", kind: .danger)))
            """
    }

    private func line(_ page: Page, _ notice: Notice) -> HTML {
        let place = [notice.device, notice.address].filter { !$0.isEmpty }.joined(separator: ", ")
        return """
            <li>\(page[notice.kind.words])\(if: !place.isEmpty, " (\(place))"), \(time(notice.at))</li>
            """
    }
}

extension Phrase {
    static let wasThisYou = Phrase(vi: "Có phải bạn không?", en: "Was this you?")
    static let wasThisYouLead = Phrase(
        vi: "Nếu không phải, hãy đăng xuất khỏi các thiết bị khác và đổi mật khẩu ngay.",
        en: "If not, sign out of other devices and change your password now.")
    static let openReminder = Phrase(vi: "Mở xem", en: "Look at it")
    static let noMoment = Phrase(vi: "“until” không phải là một thời điểm.", en: "“until” is no moment.")
    static let seenIt = Phrase(vi: "Đã xem", en: "Seen")
    static let itWasMe = Phrase(vi: "Đúng, là tôi", en: "Yes, it was me")
}
