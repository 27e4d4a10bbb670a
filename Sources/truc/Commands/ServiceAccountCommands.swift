import Identity
import StrictJSON
import Vocabulary

extension Command {
    private static let accountScopes = ServiceAccount.Scope.allCases.map(\.rawValue).joined(separator: ", ")
    private static let days = Option(
        name: "days", value: "DAYS",
        about: Phrase(
            vi: "Khóa có hiệu lực bao nhiêu ngày, mặc định 90", en: "For how many days the key is good, by default 90"))

    static let serviceAccountAdd = Command(
        name: "service-account add", operands: ["NAME", "PURPOSE"],
        about: Phrase(
            vi: "Tạo tài khoản dịch vụ và in khóa của nó, chỉ một lần",
            en: "Make a service account and print its key, this once"),
        options: [
            Option(
                name: "scope", value: "SCOPE",
                about: Phrase(
                    vi: "Quyền, lặp lại được: \(accountScopes)", en: "A scope, may be repeated: \(accountScopes)")),
            Option(
                name: "may-give", value: "ROLE",
                about: Phrase(
                    vi: "Vai trò được giao cho người khác, lặp lại được",
                    en: "A role that it may hand out, may be repeated")),
            Option(
                name: "reach", value: "CODE",
                about: Phrase(
                    vi: "Cơ quan mà nó với tới; mặc định là cơ quan của nút",
                    en: "The organisation that it reaches; the node's by default")),
            days,
        ]
    ) { call in
        var input: JSON = [
            "name": .string(call.operands[0]), "purpose": .string(call.operands[1]),
            "scopes": .array((call.options["scope"] ?? []).map { .string($0) }),
            "roles": .array((call.options["may-give"] ?? []).map { .string($0) }),
        ]
        if let reach = call["reach"] { input["organisation"] = .string(reach) }
        if let days = try call.integer("days", in: 1...366) { input["days"] = .integer(Int64(days)) }
        let answer = try await call.ask("service-account.add", input)
        call.say(Phrase(vi: "Đã tạo \(answer["id"]?.string ?? "")", en: "Made \(answer["id"]?.string ?? "")"))
        call.terminal.say(answer["key"]?.string ?? "")
        return ExitCode.done
    }

    static let serviceAccountList = Command(
        name: "service-account list", about: Phrase(vi: "Các tài khoản dịch vụ", en: "The service accounts")
    ) { call in
        let all = try await call.ask("service-account.list", [:]).elements ?? []
        call.terminal.table(
            all.map { line in ["id", "organisation", "name"].map { line[$0]?.string ?? "" } + [line.end("ends")] })
        return ExitCode.done
    }

    static let serviceAccountRotate = Command(
        name: "service-account rotate", operands: ["ID"],
        about: Phrase(
            vi: "In một khóa mới; khóa cũ còn dùng được 7 ngày",
            en: "Print a new key; the old one works for 7 more days"), options: [days]
    ) { call in
        var input: JSON = ["id": .string(call.operands[0])]
        if let days = try call.integer("days", in: 1...366) { input["days"] = .integer(Int64(days)) }
        call.terminal.say(try await call.ask("service-account.rotate", input)["key"]?.string ?? "")
        return ExitCode.done
    }

    static let serviceAccountEnd = Command(
        name: "service-account end", operands: ["ID"],
        about: Phrase(
            vi: "Chấm dứt tài khoản dịch vụ và mọi khóa của nó", en: "End a service account and every key of it")
    ) { call in
        _ = try await call.ask("service-account.end", ["id": .string(call.operands[0])])
        call.say(Phrase(vi: "Đã chấm dứt", en: "Ended"))
        return ExitCode.done
    }
}
