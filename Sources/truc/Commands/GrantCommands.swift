import StrictJSON
import Vocabulary

extension Command {
    private static let reason = Option(
        name: "because", value: "TEXT", about: Phrase(vi: "Lý do", en: "Why"), isRequired: true)

    private static let terms = [
        Option(
            name: "operation", value: "ID",
            about: Phrase(
                vi: """
                    Thao tác được gọi, lặp lại được; mặc định là tất cả. Với loại sự kiện là follow:TYPE (mặc định) \
                    và publish:TYPE (phải nêu rõ), hoặc chỉ follow, publish
                    """,
                en: """
                    An operation that may be called, may be repeated; all by default. Of an event type: follow:TYPE \
                    (by default) and publish:TYPE (must be named), or just follow, publish
                    """)),
        Option(
            name: "field", value: "NAME",
            about: Phrase(
                vi: "Trường của câu trả lời được đi qua, lặp lại được: units/name",
                en: "A field of the answer that passes, may be repeated: units/name")),
        Option(
            name: "purpose", value: "TEXT", about: Phrase(vi: "Mục đích", en: "The purpose"), isRequired: true),
        Option(
            name: "basis", value: "TEXT", about: Phrase(vi: "Căn cứ pháp lý", en: "The legal basis"),
            isRequired: true),
        Option(name: "items", value: "TEXT", about: Phrase(vi: "Mục dữ liệu", en: "Which data")),
        Option(name: "frequency", value: "TEXT", about: Phrase(vi: "Tần suất", en: "How often")),
        Option(name: "rate", value: "N", about: Phrase(vi: "Số lượt mỗi giây", en: "Calls a second")),
        Option(name: "quota", value: "N", about: Phrase(vi: "Số lượt mỗi ngày", en: "Calls a day")),
        Option(name: "from", value: "DAY", about: Phrase(vi: "Từ ngày", en: "The first day")),
        Option(
            name: "until", value: "DAY", about: Phrase(vi: "Đến hết ngày", en: "The last day"), isRequired: true),
    ]

    static let grantIssue = Command(
        name: "grant issue", operands: ["OWNER/CODE", "CODE/vN"],
        about: Phrase(
            vi: "Cấp quyền khai thác dịch vụ cho ứng dụng, thay cho cả hai bên",
            en: "Grant a service to an application, for both sides"), options: terms
    ) { call in try await ask("grant.issue", call) }

    static let grantRequest = Command(
        name: "grant request", operands: ["OWNER/CODE", "CODE/vN"],
        about: Phrase(
            vi: "Đề nghị đơn vị cung cấp cấp quyền khai thác", en: "Ask the provider for a grant"),
        options: terms + [
            Option(
                name: "at-node", value: "CODE",
                about: Phrase(
                    vi: "Thành viên có nút cung cấp dịch vụ: H40 hoặc H42-2025",
                    en: "The member at whose node the service is: H40 or H42-2025"))
        ]
    ) { call in try await ask("grant.request", call) }

    private static func ask(_ verb: String, _ call: Invocation) async throws -> Int32 {
        var input: JSON = [
            "application": .string(call.operands[0]), "version": .string(call.operands[1]),
            "operations": .array((call.options["operation"] ?? []).map { .string($0) }),
            "fields": .array((call.options["field"] ?? []).map { .string($0) }),
        ]
        for (name, value) in call.named(["purpose", "basis", "until"]) { input[name] = .string(value) }
        for name in ["items", "frequency", "from"] {
            if let value = call[name] { input[name] = .string(value) }
        }
        if let node = call["at-node"] { input["node"] = .string(node) }
        for name in ["rate", "quota"] {
            if let number = try call.integer(name, in: 1...1_000_000_000) { input[name] = .integer(Int64(number)) }
        }
        let made = try await call.ask(verb, input)
        warnOfOverlaps(made, call)
        call.terminal.say(made["id"]?.string ?? "")
        return ExitCode.done
    }

    /// Said beside the answer: a program that reads the id reads nothing else.
    private static func warnOfOverlaps(_ made: JSONValue, _ call: Invocation) {
        let others = (made["overlaps"]?.elements ?? []).compactMap(\.string)
        guard !others.isEmpty else { return }
        let list = others.joined(separator: ", ")
        guard let used = made["used"]?.string else {
            return call.terminal.complain(
                Phrase(
                    vi: "Chú ý: ứng dụng đã đề nghị cùng thao tác, chưa quyền nào hiệu lực: \(list).",
                    en: "Note: it has asked for the same operations already, and none is in force yet: \(list)."
                )[call.language])
        }
        call.terminal.complain(
            Phrase(
                vi: "Chú ý: ứng dụng còn có quyền khác cho cùng thao tác: \(list). Cổng dùng \(used), quyền đầu tiên.",
                en: "Note: it holds grants for the same operations: \(list). Calls go under \(used), the first."
            )[call.language])
    }

