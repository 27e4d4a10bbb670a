import Foundation
import StrictJSON
import Vocabulary

extension Command {
    private static let openAPI = Phrase(
        vi: "Tài liệu OpenAPI 3.0 hoặc 3.1, JSON hay YAML", en: "The OpenAPI 3.0 or 3.1 document, JSON or YAML")

    static let whereItStands = [
        Option(
            name: "instance", value: "URL",
            about: Phrase(
                vi: "Địa chỉ của một máy chủ, lặp lại được", en: "The address of an instance, may be repeated")),
        Option(
            name: "pin", value: "PIN",
            about: Phrase(
                vi: "SHA-256 (base64url) của khóa công khai TLS mà máy chủ phải có",
                en: "The SHA-256 (base64url) of the TLS public key that the instances must have")),
        Option(
            name: "at-node", value: "CODE",
            about: Phrase(
                vi: "Thành viên có cổng ở địa chỉ đó", en: "The member whose gateway stands at the address")),
        Option(
            name: "allow-private", value: nil,
            about: Phrase(vi: "Cho phép địa chỉ trong mạng nội bộ", en: "Let addresses lie in closed networks")),
    ]
    private static let validate = Option(
        name: "validate", value: nil,
        about: Phrase(
            vi: "Kiểm tra mỗi yêu cầu theo lược đồ trước khi chuyển; yêu cầu tối đa 1 MiB",
            en: "Check each request against its schema before it is forwarded; it has 1 MiB at most"))

    private static let evidenceAcross = Option(
        name: "evidence-across", value: "before-release|within-1s",
        about: Phrase(
            vi: "Chứng cứ của lượt gọi giữa các nút; mặc định là before-release",
            en: "Evidence of calls between nodes; before-release by default"))

    static let serviceRegister = Command(
        name: "service register", operands: ["CODE", "NAME", "FILE"],
        about: Phrase(
            vi: "Đăng ký một dịch vụ với phiên bản đầu tiên", en: "Register a service with its first version"),
        options: [
            Option(
                name: "owner", value: "CODE",
                about: Phrase(
                    vi: "Cơ quan cung cấp, mặc định là cơ quan của nút",
                    en: "The organisation that provides it, the node's own by default")),
            Option(
                name: "contact", value: "TEXT", about: Phrase(vi: "Đầu mối liên hệ", en: "Whom to ask"),
                isRequired: true),
            Option(
                name: "class", value: "open|internal|personal",
                about: Phrase(vi: "Loại dữ liệu", en: "The class of its data"), isRequired: true),
            Option(
                name: "evidence", value: "before-release|within-1s",
                about: Phrase(vi: "Chứng cứ phải bền khi nào", en: "When evidence must be durable")),
            Option(
                name: "name-en", value: "NAME", about: Phrase(vi: "Tên tiếng Anh", en: "The name in English")),
            Option(name: "about", value: "TEXT", about: Phrase(vi: "Mô tả", en: "What it is about")),
            evidenceAcross, validate,
        ] + whereItStands
    ) { call in
        var input = try document(call, at: 2)
        input["code"] = .string(call.operands[0])
        input["name"] = .string(call.operands[1])
        for (name, value) in call.named(["contact", "class"]) { input[name] = .string(value) }
        for name in ["owner", "evidence", "evidence-across", "name-en", "about"] {
            if let value = call[name] { input[name] = .string(value) }
        }
        let answer = try await call.ask("service.register", input)
        call.terminal.say(answer["path"]?.string ?? "")
        return ExitCode.done
    }

