import Foundation
import Ledger
import StrictJSON
import Vocabulary

/// `truc verify`: checks a log, a receipt or two checkpoints with nothing but files and a verifier key.
enum VerifyCommand {
    /// What came out: 0 when everything holds, 1 when something does not, 64 when it was asked for wrongly.
    struct Outcome: Sendable {
        let exitCode: Int32
        let lines: [Phrase]
    }

    /// - Parameters:
    ///   - arguments: `log FOLDER`, `receipt FILE…`, `growth CHECKPOINT GROWTH`, or files alone, which are receipts.
    ///   - key: a verifier key, `name+hash+base64`, from somewhere else than the files that are checked.
    static func run(arguments: [String], key: String, read: (String) throws -> [UInt8] = bytes) -> Outcome {
        let signer: VerifierKey
        do {
            signer = try VerifierKey(key.trimmingCharacters(in: .whitespacesAndNewlines))
        } catch {
            return Outcome(exitCode: ExitCode.usage, lines: [.notVerified("\(error)")])
        }
        do {
            switch (arguments.first, arguments.count) {
            case ("log", 2): return log(arguments[1], signer)
            case ("growth", 3): return try growth(try read(arguments[1]), try read(arguments[2]), signer)
            case ("receipt", 2...): return try receipts(arguments.dropFirst().map(read), signer)
            case ("log", _), ("growth", _), ("receipt", _), (nil, _):
                return Outcome(exitCode: ExitCode.usage, lines: [.verifyUsage])
            default: return try receipts(arguments.map(read), signer)
            }
        } catch {
            return Outcome(exitCode: ExitCode.failed, lines: [.notVerified("\(error)")])
        }
    }

    private static func log(_ folder: String, _ key: VerifierKey) -> Outcome {
        let report = Verification.log(folder: folder, by: key)
        var lines = report.findings.map { Phrase.notVerified("\($0)") }
        if let head = report.checkpoint { lines.append(.verifiedLog(head.size, head.root, isWhole: report.isSound)) }
        return Outcome(exitCode: report.isSound ? ExitCode.done : ExitCode.failed, lines: lines)
    }

    private static func receipts(_ files: [[UInt8]], _ key: VerifierKey) throws -> Outcome {
        let lines = try files.flatMap { try Verification.receipts($0, by: key) }.flatMap { proven -> [Phrase] in
            let (leaf, size) = (proven.receipt.leaf, proven.receipt.checkpoint.size)
            let content = proven.disclosed?.content ?? leaf.record
            return [
                .verifiedReceipt(proven.receipt.index, size, leaf.kind, leaf.at),
                content.map { .verifiedContent(String(decoding: $0, as: UTF8.self)) } ?? .noContent,
            ]
        }
        return Outcome(exitCode: ExitCode.done, lines: lines)
    }

    private static func growth(_ old: [UInt8], _ new: [UInt8], _ key: VerifierKey) throws -> Outcome {
        let growth = try Growth(try JSONDocument(new).root)
        let (before, after) = try Verification.growth(
            from: String(decoding: old, as: UTF8.self), to: growth.checkpoint, proof: growth.proof, by: key)
        return Outcome(exitCode: ExitCode.done, lines: [.verifiedGrowth(before.size, after.size)])
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path)))
    }
}

extension Command {
    static let verify = Command(
        name: "verify", operands: ["[log|receipt|growth]", "FILE…"],
        about: Phrase(
            vi: "Kiểm chứng sổ cái, biên nhận hoặc hai đầu sổ cái, không cần mạng",
            en: "Verify a log, a receipt or two signed heads, offline"),
        options: [
            Option(
                name: "key", value: "KEY",
                about: Phrase(
                    vi: "Khóa kiểm chứng của sổ cái, lấy từ nơi khác với tệp cần kiểm",
                    en: "The log's verifier key, from somewhere else than the files"))
        ], takesSettings: false
    ) { call in
        guard let key = call["key"] else {
            throw UsageError("truc verify needs --key, the log's verifier key, as its node's page /ledger shows it")
        }
        let outcome = VerifyCommand.run(arguments: call.operands, key: key)
        for line in outcome.lines { call.say(line) }
        return outcome.exitCode
    }
}

extension Phrase {
    fileprivate static let verifyUsage = Phrase(
        vi: "Cách dùng: truc verify log THƯ-MỤC | [receipt] TỆP… | growth CHECKPOINT GROWTH, kèm --key KHÓA",
        en: "Usage: truc verify log FOLDER | [receipt] FILE… | growth CHECKPOINT GROWTH, with --key KEY")
    fileprivate static let noContent = Phrase(
        vi: "Biên nhận không kèm nội dung.", en: "The receipt comes without content.")

    fileprivate static func notVerified(_ what: String) -> Phrase {
        Phrase(vi: "KHÔNG ĐÚNG: \(what)", en: "NOT VERIFIED: \(what)")
    }

    fileprivate static func verifiedLog(_ size: Int64, _ root: LedgerHash, isWhole: Bool) -> Phrase {
        isWhole
            ? Phrase(
                vi: "Đúng: \(size) lá, gốc \(root.base64)", en: "Verified: \(size) leaves, root \(root.base64)")
            : Phrase(vi: "Chỉ \(size) lá đầu là đúng", en: "Only the first \(size) leaves hold")
    }

    fileprivate static func verifiedReceipt(_ index: Int64, _ size: Int64, _ kind: String, _ at: Instant) -> Phrase {
        Phrase(
            vi: "Đúng: lá số \(index) trong sổ cái \(size) lá, \(kind), \(at.forReading)",
            en: "Verified: leaf \(index) of a log of \(size) leaves, \(kind), \(at.forReading)")
    }

    fileprivate static func verifiedContent(_ content: String) -> Phrase {
        Phrase(vi: "Nội dung đúng là của lá này: \(content)", en: "The content is this leaf's: \(content)")
    }

    fileprivate static func verifiedGrowth(_ old: Int64, _ new: Int64) -> Phrase {
        Phrase(
            vi: "Đúng: sổ cái \(new) lá bắt đầu bằng sổ cái \(old) lá",
            en: "Verified: the log of \(new) leaves begins with the log of \(old)")
    }
}