    static let grantApprove = Command(
        name: "grant approve", operands: ["ID"],
        about: Phrase(
            vi: "Duyệt một đề nghị, hoặc ít hơn đề nghị", en: "Approve a request, or less of it than was asked"),
        options: terms.filter { ["operation", "field", "rate", "quota", "from", "until"].contains($0.name) }.map(
            \.optional)
            + [
                Option(
                    name: "burst", value: "N",
                    about: Phrase(vi: "Số lượt cùng lúc, trong giới hạn mỗi giây", en: "Calls at once, under the rate"))
            ]
    ) { call in
        var input: JSON = ["id": .string(call.operands[0])]
        for (option, name) in [("operation", "operations"), ("field", "fields")] {
            if let values = call.options[option] { input[name] = .array(values.map { .string($0) }) }
        }
        for name in ["rate", "burst", "quota"] {
            if let number = try call.integer(name, in: 1...1_000_000_000) { input[name] = .integer(Int64(number)) }
        }
        for name in ["from", "until"] {
            if let day = call[name] { input[name] = .string(day) }
        }
        warnOfOverlaps(try await call.ask("grant.approve", input), call)
        call.say(Phrase(vi: "Đã cấp", en: "Granted"))
        return ExitCode.done
    }

    static let grantRefuse = Command(
        name: "grant refuse", operands: ["ID"], about: Phrase(vi: "Từ chối một đề nghị", en: "Refuse a request"),
        options: [reason]
    ) { call in try await step("grant.refuse", call, Phrase(vi: "Đã từ chối", en: "Refused")) }

    static let grantWithdraw = Command(
        name: "grant withdraw", operands: ["ID"],
        about: Phrase(
            vi: "Rút một đề nghị đang chờ, ở đây hoặc ở nút khác",
            en: "Withdraw a request that waits, here or at another node")
    ) { call in
        _ = try await call.ask("grant.withdraw", ["id": .string(call.operands[0])])
        call.say(Phrase(vi: "Đã rút", en: "Withdrawn"))
        return ExitCode.done
    }

    static let grantSuspend = Command(
        name: "grant suspend", operands: ["ID", "planned|violation|security"],
        about: Phrase(
            vi: "Tạm ngừng; planned phải báo trước 7 ngày làm việc",
            en: "Suspend; planned needs 7 working days' notice"),
        options: [
            reason,
            Option(name: "from", value: "DAY", about: Phrase(vi: "Từ ngày", en: "The first day")),
            Option(
                name: "until", value: "DAY", about: Phrase(vi: "Tự mở lại vào ngày", en: "When it resumes by itself")),
        ]
    ) { call in
        var input: JSON = ["id": .string(call.operands[0]), "kind": .string(call.operands[1])]
        for (_, reason) in call.named(["because"]) { input["reason"] = .string(reason) }
        for name in ["from", "until"] {
            if let value = call[name] { input[name] = .string(value) }
        }
        let made = try await call.ask("grant.suspend", input)
        call.say(planned(made) ?? Phrase(vi: "Đã tạm ngừng", en: "Suspended"))
        return ExitCode.done
    }

    /// Of a grant that is suspended on a day to come; nil of any other.
    private static func planned(_ line: JSONValue) -> Phrase? {
        let day = line.day("suspended-from")
        guard !day.isEmpty, line["state"]?.string == "active" else { return nil }
        return Phrase(vi: "tạm ngừng từ \(day)", en: "suspended from \(day)")
    }

    /// Of a grant that was given back to another node, which has not ended it; nil of any other.
    private static func givenBack(_ line: JSONValue) -> Phrase? {
        switch line["giving-back"]?.string {
        case "waiting": Phrase(vi: "đã trả lại, chờ xác nhận", en: "given back, not yet confirmed")
        case "no-door":
            Phrase(
                vi: "đã trả lại, chương trình của nút kia chưa nhận việc này",
                en: "given back, the other node's program does not take this")
        case "refused": Phrase(vi: "đã trả lại, nút kia không nhận", en: "given back, refused by the other node")
        case "unknown-grant": Phrase(vi: "đã trả lại, nút kia không có", en: "given back, unknown to the other node")
        default: nil
        }
    }

