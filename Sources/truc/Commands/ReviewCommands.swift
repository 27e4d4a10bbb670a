import Identity
import StrictJSON
import Vocabulary

extension Command {
    static let reviewList = Command(
        name: "review list", about: Phrase(vi: "Các kỳ rà soát quyền", en: "The access reviews")
    ) { call in
        let all = try await call.ask("review.list", [:]).elements ?? []
        call.terminal.table(
            all.map { line in
                let isOver = line["closed"]?.string != nil
                let isLate = line["overdue"]?.bool ?? false
                return [
                    line["id"]?.string ?? "", line["organisation"]?.string ?? "", line.time("due"),
                    "\(line["decided"]?.integer ?? 0)/\(line["rights"]?.integer ?? 0)",
                    isOver ? "closed" : isLate ? "overdue" : "open",
                ]
            })
        return ExitCode.done
    }

    static let reviewShow = Command(
        name: "review show", operands: ["REVIEW"],
        about: Phrase(vi: "Từng quyền của một kỳ rà soát", en: "Each right of a review")
    ) { call in
        let items = try await call.ask("review.show", ["review": .string(call.operands[0])]).elements ?? []
        call.terminal.table(
            items.map { item in
                let kind = item["kind"]?.string.flatMap(ReviewItem.Kind.init)
                let lent =
                    item["roles"]?.elements?.compactMap(\.string).joined(separator: ",")
                    ?? (kind == .delegation ? "*" : "")
                return ["id", "kind", "holder", "what"].map { item[$0]?.string ?? "" }
                    + [lent, item.end("until"), kind == .service ? item.time("used") : item.day("used")]
                    + [item["decision"]?.string ?? ""]
            })
        return ExitCode.done
    }

    static let reviewOpen = Command(
        name: "review open", operands: ["CODE"],
        about: Phrase(
            vi: "Bắt đầu rà soát quyền của một cơ quan ngay bây giờ", en: "Begin a review of an organisation now")
    ) { call in
        let answer = try await call.ask("review.open", ["organisation": .string(call.operands[0])])
        call.terminal.say(answer["id"]?.string ?? "")
        return ExitCode.done
    }

    static let reviewDecide = Command(
        name: "review decide", operands: ["ITEM", "keep|end"],
        about: Phrase(vi: "Giữ hoặc kết thúc một quyền", en: "Keep or end one right")
    ) { call in
        guard ["keep", "end"].contains(call.operands[1]) else {
            throw UsageError("keep or end, not “\(call.operands[1])”")
        }
        _ = try await call.ask(
            "review.decide", ["item": .string(call.operands[0]), "keep": .bool(call.operands[1] == "keep")])
        call.say(Phrase(vi: "Đã ghi", en: "Noted"))
        return ExitCode.done
    }
}
