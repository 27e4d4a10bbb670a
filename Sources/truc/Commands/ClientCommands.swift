import StrictJSON
import Vocabulary

extension Command {
    static let clientCreate = Command(
        name: "client create", operands: ["NAME"],
        about: Phrase(
            vi: "Đăng ký ứng dụng kết nối; in mã và khóa bí mật, chỉ một lần",
            en: "Register an application; prints its id and its secret, this once"),
        options: clientOptions
    ) { call in
        func list(_ option: String) -> JSON { .array((call.options[option] ?? []).map { .string($0) }) }
        let answer = try await call.ask(
            "client.create",
            [
                "name": .string(call.operands[0]), "nameEn": .string(orNull: call["name-en"]),
                "purposeVi": .string(orNull: call["purpose"]), "purposeEn": .string(orNull: call["purpose-en"]),
                "days": try days("days", call), "redirects": list("redirect"),
                "signOutRedirects": list("sign-out-redirect"), "scopes": list("scope"), "audiences": list("audience"),
                "logoutURI": .string(orNull: call["logout-uri"]), "certificate": .string(orNull: call["certificate"]),
                "sector": .string(orNull: call["sector"]), "signing": .string(orNull: call["signing"]),
                "isPublic": .bool(call.has("public")), "actsAlone": .bool(call.has("acts-alone")),
                "introspects": .bool(call.has("introspects")), "asksConsent": .bool(!call.has("no-consent")),
                "isPairwise": .bool(!call.has("same-ids")),
            ])
        try sayClient(answer, call)
        return ExitCode.done
    }

    static let clientList = Command(
        name: "client list", about: Phrase(vi: "Các ứng dụng kết nối", en: "The applications that are registered")
    ) { call in
        let all = try await call.ask("client.list", [:]).elements ?? []
        call.terminal.table(all.map { one in ["id", "state", "name"].map { one[$0]?.string ?? "" } })
        return ExitCode.done
    }

    static let clientRotate = Command(
        name: "client rotate", operands: ["CLIENT"],
        about: Phrase(
            vi: "Cấp khóa bí mật mới; khóa cũ còn dùng được một ngày",
            en: "A new secret; the one before holds for a day more"),
        options: [daysOption, overlapOption]
    ) { call in
        let input: JSON = [
            "client": .string(call.operands[0]), "days": try days("days", call), "overlap": try days("overlap", call),
        ]
        try sayClient(try await call.ask("client.rotate", input), call)
        return ExitCode.done
    }

    static let clientCertificate = Command(
        name: "client certificate", operands: ["CLIENT", "X5T"],
        about: Phrase(
            vi: "Thay chứng thư của ứng dụng; chứng thư cũ còn dùng được một ngày",
            en: "Another certificate of an application; the one before holds for a day more"),
        options: [overlapOption]
    ) { call in
        _ = try await call.ask(
            "client.certificate",
            [
                "client": .string(call.operands[0]), "certificate": .string(call.operands[1]),
                "overlap": try days("overlap", call),
            ])
        call.say(Phrase(vi: "Đã thay chứng thư", en: "The certificate is another one"))
        return ExitCode.done
    }

    private static func days(_ option: String, _ call: Invocation) throws -> JSON {
        guard let text = call[option] else { return .null }
        guard let days = Int64(text) else { throw UsageError("--\(option) must be a number of days, not “\(text)”") }
        return .integer(days)
    }

    private static let daysOption = Option(
        name: "days", value: "DAYS",
        about: Phrase(
            vi: "Thời hạn khóa bí mật, mặc định 365 ngày", en: "How long the secret is good, 365 days unless it is said"
        )
    )
    private static let overlapOption = Option(
        name: "overlap", value: "DAYS",
        about: Phrase(vi: "Khóa cũ còn dùng được mấy ngày, 0 đến 30", en: "How long the old one goes on, 0 to 30 days"))

    static let clientRevoke = Command(
        name: "client revoke", operands: ["CLIENT"],
        about: Phrase(
            vi: "Thu hồi ứng dụng và mọi token của nó", en: "Revoke an application and every token that it has")
    ) { call in
        _ = try await call.ask("client.revoke", ["client": .string(call.operands[0])])
        call.say(Phrase(vi: "Đã thu hồi", en: "Revoked"))
        return ExitCode.done
    }

