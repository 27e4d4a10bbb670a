import Database
import Vocabulary
import Web

/// Moving somebody to another unit and letting somebody go, at once or on a day to come.
extension Identity {
    func postDoors(_ site: Site) {
        site.form("/identity/people/{id}/move", allow: .delegate, page: movePage) { page, fields in
            guard let unit = fields["organisation"] else { throw Problem.invalid(["organisation": .chooseUnit]) }
            let id = ID<Person>(try page.parameter("id"))
            let (from, until) = try term(fields)
            try await place(id, in: ID(unit), from: from, until: until, by: page.person)
            return .redirect("/identity/people/\(id)")
        }
        site.form("/identity/people/{id}/leave", allow: .delegate, page: leavePage) { page, fields in
            let id = ID<Person>(try page.parameter("id"))
            try await leave(id, at: try term(fields).until, by: page.person)
            return .redirect("/identity/people/\(id)")
        }
    }

    private func movePage(_ page: Page) async throws -> View {
        let id = try page.parameter("id")
        let (reach, register) = try await extent(of: page.person)
        let choices = unitChoices(page, reach, register, on: Day(now()))
        let fields: HTML = """
            \(selectField(page, "organisation", .newUnit, options: choices))\
            \(textField(page, "from", .firstDayOfPost, hint: .firstDayHint, type: .date, required: false))\
            \(textField(page, "until", .lastDayOfPost, hint: .lastDayHint, type: .date, required: false))\
            \(buttons(submit(page, .movePerson)))
            """
        return View(
            title: page[.movePerson], about: try await whom(page), back: "/identity/people/\(id)",
            body: """
                <p>\(page[.moveLead])</p>
                \(form(page, action: "/identity/people/\(id)/move", fields))
                """)
    }

    private func leavePage(_ page: Page) async throws -> View {
        let id = try page.parameter("id")
        let fields: HTML = """
            \(textField(page, "until", .lastDayOfPost, hint: .leaveHint, type: .date, required: false))\
            \(buttons(submit(page, .letGo, kind: .danger)))
            """
        return View(
            title: page[.letGo], about: try await whom(page), back: "/identity/people/\(id)",
            body: """
                <p>\(page[.leaveLead])</p>
                \(form(page, action: "/identity/people/\(id)/leave", fields))
                """)
    }

    func postTable(_ page: Page, _ posts: [Post], _ organisations: OrganisationRegister, at now: Instant) -> HTML {
        guard !posts.isEmpty else { return emptyState(page, .noPosts, sign: .person) }
        let rows = posts.reversed().map { post -> [HTML] in
            // History keeps the name that the organisation had then.
            let day = Day(min(max(post.from, Instant(milliseconds: 0)), now))
            let state: HTML =
                post.holds(at: now)
                ? statusTag(page[.postHolds], kind: .done)
                : statusTag(page[post.from > now ? .postToCome : .postEnded], kind: .neutral)
            return [
                HTML(page[organisations.name(of: post.organisation, on: day)]), time(post.from),
                post.until.map(lastDay) ?? HTML(page[.noEnd]), state,
            ]
        }
        return table(
            page, .posts, headers: [.organisation, .from, .until, .state], rows: rows, isCaptionHidden: true)
    }
}

extension Phrase {
    static let posts = Phrase(vi: "Vị trí công tác", en: "Posts")
    static let noPosts = Phrase(vi: "Không thuộc biên chế của đơn vị nào.", en: "On the staff of no unit.")
    static let postHolds = Phrase(vi: "Đang công tác", en: "Present")
    static let postEnded = Phrase(vi: "Đã kết thúc", en: "Past")
    static let postToCome = Phrase(vi: "Sắp bắt đầu", en: "To come")
    static let movePerson = Phrase(vi: "Chuyển đơn vị", en: "Move to another unit")
    static let moveLead = Phrase(
        vi: "Vị trí hiện tại kết thúc khi vị trí mới bắt đầu; các vai trò tại đơn vị cũ kết thúc cùng lúc.",
        en: "The present post ends when the new one begins, and with it the roles held in the old unit.")
    static let newUnit = Phrase(vi: "Đơn vị mới", en: "New unit")
    static let chooseUnit = Phrase(vi: "Hãy chọn đơn vị", en: "Choose a unit")
    static let firstDayOfPost = Phrase(vi: "Ngày bắt đầu", en: "First day")
    static let firstDayOfRole = Phrase(vi: "Ngày bắt đầu giữ vai trò", en: "First day of the role")
    static let firstDayHint = Phrase(vi: "Để trống nếu bắt đầu ngay", en: "Leave empty to begin now")
    static let lastDayOfPost = Phrase(vi: "Ngày công tác cuối cùng", en: "Last day of work")
    static let letGo = Phrase(vi: "Cho nghỉ việc", en: "End employment")
    static let leaveLead = Phrase(
        vi: "Khi nghỉ việc, mọi vai trò kết thúc, mọi phiên đăng nhập bị đóng và tài khoản tạm ngừng.",
        en: "When somebody leaves, every role ends, every session is closed and the account is suspended.")
    static let leaveHint = Phrase(vi: "Để trống nếu nghỉ ngay bây giờ", en: "Leave empty to end it now")
}
