import Exchange
import StrictJSON
import Vocabulary

extension Command {
    static let serviceLimits = Command(
        name: "service limits", operands: ["CODE/vN"],
        about: Phrase(
            vi: "Đặt giới hạn của một dịch vụ và in tất cả; “usual” là như mặc định, không nêu thì giữ nguyên",
            en: "Set limits of a service and print all of them; “usual” is what holds by default, others stay"),
        options: ServiceLimit.allCases.map { limit in
            Option(name: limit.rawValue, value: "N", about: limit.commandWords)
        } + [
            Option(
                name: "health-path", value: "PATH",
                about: Phrase(
                    vi: "Đường dẫn hỏi thăm máy chủ, như /health; usual: chỉ thử kết nối",
                    en: "What instances are asked, as /health; usual: only whether they can be connected to"))
        ]
    ) { call in
        var limits: JSON = [:]
        for limit in ServiceLimit.allCases {
            guard let text = call[limit.rawValue] else { continue }
            guard text != usual else {
                limits[limit.rawValue] = .null
                continue
            }
            guard let value = Double(text) else { throw UsageError("--\(limit.rawValue) must be a number") }
            limits[limit.rawValue] = .number(value)
        }
        if let path = call["health-path"] { limits["health-path"] = path == usual ? .null : .string(path) }
        let now = try await call.ask("service.limits", ["service": .string(call.operands[0]), "limits": limits])
        call.terminal.table(
            ServiceLimit.allCases.map { limit in
                [limit.rawValue, now[limit.rawValue]?.number.map(limit.written) ?? ""]
            } + [["health-path", now["health-path"]?.string ?? ""]])
        for checked in now["checked"]?.elements ?? [] {
            let (version, bytes) = (checked["version"]?.string ?? "", checked["request-bytes"]?.integer ?? 0)
            call.say(
                Phrase(
                    vi: "\(version) kiểm tra yêu cầu: nhận tối đa \(bytes) byte",
                    en: "\(version) checks requests: it takes \(bytes) bytes at most"))
        }
        return ExitCode.done
    }

    private static let usual = "usual"
}

extension ServiceLimit {
    fileprivate var commandWords: Phrase {
        let (low, high) = (written(bounds.lowerBound), written(bounds.upperBound))
        let isHeld = self == .requestBytes
        return Phrase(
            vi: "Từ \(low) đến \(high), mặc định \(written(usual))"
                + (isHeld ? "; phiên bản có --validate tối đa 1048576" : ""),
            en: "From \(low) to \(high), \(written(usual)) by default"
                + (isHeld ? "; of a version with --validate 1048576 at most" : ""))
    }
}
