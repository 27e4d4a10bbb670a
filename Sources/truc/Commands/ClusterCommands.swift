import Exchange
import StrictJSON
import Vocabulary

extension Command {
    private static let invite = Option(
        name: "invite", value: "CODE:ROLE",
        about: Phrase(
            vi: "Mời luôn, lặp lại được: H24:deputy (lead, deputy, member, coordinator)",
            en: "Invite at once, may be repeated: H24:deputy (lead, deputy, member, coordinator)"))

    static let clusterCreate = Command(
        name: "cluster create", operands: ["[NAME]"],
        about: Phrase(vi: "Lập một Cụm mà nút này đứng đầu", en: "Found a cluster that this node leads"),
        options: [invite]
    ) { call in
        let configuration = try call.configuration()
        let line = ControlLine(configuration: configuration, language: call.language)
        // Before anything is founded: a slip in the second word must not cost the first.
        let wishes = try (call.options["invite"] ?? []).map(Wish.read)
        let name = call.operands.first ?? "Cụm"
        let answer = try await line.ask("cluster.create", ["name": .string(name)])
        let keeper = answer["keeper"]?.string ?? ""
        call.say(Phrase(vi: "\(keeper) đã lập \(name)", en: "\(keeper) has founded \(name)"))
        for (code, role) in wishes {
            try await Wish.invite(code, role, history: false, by: line, call)
        }
        return ExitCode.done
    }

    static let clusterInvite = Command(
        name: "cluster invite", operands: ["CODE", "ROLE"],
        about: Phrase(
            vi: "In giấy mời dùng một lần cho một cơ quan", en: "Print an invitation for one organisation"),
        options: [
            Option(
                name: "history", value: nil,
                about: Phrase(vi: "Cho nhận cả những gì đã chia sẻ trước đó", en: "Also give what was shared before"))
        ]
    ) { call in
        let line = ControlLine(configuration: try call.configuration(), language: call.language)
        try await Wish.invite(call.operands[0], call.operands[1], history: call.has("history"), by: line, call)
        return ExitCode.done
    }

    static let clusterJoin = Command(
        name: "cluster join", operands: ["TOKEN"],
        about: Phrase(vi: "Gia nhập Cụm bằng giấy mời", en: "Join a cluster by invitation")
    ) { call in
        let organisation = try Invitation.organisation(of: call.operands[0])
        let line = ControlLine(
            configuration: try call.configuration(), organisation: organisation, language: call.language)
        let answer = try await line.ask("cluster.join", ["token": .string(call.operands[0])])
        let cluster = answer["cluster"]?.string ?? ""
        let count = answer["members"]?.integer ?? 0
        call.say(
            Phrase(
                vi: "\(organisation) đã gia nhập \(cluster), nay có \(count) thành viên",
                en: "\(organisation) has joined \(cluster), which now has \(count) members"))
        return ExitCode.done
    }

    static let clusterStatus = Command(
        name: "cluster status",
        about: Phrase(
            vi: "Thành viên của Cụm và tình trạng từng nút", en: "The cluster's members and how each node is"),
        options: [
            Option(
                name: "json", value: nil,
                about: Phrase(vi: "In JSON cho chương trình đọc", en: "Print JSON for programs"))
        ]
    ) { call in
        let answer = try await call.ask("cluster.status", [:])
        if call.has("json") {
            call.terminal.say(JSON(answer).text)
            return ExitCode.done
        }
        if let ended = answer["ended"], ended["since"] != nil { call.terminal.say(ended.name(in: call.language) + ".") }
        guard let cluster = answer["cluster"]?.string else {
            call.say(Phrase(vi: "Nút chưa thuộc Cụm nào", en: "The node belongs to no cluster yet"))
            return ExitCode.failed
        }
        call.terminal.say("\(cluster), #\(answer["version"]?.integer ?? 0)")
        let header = [Phrase.here, .memberCode, .memberRoles, .memberAddress, .lastAnswer, .waitingForIt, .memberName]
        call.terminal.table(
            [header.map { $0[call.language] }]
                + (answer["members"]?.elements ?? []).map { statusLine($0, in: call.language) })
        return ExitCode.done
    }

    private static func statusLine(_ member: JSONValue, in language: Language) -> [String] {
        let isHere = member["here"]?.bool ?? false
        let answered = member.time("answered")
        let roles = (member["roles"]?.elements ?? []).compactMap(\.string).joined(separator: ",")
        return [
            isHere ? "*" : " ", member["organisation"]?.string ?? "", roles, member["address"]?.string ?? "",
            isHere ? "" : answered.isEmpty ? "-" : answered, String(member["waiting"]?.integer ?? 0),
            member.name(in: language),
        ]
    }
}

/// `H24:deputy`: whom to invite, as what.
private enum Wish {
    static func read(_ text: String) throws(UsageError) -> (code: String, role: String) {
        let parts = text.split(separator: ":")
        guard parts.count == 2 else { throw UsageError("--invite expects CODE:ROLE, as H24:deputy, not “\(text)”") }
        let (code, role) = (String(parts[0]), String(parts[1]))
        guard MemberRole(rawValue: role) != nil else {
            throw UsageError("--invite \(text): \(Phrase.noSuchMemberRole(role).en)")
        }
        return (code, role)
    }

    static func invite(
        _ code: String, _ role: String, history: Bool, by line: ControlLine, _ call: Invocation
    ) async throws {
        let answer = try await line.ask(
            "cluster.invite", ["organisation": .string(code), "role": .string(role), "history": .bool(history)])
        call.say(
            Phrase(
                vi: "Giấy mời cho \(code), dùng một lần, trong 24 giờ; chạy ở nút ấy: truc cluster join …",
                en: "An invitation for \(code), good once and for 24 hours; at that node run: truc cluster join …"))
        call.terminal.say(answer["token"]?.string ?? "")
    }
}

extension Phrase {
    fileprivate static let here = Phrase(vi: "", en: "")
    fileprivate static let memberCode = Phrase(vi: "MÃ", en: "CODE")
    fileprivate static let memberRoles = Phrase(vi: "VAI TRÒ", en: "ROLES")
    fileprivate static let memberAddress = Phrase(vi: "ĐỊA CHỈ", en: "ADDRESS")
    fileprivate static let lastAnswer = Phrase(vi: "TRẢ LỜI LÚC", en: "LAST ANSWER")
    fileprivate static let waitingForIt = Phrase(vi: "CHỜ NHẬN", en: "WAITING FOR IT")
    fileprivate static let memberName = Phrase(vi: "TÊN", en: "NAME")
}
