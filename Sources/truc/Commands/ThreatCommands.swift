import Foundation
import StrictJSON
import Vocabulary

extension Command {
    static let threatsImport = Command(
        name: "threats import", operands: ["FILE"],
        about: Phrase(
            vi: "Nhập STIX, sự kiện hay nguồn MISP vào nút đang chạy; chờ tới khi xong",
            en: "Import STIX, a MISP event or feed into the running node; waits for the end")
    ) { call in
        let line = ControlLine(configuration: try call.configuration(), opensFolder: false, language: call.language)
        let path = URL(filePath: call.operands[0]).standardizedFileURL.path()
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw UsageError("the file \(path) cannot be read")
        }
        let id = try await line.ask("threats.import", ["path": .string(path)]).requireString("import")
        while true {
            let state = try await line.ask("threats.import-state", ["import": .string(id)])
            let (done, faults) = (state["done"]?.integer ?? 0, state["faults"]?.integer ?? 0)
            switch try state.requireString("state") {
            case "done":
                call.say(
                    Phrase(
                        vi: "Đã nhập \(done) đối tượng, \(faults) lỗi", en: "Imported \(done) objects, \(faults) faults"
                    ))
                return ExitCode.done
            case "failed":
                call.terminal.complain("truc: \(state["problem"]?.string ?? "failed")")
                return ExitCode.failed
            default:
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }
}
