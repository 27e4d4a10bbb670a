import Examples
import Foundation
import Vocabulary
import Web

extension Command {
    static let exampleService = Command(
        name: "example-service", operands: ["NAME"],
        about: Phrase(
            vi: "Chạy một dịch vụ mẫu: units, communes hoặc dossiers",
            en: "Run an example service: units, communes or dossiers"),
        options: [
            Option(
                name: "port", value: "PORT",
                about: Phrase(vi: "Cổng ở 127.0.0.1; mặc định 9240", en: "The port on 127.0.0.1; 9240 by default")),
            Option(
                name: "data", value: "PATH",
                about: Phrase(
                    vi: "Thư mục dữ liệu; mặc định là Demo/axis cạnh chương trình",
                    en: "The folder of its data; Demo/axis beside the program by default")),
            whileOpen,
        ], takesSettings: false
    ) { call in
        guard let service = Example(rawValue: call.operands[0]) else {
            throw UsageError(
                "there is no example service \(call.operands[0]); there are "
                    + Example.allCases.map(\.rawValue).joined(separator: ", "))
        }
        guard let data = call["data"] ?? DemoAxis.data() else {
            throw UsageError("the folder Demo/axis was not found; say where it is with --data")
        }
        let port = try call.integer("port", in: 0...65_535) ?? 9240
        let lifeline = try call.integer("while-open", in: 0...1023)
        let (terminal, language) = (call.terminal, call.language)
        try await StopSignals.run(until: {}) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await service.run(port: port, dataIn: data, now: Configuration.machineClock) { port in
                        terminal.say("\(service.title[language]): http://127.0.0.1:\(port)")
                    }
                }
                if let lifeline { group.addTask { await Lifeline.wait(on: Int32(lifeline)) } }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
        return ExitCode.done
    }

    static let call = Command(
        name: "call", operands: ["TARGET"],
        about: Phrase(
            vi: "Gọi một dịch vụ qua cổng của nút, như một ứng dụng: /units/v1/units?asOf=2025-07-01",
            en: "Call a service through the node's gateway, as an application: /units/v1/units?asOf=2025-07-01"),
        options: [
            Option(
                name: "key", value: "KEY",
                about: Phrase(
                    vi: "Khóa của ứng dụng; nên đưa qua đầu vào chuẩn hơn",
                    en: "The application's key; standard input is the better way")),
            Option(
                name: "head", value: nil,
                about: Phrase(vi: "In cả trạng thái và các trường đầu", en: "Print status and header fields too")),
        ]
    ) { call in
        guard let key = call["key"] ?? readLine(strippingNewline: true), !key.isEmpty else {
            throw UsageError("the application's key is expected on standard input, or as --key")
        }
        guard call.operands[0].hasPrefix("/") else {
            throw UsageError("a target begins with “/”: /units/v1/units?asOf=2025-07-01, not \(call.operands[0])")
        }
        let caller = try GatewayCaller(try call.configuration(), key: key)
        let answer = try await caller.call(call.operands[0])
        if call.has("head") {
            call.terminal.say("\(answer.status)")
            for field in answer.headers.fields { call.terminal.say("\(field.name): \(field.value)") }
            call.terminal.say("")
        }
        call.terminal.say(answer.text)
        return answer.status < 400 ? ExitCode.done : ExitCode.failed
    }

    static let whileOpen = Option(
        name: "while-open", value: "FD",
        about: Phrase(
            vi: "Dừng khi đầu kia của mô tả tệp này đóng: tiến trình mẹ đã mất",
            en: "Stop when the other end of this file descriptor closes: the parent is gone"))
}
