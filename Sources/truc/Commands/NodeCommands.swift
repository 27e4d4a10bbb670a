import Foundation
import StrictJSON
import Vocabulary

extension Invocation {
    /// The settings of the node that the command works on.
    func configuration() throws -> Configuration {
        try Configuration.load(flags: flags, file: self["config"], environment: environment) { path in
            FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    func ask(_ verb: String, _ input: JSON) async throws -> JSONValue {
        try await ControlLine(configuration: try configuration(), language: language).ask(verb, input)
    }

    /// A password from the option or, better, from the first line of standard input, which no process list shows.
    func password() throws -> String {
        if let given = self["password"] { return given }
        guard let line = readLine(strippingNewline: true), !line.isEmpty else {
            throw UsageError("the password is expected on standard input, or as --password")
        }
        return line
    }
}

extension Command {
    private static let password = Option(
        name: "password", value: "TEXT",
        about: Phrase(
            vi: "Mật khẩu; nên đưa qua đầu vào chuẩn hơn", en: "The password; standard input is the better way"))

    static let personAdd = Command(
        name: "person add", operands: ["LOGIN", "NAME"],
        about: Phrase(
            vi: "Tạo tài khoản; không có mật khẩu thì in liên kết đặt mật khẩu",
            en: "Make an account; without a password prints the link to set one"),
        options: [
            Option(
                name: "role", value: "ROLE",
                about: Phrase(vi: "Vai trò, lặp lại được: ", en: "A role, may be repeated: ") + roleNames),
            password,
        ]
    ) { call in
        let roles = (call.options["role"] ?? []).flatMap { $0.split(separator: ",").map(String.init) }
        var input: [JSON.Member] = [
            .init("login", .string(call.operands[0])), .init("name", .string(call.operands[1])),
            .init("roles", .array(roles.map { .string($0) })),
        ]
        if let password = call["password"] { input.append(.init("password", .string(password))) }
        let answer = try await call.ask("person.add", .object(input))
        call.say(Phrase(vi: "Đã tạo \(call.operands[0])", en: "Made \(call.operands[0])"))
        if let link = answer["link"]?.string { call.terminal.say(try call.configuration().pageURL + link) }
        return ExitCode.done
    }

    static let personPassword = Command(
        name: "person password", operands: ["LOGIN"], about: Phrase(vi: "Đặt mật khẩu mới", en: "Set a new password"),
        options: [password]
    ) { call in
        _ = try await call.ask(
            "person.password", ["login": .string(call.operands[0]), "password": .string(try call.password())])
        call.say(Phrase(vi: "Đã đổi mật khẩu", en: "The password was changed"))
        return ExitCode.done
    }

    static let organisationList = Command(
        name: "organisation list",
        about: Phrase(vi: "Các cơ quan mà nút biết, hôm nay", en: "The organisations the node knows, today")
    ) { call in
        let all = try await call.ask("organisation.list", [:]).elements ?? []
        call.terminal.table(all.map { [$0["code"]?.string ?? "", $0.name(in: call.language)] })
        return ExitCode.done
    }

    private static let roleNames: Phrase = {
        let names = Role.allCases.filter { $0 != .peerNode }.map(\.rawValue).joined(separator: ", ")
        return Phrase(name: names)
    }()
}

extension Phrase {
    static func + (left: Phrase, right: Phrase) -> Phrase {
        Phrase(vi: left.vi + right.vi, en: left.en + right.en)
    }
}
