import Events
import Foundation
import StrictJSON
import Vocabulary

extension Command {
    static let eventRegister = Command(
        name: "event register", operands: ["CODE", "TYPE", "TITLE", "FILE"],
        about: Phrase(
            vi: "Đăng ký một loại sự kiện với JSON Schema của dữ liệu, hoặc thay lược đồ",
            en: "Register an event type with the JSON Schema of its data, or replace the schema"),
        options: [
            Option(
                name: "owner", value: "CODE",
                about: Phrase(
                    vi: "Cơ quan phát sự kiện, mặc định là cơ quan của nút",
                    en: "The organisation that tells of it, the node's own by default")),
            Option(
                name: "class", value: "open|internal|personal",
                about: Phrase(vi: "Loại dữ liệu, mặc định internal", en: "The class of its data, internal by default")),
            Option(name: "title-en", value: "TITLE", about: Phrase(vi: "Tên tiếng Anh", en: "The title in English")),
        ]
    ) { call in
        let path = call.operands[3]
        guard let schema = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw UsageError("cannot read \(path)")
        }
        var input: JSON = [
            "code": .string(call.operands[0]), "type": .string(call.operands[1]), "title": .string(call.operands[2]),
            "schema": .string(schema),
        ]
        for name in ["owner", "class", "title-en"] {
            if let value = call[name] { input[name] = .string(value) }
        }
        let answer = try await call.ask("event.register", input)
        call.terminal.say("\(answer["code"]?.string ?? "") \(answer["revision"]?.integer ?? 0)")
        return ExitCode.done
    }

    static let eventList = Command(
        name: "event list", about: Phrase(vi: "Các loại sự kiện", en: "The event types")
    ) { call in
        let all = try await call.ask("event.list", [:]).elements ?? []
        call.terminal.table(all.map { line in ["code", "name", "organisation"].map { line[$0]?.string ?? "" } })
        return ExitCode.done
    }

    static let eventQueues = Command(
        name: "event queues",
        about: Phrase(
            vi: "Các đăng ký nhận sự kiện và còn bao nhiêu đang chờ",
            en: "The subscriptions and how far behind they are")
    ) { call in
        let all = try await call.ask("event.queues", [:]).elements ?? []
        call.terminal.table(
            all.map { line in
                ["id", "application", "state", "url"].map { line[$0]?.string ?? "" }
                    + ["behind", "dead"].map { String(line[$0]?.integer ?? 0) }
            })
        return ExitCode.done
    }

    static let eventReplay = Command(
        name: "event replay", operands: ["ID", "TIME|POSITION"],
        about: Phrase(
            vi: "Phát lại cho một đăng ký: từ một ngày hay thời điểm (RFC 3339), hoặc những gì sau một vị trí",
            en: "Replay to a subscription: from a day or time (RFC 3339), or what is behind a position")
    ) { call in
        let input: JSON = ["id": .string(call.operands[0]), "from": .string(call.operands[1])]
        let answer = try await call.ask("event.replay", input)
        call.terminal.say("\(answer["position"]?.integer ?? 0)")
        return ExitCode.done
    }

    static let eventAgain = Command(
        name: "event again", operands: ["ID"],
        about: Phrase(
            vi: "Giao lại sự kiện không giao được của một đăng ký, tất cả hoặc một",
            en: "Try dead letters of a subscription again, all or one"),
        options: [
            Option(
                name: "position", value: "POSITION",
                about: Phrase(vi: "Chỉ sự kiện ở vị trí này", en: "Only the one at this position"))
        ]
    ) { call in
        var input: JSON = ["id": .string(call.operands[0])]
        if let text = call["position"] {
            guard let position = Int64(text) else { throw UsageError("--position is a number") }
            input["position"] = .integer(position)
        }
        let answer = try await call.ask("event.again", input)
        call.terminal.say("\(answer["count"]?.integer ?? 0)")
        return ExitCode.done
    }

    static let eventDead = Command(
        name: "event dead",
        about: Phrase(
            vi: "Sự kiện không giao được, mới nhất trước", en: "Dead letters, the newest first"),
        options: [
            Option(
                name: "queue", value: "ID",
                about: Phrase(vi: "Chỉ của đăng ký này", en: "Of this subscription only"))
        ]
    ) { call in
        let input: JSON = call["queue"].map { ["id": .string($0)] } ?? [:]
        let all = try await call.ask("event.dead", input).elements ?? []
        call.terminal.table(
            all.map { line in
                let fault = DeliveryFault(line["reason"]?.string ?? "")
                return [line["subscription"]?.string ?? "", String(line["position"]?.integer ?? 0)]
                    + ["type", "event"].map { line[$0]?.string ?? "" }
                    + [fault.phrase[call.language], line.time("diedAt"), String(line["tries"]?.integer ?? 0)]
            })
        return ExitCode.done
    }

    static let eventPause = pausing(
        "event pause", true,
        Phrase(vi: "Tạm dừng một đăng ký; sự kiện của nó chờ", en: "Pause a subscription; its events wait"))

    static let eventResume = pausing(
        "event resume", false,
        Phrase(
            vi: "Cho một đăng ký chạy tiếp, hoặc hỏi lại webhook chưa đồng ý",
            en: "Let a subscription go on, or ask a webhook again that has not agreed"))

    private static func pausing(_ name: String, _ isPaused: Bool, _ about: Phrase) -> Command {
        Command(name: name, operands: ["ID"], about: about) { call in
            _ = try await call.ask("event.pause", ["id": .string(call.operands[0]), "pause": .bool(isPaused)])
            return ExitCode.done
        }
    }

    static let eventEnd = Command(
        name: "event end", operands: ["ID"],
        about: Phrase(
            vi: "Chấm dứt một đăng ký cùng thư chết của nó, như khi ứng dụng đã chấm dứt",
            en: "End a subscription with its dead letters, as when its application has ended")
    ) { call in
        _ = try await call.ask("event.end", ["id": .string(call.operands[0])])
        call.say(Phrase(vi: "Đã chấm dứt", en: "Ended"))
        return ExitCode.done
    }

    static let eventAllow = Command(
        name: "event allow-private", operands: ["ID"],
        about: Phrase(
            vi: "Cho phép webhook của một đăng ký nằm trong mạng nội bộ",
            en: "Let the webhook of a subscription lie in a private network")
    ) { call in
        _ = try await call.ask("event.allow-private", ["id": .string(call.operands[0])])
        return ExitCode.done
    }
}
