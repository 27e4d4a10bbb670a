import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Gateway

/// Calls of all kinds behind one another on one connection, whose services answer well and badly: each gets its own
/// answer in its turn, or the connection ends there. The seed is fixed; `TRUC_FUZZ` asks for more cases.
@Suite("Any calls behind one another")
struct PipelineTests {
    /// So many connections at once, more than are sent to in one go.
    private static let connections = 80
    private static let waves =
        ProcessInfo.processInfo.environment["TRUC_FUZZ"].flatMap(Int.init).map { $0 / 10_000 } ?? 1

    /// How a service answers.
    enum Kind: Int, CaseIterable {
        case json, chunks, pieces, interim, long, text, problem, failure
        // Whoever has read the beginning of one of these may see the connection end.
        case brokenJSON, silent, short, excess, noStatus

        func reply(_ number: String) -> TestUpstream.Reply {
            let json = #"{"code":"\#(number)","secret":1}"#
            let chunked = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            let size = String(json.utf8.count, radix: 16)
            let sized = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            switch self {
            case .json: return .json(json)
            case .chunks: return .say("\(chunked)\(size)\r\n\(json)\r\n0\r\n\r\n")
            case .pieces: return TestUpstream.Reply(pieces: ["\(chunked)\(size)\r\n", "\(json)\r\n", "0\r\n\r\n"])
            case .interim:
                return .say("HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n\(sized)\(json.utf8.count)\r\n\r\n\(json)")
            case .long: return .json("[" + Array(repeating: json, count: 4000).joined(separator: ",") + "]")
            case .text: return .say("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\nx")
            case .problem: return .json(#"{"title":"Không có"}"#, status: "404 Not Found")
            case .failure: return .say("HTTP/1.1 500 No\r\nContent-Type: text/html\r\nContent-Length: 1\r\n\r\nx")
            case .brokenJSON: return .json(#"{"code":"#)
            case .silent: return TestUpstream.Reply(pieces: [], closes: true)
            case .short: return .say("\(sized)500\r\n\r\n\(json)", closes: true)
            case .excess: return .say("\(sized)\(json.utf8.count)\r\n\r\n\(json)excess")
            case .noStatus: return .say("+OK\r\n\r\n")
            }
        }

        var mayBreak: Bool { rawValue >= Kind.brokenJSON.rawValue }
        var isPlain: Bool { rawValue <= Kind.long.rawValue }
    }

    /// One call and what is known of its answer.
    struct Call {
        var text: String
        /// Nil when the gateway says it itself.
        var kind: Kind?
        var number: String
        var statuses: Set<Int>
    }

    static func call(_ number: Int, isFiltered: Bool, _ random: inout SeededRandom) -> Call {
        let filler = Int.random(in: 0...3, using: &random) == 0 ? Int.random(in: 0...9000, using: &random) : 0
        let fields = "Host: a\r\nX-Filler: \(String(repeating: "f", count: filler))\r\n"
        // Shown by a key, or by what others must be asked about first.
        let shown = ["X-Api-Key: \(Axis.key)", "Authorization: Bearer good", "Signature-Input: truc=()"]
        let key = "\(shown.randomElement(using: &random) ?? shown[0])\r\n"
        switch Int.random(in: 0...9, using: &random) {
        case 0: return Call(text: "GET /units/v1/none \(http)\(fields)\(key)\r\n", number: "", statuses: [404])
        case 1: return Call(text: "DELETE /units/v1/units \(http)\(fields)\(key)\r\n", number: "", statuses: [405])
        case 2: return Call(text: "GET /units/v1/units \(http)\(fields)\r\n", number: "", statuses: [401])
        default: break
        }
        let kind = Kind.allCases.randomElement(using: &random) ?? .json
        var statuses: Set<Int> = [200]
        if kind == .problem { statuses = [404] }
        if kind == .failure { statuses = isFiltered ? [500, 502] : [500] }
        if kind == .text, isFiltered { statuses = [502] }
        if kind.mayBreak { statuses.insert(502) }
        let name = "units/\(kind.rawValue)-\(number)"
        let text =
            switch Int.random(in: 0...4, using: &random) {
            case 0: "PUT /units/v1/\(name) \(http)\(fields)\(key)Content-Length: 5\r\n\r\nabcde"
            case 1:
                "PUT /units/v1/\(name) \(http)\(key)Transfer-Encoding: chunked\r\n\(fields)\r\n3\r\nabc\r\n0\r\n\r\n"
            case 2:
                "GET /r1/VN/GOV/H36/registry/units/\(name) \(http)\(road)\(fields)\(key)\r\n"
            default: "GET /units/v1/\(name) \(http)\(fields)\(key)\r\n"
            }
        return Call(text: text, kind: kind, number: "\(number)", statuses: statuses)
    }

    private static let http = "HTTP/1.1\r\n"
    private static let road = "X-Road-Client: VN/GOV/H42/kiosk\r\n"

    @Test(
        "each gets its own answer in its turn, or none comes any more",
        arguments: [EvidenceClass.withinOneSecond, .beforeRelease], [nil, ["code"] as Set<String>])
    func inTurn(_ evidence: EvidenceClass, _ fields: Set<String>?) async throws {
        let upstream = try await TestUpstream.open { request in
            let name = request.split(separator: " ", maxSplits: 2)[1].split(separator: "/").last ?? ""
            let parts = name.split(separator: "-")
            guard parts.count == 2, let kind = Int(parts[0]).flatMap(Kind.init) else { return .json("{}") }
            return kind.reply(String(parts[1]))
        }
        var table = Axis.table(
            [upstream.port], fields: fields, evidence: evidence, limits: { $0.failuresToEject = .max })
        let known = try #require(table.consumers.first).credentials
        table.consumers = [
            Consumer(
                id: "kiosk", name: Axis.client, credentials: known + [.oauthClient("client-7"), .signer("key-1")])
        ]
        let answers = GatewayAnswers(token: { $0 == "good" ? "client-7" : nil }, signature: { _ in "key-1" })
        let patient: (inout Gateway.Settings) -> Void = { ($0.evidenceSeconds, $0.leafSeconds) = (120, 120) }
        try await Axis.with(table, answers: answers, settings: patient) { axis async throws in
            for wave in 0..<PipelineTests.waves {
                try await withThrowingTaskGroup(of: Void.self) { [table] group in
                    // The same grants come in force anew under them.
                    group.addTask { for _ in 0..<5 { try await axis.gateway.swap(table) } }
                    for connection in 0..<PipelineTests.connections {
                        let number = wave * PipelineTests.connections + connection
                        group.addTask {
                            var random = SeededRandom(seed: UInt64(number))
                            let calls = (0..<Int.random(in: 1...6, using: &random)).map {
                                PipelineTests.call(number * 10 + $0, isFiltered: fields != nil, &random)
                            }
                            try await PipelineTests.check(calls, over: axis.wire(), &random)
                        }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(try await axis.call().status == 200)
        }
        try await upstream.close()
    }

    static func check(_ calls: [Call], over wire: Wire, _ random: inout SeededRandom) async throws {
        var text = Substring(calls.map(\.text).joined())
        while !text.isEmpty {
            let piece = text.prefix(Int.random(in: 1...20_000, using: &random))
            // Whoever was hung up on cannot send the rest.
            guard (try? await wire.send(String(piece))) != nil else { break }
            text = text.dropFirst(piece.count)
        }
        for call in calls {
            guard let answer = try? await wire.answer() else {
                #expect(wire.isClosed && call.kind?.mayBreak == true, "\(call.text.prefix(80)) got no answer")
                break
            }
            // X-Road says 500 of each fault of the service, and the gateway beside it what it would have said itself.
            let status = answer.field("truc-problem").flatMap { Int($0.prefix(3)) } ?? answer.status
            #expect(call.statuses.contains(status), "\(call.text.prefix(80)) got \(answer)")
            if call.kind?.isPlain == true {
                #expect(answer.body.contains("\"code\":\"\(call.number)\""), "\(call.text.prefix(80)) got \(answer)")
            }
            if answer.field("connection") == "close" { break }
        }
        try await wire.close()
    }
}
