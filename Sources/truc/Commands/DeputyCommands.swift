import StrictJSON
import Vocabulary

extension Command {
    static let deputyAdd = Command(
        name: "deputy add", operands: ["PERSON", "DEPUTY"],
        about: Phrase(
            vi: "Ủy quyền: DEPUTY làm việc bằng vai trò của PERSON trong một thời hạn",
            en: "Let DEPUTY act with roles of PERSON for a time"),
        options: [
            Option(
                name: "role", value: "ROLE",
                about: Phrase(
                    vi: "Vai trò được ủy quyền, lặp lại được; mặc định mọi vai trò ủy quyền được",
                    en: "A role that is lent, may be repeated; every one that may be lent unless it is said")),
            Option(name: "from", value: "DAY", about: Phrase(vi: "Ngày đầu tiên", en: "The first day")),
            Option(
                name: "until", value: "DAY",
                about: Phrase(vi: "Ngày cuối cùng, trong vòng 90 ngày", en: "The last day, within 90 days")),
            Option(
                name: "reason", value: "TEXT",
                about: Phrase(vi: "Vì sao, theo văn bản nào", en: "Why, on which basis")),
        ]
    ) { call in
        guard let until = call["until"] else { throw UsageError("--until DAY says when it ends") }
        let answer = try await call.ask(
            "deputy.add",
            [
                "lender": .string(call.operands[0]), "deputy": .string(call.operands[1]),
                "roles": .array((call.options["role"] ?? []).map { .string($0) }),
                "from": .string(orNull: call["from"]), "until": .string(until), "reason": .string(call["reason"] ?? ""),
            ])
        call.terminal.say(try answer.requireString("id"))
        return ExitCode.done
    }

    static let deputyList = Command(
        name: "deputy list", about: Phrase(vi: "Các ủy quyền", en: "Who acts for whom")
    ) { call in
        let all = try await call.ask("deputy.list", [:]).elements ?? []
        call.terminal.table(
            all.map { line in
                let roles = line["roles"]?.elements?.compactMap(\.string).joined(separator: ",") ?? "*"
                return ["id", "deputy", "lender"].map { line[$0]?.string ?? "" }
                    + [line.time("from"), line.end("until"), roles]
            })
        return ExitCode.done
    }

    static let deputyEnd = Command(
        name: "deputy end", operands: ["ID"],
        about: Phrase(vi: "Kết thúc một ủy quyền ngay bây giờ", en: "End it now")
    ) { call in
        _ = try await call.ask("deputy.end", ["id": .string(call.operands[0])])
        call.say(Phrase(vi: "Đã kết thúc", en: "Ended"))
        return ExitCode.done
    }
}
