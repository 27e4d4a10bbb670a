import Foundation
import Mail
import StrictJSON
import Vocabulary

extension Command {
    static let mailTry = Command(
        name: "mail try", operands: ["ADDRESS"],
        about: Phrase(
            vi: "Gửi ngay một thư thử theo cấu hình của nút và nói kết quả",
            en: "Send a trial mail at once with the node's settings, and say how it went")
    ) { call in
        guard let settings = try call.configuration().mail else { throw UsageError("mail.server is not set") }
        guard let to = MailAddress(call.operands[0]) else {
            throw UsageError("“\(call.operands[0])” is no mail address")
        }
        let letter = Letter(
            to: to, name: "", subject: Phrase(vi: "Thư thử từ Trục", en: "A trial mail from Trục"),
            body: Phrase(vi: "Máy chủ thư của nút hoạt động.", en: "The node's mail server works."))
        do {
            try await Mail.sendNow(letter, with: settings, at: Configuration.machineClock())
        } catch let refused as MailRefused {
            call.terminal.complain("truc: \(refused)")
            return ExitCode.failed
        }
        call.say(Phrase(vi: "Máy chủ đã nhận thư", en: "The server took the mail"))
        return ExitCode.done
    }

    static let mailBounce = Command(
        name: "mail bounce",
        about: Phrase(
            vi: "Đọc thông báo thư không tới (RFC 3464) từ đầu vào chuẩn; dùng trong bí danh của máy chủ thư",
            en: "Read a report that mail did not arrive (RFC 3464) from standard input; for an alias of the mail server"
        )
    ) { call in
        let report = try FileHandle.standardInput.read(upToCount: 1 << 20) ?? Data()
        let answer = try await call.ask("mail.bounce", ["report": .string(Base64.encode(Array(report)))])
        let isOurs = answer["taken"]?.bool ?? false
        call.say(
            isOurs
                ? Phrase(vi: "Đã đánh dấu địa chỉ", en: "The address was marked")
                : Phrase(vi: "Không phải thư của nút này", en: "This is not about a mail of this node"))
        return ExitCode.done
    }
}
