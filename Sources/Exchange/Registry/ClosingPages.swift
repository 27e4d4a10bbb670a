import Database
import Gateway
import Identity
import StrictJSON
import Vocabulary
import Web

/// Closing a version, on its page: whom it concerns, when and why.
extension Exchange {
    func closingDoors(_ site: Site) {
        site.form("/exchange/versions/{id}/close", allow: .register, page: closingPage) { [self] page, fields in
            let offered = try await version(named: try page.parameter("id"))
            let kind: Suspension.Kind
            if let said = fields["kind"] {
                guard let known = Suspension.Kind(rawValue: said) else {
                    throw Problem.invalid(["kind": .chooseClosing])
                }
                kind = known
            } else {
                kind = .planned
            }
            try await closeVersion(
                offered.version.id, kind, on: try day(fields, "on")?.start, because: fields["reason"] ?? "",
                by: page.person)
            return .redirect("/exchange/services/\(offered.service.id)")
        }
        site.action("/exchange/versions/{id}/keep", allow: .register) { [self] page, _ in
            let offered = try await version(named: try page.parameter("id"))
            try await keepVersion(offered.version.id, by: page.person)
            return .redirect("/exchange/services/\(offered.service.id)")
        }
    }

    private static let closingSchema = Schema.object(
        ["kind": .oneOf(Suspension.Kind.allCases.map(\.rawValue)), "on": .string, "reason": .string], optional: ["on"]
    ).closed

    /// The same for programs.
    func closingAPI(_ site: Site) {
        site.api(
            .put, "/exchange/versions/{id}/closing", allow: .register,
            APIDoc(
                .planClosing, request: Exchange.closingSchema, response: Exchange.versionSchema, tags: ["exchange"]
            ).open(to: .everything)
        ) { [self] call in
            let id = ID<ServiceVersion>(try call.parameter("id"))
            let input = try Exchange.input(call, Exchange.closingSchema)
            guard let kind = Suspension.Kind(rawValue: try input.requireString("kind")) else {
                throw Problem.invalid(["kind": .chooseClosing])
            }
            try await closeVersion(
                id, kind, on: try Exchange.day(input, "on")?.start, because: try input.requireString("reason"),
                by: call.person)
            return .json(Exchange.json(try await version(named: id.text)))
        }
        site.api(
            .delete, "/exchange/versions/{id}/closing", allow: .register,
            APIDoc(.keepVersion, response: Exchange.versionSchema, tags: ["exchange"]).open(to: .everything)
        ) { [self] call in
            let id = ID<ServiceVersion>(try call.parameter("id"))
            try await keepVersion(id, by: call.person)
            return .json(Exchange.json(try await version(named: id.text)))
        }
    }

    private func closingPage(_ page: Page) async throws -> View {
        let offered = try await version(named: try page.parameter("id"))
        let service = offered.service
        guard offered.isOpen else { throw Problem.notFound }
        guard
            authorization.decide(
                page.person, .register, .registered(service.id.text, by: service.organisation, as: .service))
        else { throw Problem.forbidden }
        let (using, earliest) = try await database.read { [self] tx in
            (
                try GrantStore.using(offered.version.id, in: tx).compactMap { try named($0, in: tx) },
                try HolidayStore.calendar(in: tx).day(AccessGrant.suspensionNoticeDays, after: Day(now()))
            )
        }
        let action: Link = "/exchange/versions/\(offered.version.id)/close"
        let close = buttons(submit(page, .closeVersion, kind: .danger))
        guard !using.isEmpty else {
            return View(
                title: page[.closeVersion], about: offered.title(page), back: "/exchange/services/\(service.id)",
                body: """
                    <p>\(page[.nobodyUsesVersion])</p>
                    \(form(page, action: action, close))
                    """)
        }
        let fields: HTML = """
            \(radioTiles(page, "kind", .closingKind, Suspension.Kind.allCases.map {
                Choice($0.rawValue, page[$0.closing], hint: page[$0.closingHint])
            }, chosen: Suspension.Kind.planned.rawValue))\
            \(textField(page, "on", .closingDay, hint: .noticeHint(earliest), type: .date, required: false,
                hintSaysWhen: true, value: earliest.description, maxLength: 10))\
            \(textArea(page, "reason", .reason, hint: .closingReasonHint, rows: 2, maxLength: 2000))\(close)
            """
        return View(
            title: page[.closeVersion], about: offered.title(page), back: "/exchange/services/\(service.id)",
            body: """
                <p>\(page[.closingLead])</p>
                \(grantTable(
                    page, .heldGrants, using, try await authorization.organisations(), empty: .noGrants))
                \(form(page, action: action, fields))
                """)
    }
}

extension Phrase {
    static let planClosing = Phrase(
        vi: "Đóng một phiên bản: có kế hoạch (báo trước 7 ngày làm việc), vì vi phạm hoặc an toàn thông tin (ngay)",
        en: "Close a version: planned, with 7 working days' notice, or at once for a violation or for security")
    static let closeUnusedVersion = Phrase(
        vi: "Đóng một phiên bản không ai dùng", en: "Close a version that nobody uses")
    static let keepVersion = Phrase(vi: "Thôi đóng phiên bản", en: "Keep the version after all")
    static let closingKind = Phrase(vi: "Vì sao đóng", en: "Why it closes")
    static let chooseClosing = Phrase(vi: "Hãy chọn vì sao đóng.", en: "Choose why it closes.")
    static let closingDay = Phrase(vi: "Đóng từ ngày", en: "Closes on")
    static let closingReasonHint = Phrase(
        vi: "Bên khai thác đọc được trong thư báo.", en: "The consumers read it in their letter.")
    static let closingLead = Phrase(
        vi: """
            Các quyền dưới đây chấm dứt khi phiên bản đóng. Bên khai thác nhận thư báo ngay; đề nghị đang chờ bị từ \
            chối.
            """,
        en: """
            The grants below end when it closes. Their holders are told by letter now; requests that wait are refused.
            """)
    static let nobodyUsesVersion = Phrase(
        vi: "Chưa ai dùng phiên bản này: nó đóng ngay và không mở lại được.",
        en: "Nobody uses this version: it closes at once and for good.")

    static func closesOn(_ day: Day) -> Phrase {
        Phrase(vi: "Đóng ngày \(day.forReading)", en: "Closes on \(day.forReading)")
    }
}

extension Suspension.Kind {
    fileprivate var closing: Phrase { self == .planned ? Phrase(vi: "Có kế hoạch", en: "Planned") : phrase }

    fileprivate var closingHint: Phrase {
        self == .planned
            ? hint
            : Phrase(vi: "Đóng ngay; bên khai thác được báo ngay.", en: "At once; the consumers are told at once.")
    }
}