    static let clientRekey = Command(
        name: "client rekey",
        about: Phrase(
            vi: "Thay mọi khóa ký token, khi một khóa đã lộ; token cũ hết hiệu lực",
            en: "Replace every key that signs tokens, when one got about; older tokens are void")
    ) { call in
        _ = try await call.ask("client.rekey", [:])
        call.say(Phrase(vi: "Đã thay mọi khóa ký token", en: "Every key that signs tokens is a new one"))
        return ExitCode.done
    }

    private static func sayClient(_ answer: JSONValue, _ call: Invocation) throws {
        var rows = [["client_id", try answer.requireString("client")]]
        if let secret = answer["secret"]?.string { rows.append(["client_secret", secret]) }
        if answer["until"]?.string != nil { rows.append(["client_secret_until", answer.end("until")]) }
        rows.append(["discovery", try call.configuration().pageURL + "/.well-known/openid-configuration"])
        call.terminal.table(rows)
    }

    private static let axisScopes = AxisScope.allCases.map(\.rawValue).joined(separator: ", ")

    private static let clientOptions = [
        Option(
            name: "purpose", value: "TEXT",
            about: Phrase(
                vi: "Mục đích, người dùng đọc trước khi đồng ý",
                en: "What for, in Vietnamese: people read it before they agree")),
        Option(
            name: "purpose-en", value: "TEXT", about: Phrase(vi: "Mục đích bằng tiếng Anh", en: "The same in English")),
        Option(name: "name-en", value: "NAME", about: Phrase(vi: "Tên tiếng Anh", en: "The name in English")),
        daysOption,
        Option(
            name: "redirect", value: "URI",
            about: Phrase(vi: "Địa chỉ trở về, lặp lại được", en: "A return address, may be repeated")),
        Option(
            name: "sign-out-redirect", value: "URI",
            about: Phrase(vi: "Địa chỉ trở về sau khi đăng xuất", en: "A return address after signing out")),
        Option(
            name: "logout-uri", value: "URI",
            about: Phrase(vi: "Nơi nhận báo đăng xuất", en: "Where sign-outs are told (back-channel)")),
        Option(
            name: "scope", value: "SCOPE",
            about: Phrase(
                vi: "Phạm vi, lặp lại được: của đăng nhập, \(axisScopes), hoặc của dịch vụ khác",
                en: "A scope, may be repeated: of signing in, \(axisScopes), or of another service")),
        Option(
            name: "audience", value: "SERVICE",
            about: Phrase(vi: "Dịch vụ được gọi, lặp lại được", en: "A service that it calls, may be repeated")),
        Option(
            name: "public", value: nil,
            about: Phrase(vi: "Không giữ được khóa bí mật", en: "Cannot keep a secret, gets none")),
        Option(
            name: "acts-alone", value: nil,
            about: Phrase(vi: "Tự xin token (client_credentials)", en: "Has tokens of its own (client_credentials)")),
        Option(
            name: "introspects", value: nil,
            about: Phrase(vi: "Được kiểm tra mọi token", en: "May ask about any token: a gateway")),
        Option(
            name: "no-consent", value: nil,
            about: Phrase(vi: "Không hỏi người dùng", en: "People are not asked: a system of the house")),
        Option(
            name: "same-ids", value: nil,
            about: Phrase(
                vi: "Thấy mã người dùng của nút, không phải mã riêng", en: "Sees the node's ids of people, not its own")
        ),
        Option(
            name: "sector", value: "HOST",
            about: Phrase(vi: "Tên miền chung của các địa chỉ", en: "The host that several addresses share")),
        Option(
            name: "certificate", value: "X5T",
            about: Phrase(
                vi: "Dấu vân tay chứng thư, thay cho khóa bí mật",
                en: "A certificate's thumbprint, in place of a secret")),
        Option(
            name: "signing", value: "RS256|ES256|EdDSA",
            about: Phrase(vi: "Thuật toán ký ID token", en: "How its ID tokens are signed")),
    ]
}