    static let serviceEdit = Command(
        name: "service edit", operands: ["CODE/vN"],
        about: Phrase(
            vi: "Sửa thông tin của một dịch vụ; những gì không nêu thì giữ nguyên",
            en: "Edit a service; what is not named stays"),
        options: [
            Option(name: "name", value: "NAME", about: Phrase(vi: "Tên", en: "The name")),
            Option(name: "name-en", value: "NAME", about: Phrase(vi: "Tên tiếng Anh", en: "The name in English")),
            Option(name: "about", value: "TEXT", about: Phrase(vi: "Mô tả", en: "What it is about")),
            Option(name: "contact", value: "TEXT", about: Phrase(vi: "Đầu mối liên hệ", en: "Whom to ask")),
            Option(
                name: "class", value: "open|internal|personal",
                about: Phrase(vi: "Loại dữ liệu", en: "The class of its data")),
            Option(
                name: "evidence", value: "before-release|within-1s",
                about: Phrase(vi: "Chứng cứ phải bền khi nào", en: "When evidence must be durable")),
            evidenceAcross,
        ]
    ) { call in
        var input: JSON = ["service": .string(call.operands[0])]
        for name in ["name", "name-en", "about", "contact", "class", "evidence", "evidence-across"] {
            if let value = call[name] { input[name] = .string(value) }
        }
        _ = try await call.ask("service.edit", input)
        call.say(Phrase(vi: "Đã lưu", en: "Saved"))
        return ExitCode.done
    }

    static let serviceVersion = Command(
        name: "service version", operands: ["CODE", "FILE"],
        about: Phrase(
            vi: "Mở phiên bản mới của dịch vụ CODE (hoặc CODE/vN, một phiên bản đang có); số của nó là số tiếp theo",
            en: "Open another version of the service CODE (or CODE/vN, which is there); it gets the next number"),
        options: [validate] + whereItStands
    ) { call in
        var input = try document(call, at: 1)
        input["service"] = .string(call.operands[0])
        call.terminal.say(try await call.ask("service.version", input)["path"]?.string ?? "")
        return ExitCode.done
    }

    static let serviceDocument = Command(
        name: "service document", operands: ["CODE/vN", "FILE"],
        about: Phrase(
            vi: "Thay tài liệu của một phiên bản, nếu không làm hỏng ai",
            en: "Replace the document of a version, unless that breaks somebody")
    ) { call in
        var input = try document(call, at: 1)
        input["version"] = .string(call.operands[0])
        let answer = try await call.ask("service.document", input)
        call.say(Phrase(vi: "Đã thay", en: "Replaced"))
        for breakage in answer["breaks-nobody-in-use"]?.elements ?? [] {
            let name = "\(breakage["operation"]?.string ?? ""): "
            let words = Phrase(
                vi: breakage["words"]?["vi"]?.string ?? "", en: breakage["words"]?["en"]?.string ?? "")
            call.say(
                Phrase(
                    vi: "Không phá vỡ ứng dụng nào đang dùng: \(name)\(words.vi)",
                    en: "Breaking for nobody in use: \(name)\(words.en)"))
        }
        return ExitCode.done
    }

    static let serviceInstance = Command(
        name: "service instance", operands: ["CODE/vN", "URL"],
        about: Phrase(vi: "Thêm một máy chủ cho phiên bản", en: "Add an instance to a version"),
        options: Array(whereItStands.dropFirst())
    ) { call in
        var input: JSON = [
            "version": .string(call.operands[0]), "address": .string(call.operands[1]),
            "allow-private": .bool(call.has("allow-private")),
        ]
        if let pin = call["pin"] { input["pin"] = .string(pin) }
        if let node = call["at-node"] { input["node"] = .string(node) }
        _ = try await call.ask("service.instance", input)
        call.say(Phrase(vi: "Đã thêm", en: "Added"))
        return ExitCode.done
    }

    static let serviceList = Command(
        name: "service list", about: Phrase(vi: "Các dịch vụ và phiên bản", en: "The services and their versions")
    ) { call in
        let all = try await call.ask("service.list", [:]).elements ?? []
        call.terminal.table(
            all.map { line in
                ["path", "owner", "class", "evidence"].map { line[$0]?.string ?? "" }
                    + [standing(of: line)[call.language], line.name(in: call.language)]
            })
        return ExitCode.done
    }