    static let grantResume = Command(
        name: "grant resume", operands: ["ID"],
        about: Phrase(vi: "Mở lại quyền đang tạm ngừng", en: "Resume a suspended grant")
    ) { call in
        _ = try await call.ask("grant.resume", ["id": .string(call.operands[0])])
        call.say(Phrase(vi: "Đã mở lại", en: "Resumed"))
        return ExitCode.done
    }

    static let grantRevoke = Command(
        name: "grant revoke", operands: ["ID"],
        about: Phrase(
            vi: "Chấm dứt quyền khai thác, ngay lập tức; trả lại quyền do nút khác cấp",
            en: "End a grant, at once; give back one of another node"),
        options: [
            reason,
            Option(
                name: "at-node", value: "CODE",
                about: Phrase(
                    vi: "Nút đã cấp, khi nhiều nút có quyền cùng mã",
                    en: "The node that gave it, where several have a grant with this id")),
        ]
    ) { call in
        let made = try await call.ask("grant.revoke", reasoned(call))
        // What another node gave is over when that node says so.
        let told = made["node"]?.string.map { node in
            Phrase(vi: "Đã trả lại, \(node) được báo", en: "Given back, and \(node) is told")
        }
        call.say(told ?? Phrase(vi: "Đã chấm dứt", en: "Ended"))
        return ExitCode.done
    }

    private static func step(_ verb: String, _ call: Invocation, _ done: Phrase) async throws -> Int32 {
        _ = try await call.ask(verb, reasoned(call))
        call.say(done)
        return ExitCode.done
    }

    private static func reasoned(_ call: Invocation) -> JSON {
        var input: JSON = ["id": .string(call.operands[0])]
        for (_, reason) in call.named(["because"]) { input["reason"] = .string(reason) }
        if let node = call["at-node"] { input["node"] = .string(node) }
        return input
    }

    static let grantList = Command(
        name: "grant list",
        about: Phrase(vi: "Các quyền khai thác và đề nghị", en: "The grants and requests"),
        options: [
            Option(
                name: "all", value: nil,
                about: Phrase(vi: "Cả những gì đã kết thúc", en: "Those that are over, too"))
        ]
    ) { call in
        let all = try await call.ask("grant.list", ["all": .bool(call.has("all"))]).elements ?? []
        call.terminal.table(
            all.map { line in
                let state = (givenBack(line) ?? planned(line))?[call.language] ?? line["state"]?.string ?? ""
                return [line["id"]?.string ?? "", line["overdue"]?.bool == true ? state + "!" : state]
                    + [line["application"]?.string ?? "", line["service"]?.string ?? "", line.end("until")]
                    + [line["purpose"]?.string ?? ""]
            })
        return ExitCode.done
    }

    static let grantShow = Command(
        name: "grant show", operands: ["ID"],
        about: Phrase(
            vi: "In quyền khai thác, kể cả của nút khác, với chữ ký của nút đã cấp, dạng JSON",
            en: "Print a grant, of another node too, with the signature of the node that gave it, JSON"),
        options: [
            Option(
                name: "at-node", value: "CODE",
                about: Phrase(
                    vi: "Nút đã cấp, khi nhiều nút có quyền cùng mã",
                    en: "The node that gave it, where several have a grant with this id"))
        ]
    ) { call in
        call.terminal.say(JSON(try await call.ask("grant.show", reasoned(call))).text)
        return ExitCode.done
    }

    static let grantCheck = Command(
        name: "grant check", operands: ["OWNER/CODE", "CODE/vN", "OPERATION"],
        about: Phrase(
            vi: "Ứng dụng có được gọi thao tác lúc này không, và vì sao",
            en: "Whether an application may call an operation now, and why")
    ) { call in
        let answer = try await call.ask(
            "grant.check",
            [
                "application": .string(call.operands[0]), "version": .string(call.operands[1]),
                "operation": .string(call.operands[2]),
            ])
        let isAllowed = answer["allowed"]?.bool ?? false
        let code = answer["code"]?.string.map { ": \($0)" } ?? ""
        call.say(
            isAllowed
                ? Phrase(vi: "Được phép", en: "Allowed")
                : Phrase(vi: "Không được phép\(code)", en: "Not allowed\(code)"))
        for words in answer["words"]?.elements ?? [] {
            call.say(Phrase(vi: words["vi"]?.string ?? "", en: words["en"]?.string ?? ""))
        }
        return isAllowed ? ExitCode.done : ExitCode.failed
    }
}
