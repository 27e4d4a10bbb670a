import Database
import TestKit
import Testing
import Vocabulary
import Web

@testable import Events

@Suite("Why a delivery failed")
struct FaultTests {
    private static let all: [DeliveryFault] = [
        .status(422), .notAgreed(status: 200, allowed: "-"), .notAgreed(status: 200, allowed: ""), .privateAddress,
        .noAnswer(seconds: 10),
        .notReached(host: "a.example"), .noAddress(host: "a.example"), .otherKey(host: "a.example"),
        .untrusted(host: "a.example"), .hungUp, .tooLong, .noHTTP, .notCalled, .otherForm, .noGrant,
        .paused(by: "owner"),
        .paused(by: "0193"), .unknown("of-a-later-program 7"),
    ]

    @Test("is kept as a code, and everybody reads it in their own language")
    func codes() {
        for fault in Self.all {
            #expect(DeliveryFault(fault.text) == fault, "\(fault)")
            guard case .unknown(let text) = fault else {
                #expect(fault.phrase.vi != fault.phrase.en, "\(fault)")
                continue
            }
            #expect(fault.phrase == Phrase(name: text))
        }
        #expect(DeliveryFault(FetchError.deadline(seconds: 10)).phrase.vi == "Không trả lời trong 10 giây")
        #expect(!DeliveryFault.paused(by: "0193").phrase.en.contains("0193"), "no id of a person on a page")
    }

    @Test("what was kept in English words before is a code afterwards", arguments: Engine.all)
    func before(engine: Engine) async throws {
        let words: [(String, DeliveryFault)] = [
            ("HTTP 422", .status(422)), ("no answer within 10.0 s", .noAnswer(seconds: 10)),
            ("HTTP 200, WebHook-Allowed-Origin: -", .notAgreed(status: 200, allowed: "-")),
            ("cannot connect to a.example", .notReached(host: "a.example")),
            ("no address for a.example", .noAddress(host: "a.example")),
            ("a.example shows another key", .otherKey(host: "a.example")),
            ("a.example shows no certificate that is trusted", .untrusted(host: "a.example")),
            ("hung up before it answered", .hungUp), ("the answer is too long", .tooLong),
            ("the answer is no HTTP", .noHTTP), ("cannot be called", .notCalled), ("no grant", .noGrant),
            ("cannot be written in this form", .otherForm),
            ("private-address", .privateAddress), ("", .unknown("")),
        ]
        try await engine.withDatabase { database in
            try await database.migrate(Array(EventTables.migrations.dropLast()))
            try await database.write { tx in
                for (place, (text, _)) in words.enumerated() { try Self.insert(place, "active", text, in: tx) }
                try Self.insert(words.count, "paused", "owner", in: tx)
            }
            try await database.migrate(EventTables.migrations)
            let kept = try await database.read { tx in
                try tx.rows("SELECT reason FROM events_subscription ORDER BY position").map {
                    try $0.get("reason", as: String.self)
                }
            }
            #expect(kept.map { DeliveryFault($0) } == words.map(\.1) + [.paused(by: "owner")])
        }
    }

    private static func insert(_ place: Int, _ state: String, _ reason: String, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO events_subscription (id, application, name, types, may_be_private, mode, state, reason,
                position, missed, created_at)
            VALUES (\("s\(place)"), 'a', 'a', '', \(false), 'batch', \(state), \(reason), \(place), 0, 0)
            """)
    }
}
