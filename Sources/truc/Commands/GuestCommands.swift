import StrictJSON
import Vocabulary

extension Command {
    static let guestAdd = Command(
        name: "guest add", operands: ["LOGIN@CODE", "NAME"],
        about: Phrase(
            vi: "Đăng ký người của thành viên khác làm khách: canbo.mau@H23",
            en: "Register somebody of another member as a guest: canbo.mau@H23"),
        options: [
            Option(
                name: "role", value: "ROLE",
                about: Phrase(
                    vi: "Vai trò, lặp lại được: officer, incident-handler, auditor",
                    en: "A role, may be repeated: officer, incident-handler, auditor")),
            Option(
                name: "until", value: "DAY",
                about: Phrase(vi: "Ngày cuối cùng, trong vòng một năm", en: "The last day, within a year")),
            Option(
                name: "reason", value: "TEXT",
                about: Phrase(
                    vi: "Giúp việc gì, theo văn bản nào", en: "Helping with what, on which basis")),
        ]
    ) { call in
        guard let until = call["until"] else { throw UsageError("--until DAY says when the guest's rights end") }
        _ = try await call.ask(
            "guest.add",
            [
                "guest": .string(call.operands[0]), "name": .string(call.operands[1]), "until": .string(until),
                "roles": .array((call.options["role"] ?? []).map { .string($0) }),
                "reason": .string(call["reason"] ?? ""),
            ])
        call.say(Phrase(vi: "Đã đăng ký \(call.operands[0])", en: "Registered \(call.operands[0])"))
        return ExitCode.done
    }

    static let guestList = Command(
        name: "guest list", about: Phrase(vi: "Khách từ các nút khác", en: "Guests from other nodes")
    ) { call in
        let all = try await call.ask("guest.list", [:]).elements ?? []
        call.terminal.table(
            all.map { line in
                ["guest", "name"].map { line[$0]?.string ?? "" }
                    + [line.end("until"), line.time("ended"), line.time("vouched")]
            })
        return ExitCode.done
    }

    static let guestEnd = Command(
        name: "guest end", operands: ["LOGIN@CODE"],
        about: Phrase(vi: "Kết thúc quyền của một khách ngay bây giờ", en: "End what a guest may do, now")
    ) { call in
        _ = try await call.ask("guest.end", ["guest": .string(call.operands[0])])
        call.say(Phrase(vi: "Đã kết thúc", en: "Ended"))
        return ExitCode.done
    }
}
