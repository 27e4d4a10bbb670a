import Identity
import StrictJSON
import Vocabulary

extension Command {
    static let explain = Command(
        name: "explain", operands: ["PERSON", "ACTION", "[RESOURCE]"],
        about: Phrase(
            vi: "Giải thích vì sao một người được hay không được làm một việc",
            en: "Say why somebody may or may not do something"),
        options: [
            Option(
                name: "on", value: "DAY",
                about: Phrase(
                    vi: "Theo chính sách và quan hệ của ngày đó, ví dụ 2020-11-09",
                    en: "By the policies and relations of that day, as 2020-11-09"))
        ]
    ) { call in
        var input: [JSON.Member] = [
            .init("person", .string(call.operands[0])), .init("action", .string(call.operands[1])),
            .init("resource", .string(call.operands.count > 2 ? call.operands[2] : "")),
        ]
        if let day = call["on"] {
            guard Day(day) != nil else { throw UsageError("--on must be a day as 2020-11-09, not “\(day)”") }
            input.append(.init("on", .string(day)))
        }
        let answer = try await call.ask("identity.explain", .object(input))
        let isAllowed = answer["allowed"]?.bool ?? false
        call.say(
            isAllowed
                ? Phrase(vi: "Được phép", en: "Allowed") : Phrase(vi: "Không được phép", en: "Not allowed"))
        for line in (answer["why"]?.elements ?? []) + (answer["need"]?.elements ?? []) {
            call.terminal.say("  " + (line[call.language.rawValue]?.string ?? ""))
        }
        if let home = answer["guestOf"]?.string {
            call.say(Phrase(vi: "  Khách của \(home)", en: "  A guest of \(home)"))
        }
        sayBasis(answer, call)
        call.terminal.table(
            [
                [Phrase(vi: "Mức xác thực", en: "Signed in with")[call.language], levelThen(answer)[call.language]],
                [
                    Phrase(vi: "Chính sách", en: "Policies")[call.language],
                    (answer["policies"]?.elements ?? []).compactMap(\.string).joined(separator: ", "),
                ],
                [Phrase(vi: "Tại thời điểm", en: "At")[call.language], answer.time("at")],
                [
                    Phrase(vi: "Phiên bản quyền", en: "Revision of rights")[call.language],
                    "\(answer["revision"]?.integer ?? 0)",
                ],
            ])
        return ExitCode.done
    }

    private static func levelThen(_ answer: JSONValue) -> Phrase {
        guard let level = answer["level"]?.integer else {
            return Phrase(vi: "chưa đăng nhập lúc đó; tính như mức 2", en: "not signed in then; taken as level 2")
        }
        return Phrase(vi: "mức \(level)", en: "level \(level)")
    }

    /// The roles and relations that it rests on, and what it obliges to.
    private static func sayBasis(_ answer: JSONValue, _ call: Invocation) {
        func span(_ line: JSONValue) -> String {
            "\(line.time("from")) – \(line.end("until"))"
        }
        func rows(_ name: String, _ label: Phrase, _ columns: (JSONValue) -> [String]) {
            let lines = answer[name]?.elements ?? []
            guard !lines.isEmpty else { return }
            call.say(label)
            call.terminal.table(lines.map { ["  "] + columns($0) })
        }
        rows("roles", Phrase(vi: "Vai trò", en: "Roles")) { line in
            [
                line["role"]?.string ?? "", line["organisation"]?.string ?? "", span(line),
                line["lender"]?.string.map { Phrase(vi: "ủy quyền bởi \($0)", en: "lent by \($0)")[call.language] }
                    ?? "",
            ]
        }
        rows("facts", Phrase(vi: "Quan hệ", en: "Relations")) { line in
            [
                line["words"]?[call.language.rawValue]?.string ?? "", span(line),
                [line["by"], line["approved"]].compactMap { $0?.string }.joined(separator: ", "),
                line["reason"]?.string ?? "",
            ]
        }
        rows("obligations", Phrase(vi: "Kèm nghĩa vụ", en: "Obliges to")) { line in
            let name = line.string ?? ""
            return [Decision.Obligation(rawValue: name).map { Phrase.obligation($0)[call.language] } ?? name]
        }
    }
}
