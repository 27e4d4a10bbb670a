import Foundation
import StrictJSON
import Vocabulary

extension Command {
    static let policyList = Command(
        name: "policy list", about: Phrase(vi: "Các phiên bản chính sách", en: "The revisions of the policies")
    ) { call in
        let all = try await call.ask("policy.list", [:]).elements ?? []
        call.terminal.table(
            all.map { line in
                ["\(line["number"]?.integer ?? 0)"]
                    + [line["state"]?.string ?? "", line.time("proposed")]
                    + ["by", "reason"].map { line[$0]?.string ?? "" }
            })
        return ExitCode.done
    }

    static let policyShow = Command(
        name: "policy show", operands: ["[NUMBER]"],
        about: Phrase(
            vi: "In chính sách đang có hiệu lực, hay một phiên bản",
            en: "Print the policies in force, or one revision of them")
    ) { call in
        call.terminal.say(try await call.ask("policy.show", try call.policyNumber()).requireString("text"))
        return ExitCode.done
    }

    static let policyDiff = Command(
        name: "policy diff", operands: ["NUMBER"],
        about: Phrase(
            vi: "In chỗ khác của một phiên bản so với bản trước nó", en: "Print what a revision changes")
    ) { call in
        for line in try await call.ask("policy.diff", try call.policyNumber()).elements ?? [] {
            call.terminal.say(line.string ?? "")
        }
        return ExitCode.done
    }

    static let policyPropose = Command(
        name: "policy propose", operands: ["FILE", "LOGIN", "REASON"],
        about: Phrase(
            vi: "Đề nghị văn bản chính sách mới dưới tên một quản trị viên; người khác phê duyệt trên trang",
            en: "Propose a text of policies in the name of an administrator; another approves it on the page")
    ) { call in
        let path = call.operands[0]
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw UsageError("the file \(path) cannot be read as UTF-8")
        }
        let answer = try await call.ask(
            "policy.propose",
            ["text": .string(text), "login": .string(call.operands[1]), "reason": .string(call.operands[2])])
        let number = answer["number"]?.integer ?? 0
        call.say(
            Phrase(
                vi: "Phiên bản \(number) chờ quản trị viên thứ hai",
                en: "Revision \(number) waits for a second administrator"))
        return ExitCode.done
    }

    static let policyCheck = Command(
        name: "policy check", operands: ["FILE"],
        about: Phrase(
            vi: "Đọc, kiểm tra kiểu và thử các ví dụ của một văn bản chính sách",
            en: "Read a text of policies, check its types and decide its examples")
    ) { call in
        let path = call.operands[0]
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw UsageError("the file \(path) cannot be read as UTF-8")
        }
        let faults = try await call.ask("policy.check", ["text": .string(text)]).elements ?? []
        for fault in faults {
            let place = "\(path):\(fault["line"]?.integer ?? 0):\(fault["column"]?.integer ?? 0)"
            let what = fault[call.language.rawValue]?.string ?? ""
            call.terminal.complain("\(place): \(what) (\(fault["code"]?.string ?? ""))")
        }
        guard faults.isEmpty else { return ExitCode.failed }
        call.say(Phrase(vi: "Không có lỗi; mọi ví dụ đều đúng", en: "No fault; every example holds"))
        return ExitCode.done
    }
}

extension Invocation {
    fileprivate func policyNumber() throws -> JSON {
        guard let operand = operands.first else { return [:] }
        guard let number = Int64(operand) else { throw UsageError("“\(operand)” is no number of a revision") }
        return ["number": .integer(number)]
    }
}