    /// Of a version: open, or the day on which it closes or did.
    private static func standing(of line: JSONValue) -> Phrase {
        let (closed, closes) = (line.day("closed"), line.day("closes"))
        if !closed.isEmpty { return Phrase(vi: "đã đóng \(closed)", en: "closed \(closed)") }
        if !closes.isEmpty { return Phrase(vi: "sẽ đóng \(closes)", en: "closes \(closes)") }
        return Phrase(vi: "mở", en: "open")
    }

    private static func document(_ call: Invocation, at place: Int) throws -> JSON {
        let path = URL(filePath: call.operands[place]).standardizedFileURL.path()
        guard let data = FileManager.default.contents(atPath: path) else {
            throw UsageError("the file \(path) cannot be read")
        }
        var input: JSON = [
            "document": .string(String(decoding: data, as: UTF8.self)), "validate": .bool(call.has("validate")),
            "allow-private": .bool(call.has("allow-private")),
            "instances": .array((call.options["instance"] ?? []).map { .string($0) }),
        ]
        if let pin = call["pin"] { input["pin"] = .string(pin) }
        if let node = call["at-node"] { input["node"] = .string(node) }
        return input
    }
}

/// Applications that call services.
extension Command {
    static let applicationAdd = Command(
        name: "application add", operands: ["OWNER/CODE", "NAME"],
        about: Phrase(
            vi: "Đăng ký một ứng dụng và in khóa của nó, chỉ một lần",
            en: "Register an application and print its key, this once"),
        options: [
            Option(
                name: "at-node", value: "CODE",
                about: Phrase(
                    vi: "Thành viên có nút ký thay ứng dụng; khi đó không có khóa",
                    en: "The member whose node signs for it; then there is no key")),
            Option(name: "contact", value: "TEXT", about: Phrase(vi: "Đầu mối liên hệ", en: "Whom to ask")),
        ]
    ) { call in
        let parts = call.operands[0].split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw UsageError("OWNER/CODE, as H42/portal") }
        var input: JSON = [
            "owner": .string(parts[0]), "code": .string(parts[1]), "name": .string(call.operands[1]),
        ]
        if let node = call["at-node"] { input["node"] = .string(node) }
        if let contact = call["contact"] { input["contact"] = .string(contact) }
        let answer = try await call.ask("application.add", input)
        let name = answer["name"]?.string ?? ""
        call.say(Phrase(vi: "Đã đăng ký \(name)", en: "Registered \(name)"))
        if let key = answer["key"]?.string { call.terminal.say(key) }
        return ExitCode.done
    }

    static let applicationContact = Command(
        name: "application contact", operands: ["OWNER/CODE", "TEXT"],
        about: Phrase(vi: "Đổi đầu mối liên hệ của một ứng dụng", en: "Say whom to ask about an application")
    ) { call in
        _ = try await call.ask(
            "application.contact", ["application": .string(call.operands[0]), "contact": .string(call.operands[1])])
        call.say(Phrase(vi: "Đã đổi", en: "Changed"))
        return ExitCode.done
    }

    static let applicationKey = Command(
        name: "application key", operands: ["OWNER/CODE"],
        about: Phrase(vi: "In thêm một khóa cho ứng dụng", en: "Print another key for an application")
    ) { call in
        let answer = try await call.ask("application.key", ["application": .string(call.operands[0])])
        call.terminal.say(answer["key"]?.string ?? "")
        return ExitCode.done
    }

    static let applicationEnd = Command(
        name: "application end", operands: ["OWNER/CODE"],
        about: Phrase(vi: "Chấm dứt một ứng dụng", en: "End an application")
    ) { call in
        _ = try await call.ask("application.end", ["application": .string(call.operands[0])])
        call.say(Phrase(vi: "Đã chấm dứt", en: "Ended"))
        return ExitCode.done
    }

    static let applicationList = Command(
        name: "application list", about: Phrase(vi: "Các ứng dụng", en: "The applications")
    ) { call in
        let all = try await call.ask("application.list", [:]).elements ?? []
        call.terminal.table(
            all.map { line in
                ["application", "name", "id", "node"].map { line[$0]?.string ?? "" } + [line.time("ended")]
            })
        return ExitCode.done
    }
}
