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
        for line in answer["why"]?.elements ?? [] {
            call.terminal.say("  " + (line[call.language.rawValue]?.string ?? ""))
        }
        if let home = answer["guestOf"]?.string {
            call.say(Phrase(vi: "  Khách của \(home)", en: "  A guest of \(home)"))
        }
        call.terminal.table(
            [
                [
                    Phrase(vi: "Chính sách", en: "Policies")[call.language],
                    (answer["policies"]?.elements ?? []).compactMap(\.string).joined(separator: ", "),
                ],
                [Phrase(vi: "Tại thời điểm", en: "At")[call.language], answer["at"]?.string ?? ""],
                [
                    Phrase(vi: "Phiên bản quyền", en: "Revision of rights")[call.language],
                    "\(answer["revision"]?.integer ?? 0)",
                ],
            ])
        return ExitCode.done
    }
}
