import StrictJSON
import Vocabulary

/// Where versions stand, and how they close.
extension Command {
    static let serviceInstances = Command(
        name: "service instances", operands: ["CODE/vN"],
        about: Phrase(vi: "Các máy chủ của một phiên bản", en: "The instances of a version")
    ) { call in
        let all = try await call.ask("service.instances", ["version": .string(call.operands[0])]).elements ?? []
        call.terminal.table(all.map { line in ["id", "address", "pin"].map { line[$0]?.string ?? "" } })
        return ExitCode.done
    }

    static let serviceMove = Command(
        name: "service move", operands: ["CODE/vN", "INSTANCE", "URL"],
        about: Phrase(vi: "Đổi địa chỉ của một máy chủ", en: "Give an instance another address"),
        options: Array(whereItStands.dropFirst())
    ) { call in
        var input: JSON = [
            "version": .string(call.operands[0]), "instance": .string(call.operands[1]),
            "address": .string(call.operands[2]), "allow-private": .bool(call.has("allow-private")),
        ]
        if let pin = call["pin"] { input["pin"] = .string(pin) }
        if let node = call["at-node"] { input["node"] = .string(node) }
        _ = try await call.ask("service.move", input)
        call.say(Phrase(vi: "Đã đổi", en: "Moved"))
        return ExitCode.done
    }

    static let serviceRemove = Command(
        name: "service remove", operands: ["CODE/vN", "INSTANCE"],
        about: Phrase(
            vi: "Gỡ một máy chủ; máy chủ cuối của phiên bản đang được dùng thì không",
            en: "Remove an instance, unless it is the last of a version that is used")
    ) { call in
        _ = try await call.ask(
            "service.remove", ["version": .string(call.operands[0]), "instance": .string(call.operands[1])])
        call.say(Phrase(vi: "Đã gỡ", en: "Removed"))
        return ExitCode.done
    }

    static let serviceClose = Command(
        name: "service close", operands: ["CODE/vN"],
        about: Phrase(
            vi: "Đóng một phiên bản; đang được dùng thì báo trước 7 ngày làm việc, hoặc ngay khi vi phạm, mất an toàn",
            en: "Close a version; a used one with 7 working days' notice, or at once for a violation or security"),
        options: [
            Option(
                name: "kind", value: "planned|violation|security",
                about: Phrase(vi: "Vì sao đóng; mặc định là planned", en: "Why it closes; planned by default")),
            Option(name: "on", value: "DAY", about: Phrase(vi: "Đóng từ ngày", en: "The day on which it closes")),
            Option(name: "because", value: "TEXT", about: Phrase(vi: "Lý do", en: "Why")),
        ]
    ) { call in
        var input: JSON = ["version": .string(call.operands[0])]
        for (option, name) in [("kind", "kind"), ("on", "on"), ("because", "reason")] {
            if let value = call[option] { input[name] = .string(value) }
        }
        let closes = try await call.ask("service.close", input).time("closes")
        call.say(
            closes.isEmpty
                ? Phrase(vi: "Đã đóng", en: "Closed")
                : Phrase(vi: "Sẽ đóng lúc \(closes)", en: "It closes at \(closes)"))
        return ExitCode.done
    }

    static let serviceKeep = Command(
        name: "service keep", operands: ["CODE/vN"],
        about: Phrase(vi: "Thôi đóng một phiên bản đã báo trước", en: "Give up closing a version")
    ) { call in
        _ = try await call.ask("service.keep", ["version": .string(call.operands[0])])
        call.say(Phrase(vi: "Phiên bản không đóng nữa", en: "The version stays"))
        return ExitCode.done
    }

    static let applicationCredentials = Command(
        name: "application credentials", operands: ["OWNER/CODE"],
        about: Phrase(vi: "Các cách xác thực của một ứng dụng", en: "The credentials of an application")
    ) { call in
        let all =
            try await call.ask("application.credentials", ["application": .string(call.operands[0])]).elements ?? []
        call.terminal.table(
            all.map { line in
                ["id", "kind", "hint"].map { line[$0]?.string ?? "" }
                    + [line.time("created"), line["unproven"]?.bool == true ? "unproven" : ""]
            })
        return ExitCode.done
    }

    static let applicationUnproven = Command(
        name: "application unproven",
        about: Phrase(
            vi: "Các chứng thư và khóa công khai được nhận khi chưa cần chứng minh",
            en: "The certificates and public keys that were taken without a proof")
    ) { call in
        let answer = try await call.ask("application.unproven", [:])
        call.terminal.table(
            (answer["credentials"]?.elements ?? []).map { line in
                ["application", "credential", "kind", "hint"].map { line[$0]?.string ?? "" }
                    + [line.time("created"), line["contact"]?.string ?? ""]
            })
        let since = answer["required-from"]?.string
        call.say(
            since.map { Phrase(vi: "Không dùng được từ \($0)", en: "They cannot be used from \($0) on") }
                ?? Phrase(vi: "Chưa đặt ngày yêu cầu chứng minh", en: "No day is set from which proofs are needed"))
        return ExitCode.done
    }

    static let applicationRequireProofs = Command(
        name: "application require-proofs", operands: ["DAY|never"],
        about: Phrase(
            vi: "Từ ngày này, chứng thư và khóa chưa chứng minh không dùng được",
            en: "From this day on certificates and keys without a proof cannot be used")
    ) { call in
        let text = call.operands[0]
        guard text == "never" || Day(text) != nil else { throw UsageError("a day as 2027-03-01, or never") }
        let day: String? = text == "never" ? nil : text
        _ = try await call.ask("application.require-proofs", ["from": .string(orNull: day)])
        call.say(
            day.map { Phrase(vi: "Cần chứng minh từ \($0)", en: "Proofs are needed from \($0) on") }
                ?? Phrase(vi: "Không cần chứng minh", en: "Proofs are not needed"))
        return ExitCode.done
    }

    static let applicationRevoke = Command(
        name: "application revoke", operands: ["OWNER/CODE", "CREDENTIAL"],
        about: Phrase(
            vi: "Thu hồi một cách xác thực, ngay lập tức", en: "Revoke a credential of an application, at once")
    ) { call in
        _ = try await call.ask(
            "application.revoke",
            ["application": .string(call.operands[0]), "credential": .string(call.operands[1])])
        call.say(Phrase(vi: "Đã thu hồi", en: "Revoked"))
        return ExitCode.done
    }
}
