import Testing

@testable import Contracts

/// Media types that take more or promise more than others: by ranges and parameters, in one direction only.
@Suite("Compatibility of media types") struct MediaTypeChangeTests {
    private static let (text, number) = (#"{"type":"string"}"#, #"{"type":"integer"}"#)

    /// In the order in which they stand.
    private static func content(_ types: [(String, String)]) -> String {
        types.map { #""\#($0)":{"schema":\#($1)}"# }.joined(separator: ",")
    }

    private static func asked(_ before: [(String, String)], _ after: [(String, String)]) throws -> [String] {
        let bodies = [before, after].map { #"{"requestBody":{"content":{\#(content($0))}},\#(Samples.ok)}"# }
        return try CompatibilityTests.breakages(bodies[0], bodies[1])
    }

    private static func promised(_ before: [(String, String)], _ after: [(String, String)]) throws -> [String] {
        let answers = [before, after].map {
            #"{"responses":{"200":{"description":"x","content":{\#(content($0))}}}}"#
        }
        return try CompatibilityTests.breakages(answers[0], answers[1])
    }

    private static let (json, encoded) = ("application/json", "application/json; charset=utf-8")

    /// Before, after, what breaks in requests, and what in answers.
    static let cases: [(String, String, Bool, Bool)] = [
        (json, json, false, false), (json, "Application/JSON", false, false),
        (encoded, "application/json;Charset=UTF-8", false, false),
        // Fewer parameters take more, more promise more.
        (encoded, json, false, true), (json, encoded, true, false),
        (encoded, "application/json; charset=utf-16", true, true),
        ("application/json; v=a", "application/json; v=A", true, true),
        // What is not read for certain is like itself alone.
        (#"a/b; c=\"d\""#, #"a/b; c=\"d\""#, false, false), (#"a/b; c=\"d\""#, "a/b; c=d", true, true),
        ("a/b; c", "a/b", true, true), ("a/b; c=1; c=2", "a/b; c=1", true, true),
        // A range takes whatever is of it, and promises nothing of what comes.
        ("text/csv", "text/*", false, true), ("text/csv", "*/*", false, true), ("text/*", "*/*", false, true),
        ("text/*", "text/csv", true, true), ("*/*", "text/*", true, true), ("text/csv", "texts/*", true, true),
    ]

    @Test("what takes more breaks nobody who asks, what promises more nobody who reads", arguments: cases)
    func directions(before: String, after: String, asked: Bool, promised: Bool) throws {
        let lists = [before, after].map { [($0, Self.text)] }
        #expect(try Self.asked(lists[0], lists[1]) == (asked ? ["breaks.body-media-type"] : []))
        #expect(try Self.promised(lists[0], lists[1]) == (promised ? ["breaks.response-media-type"] : []))
    }

    @Test("schemas are compared whatever the media type is called now")
    func schemas() throws {
        #expect(try Self.asked([(Self.encoded, Self.text)], [(Self.json, Self.number)]) == ["breaks.request-type"])
        #expect(try Self.asked([("text/csv", Self.text)], [("*/*", Self.number)]) == ["breaks.request-type"])
        #expect(
            try Self.promised([(Self.json, Self.text)], [(Self.encoded, Self.number)]) == ["breaks.response-type"])
        // Of several the nearest counts.
        let nearer = [("*/*", Self.number), ("text/*", Self.text)]
        #expect(try Self.asked([("text/csv", Self.text)], nearer).isEmpty)
        #expect(try Self.asked([("text/csv", Self.text)], nearer.reversed()).isEmpty)
    }

    @Test("what is said of one media type now was said of its range, or whatever its parameters")
    func narrowed() throws {
        let all = [("*/*", Self.text)]
        #expect(try Self.asked(all, all + [(Self.json, Self.number)]) == ["breaks.request-type"])
        #expect(try Self.asked(all, all + [(Self.json, Self.text)]).isEmpty)
        #expect(try Self.promised(all, all + [(Self.json, Self.number)]) == ["breaks.response-type"])
        #expect(try Self.promised(all, all + [(Self.json, Self.text)]).isEmpty)
        let one = [(Self.json, Self.text)]
        #expect(try Self.asked(one, [(Self.encoded, Self.number)] + one) == ["breaks.request-type"])
        #expect(try Self.promised(one, one + [(Self.encoded, Self.number)]) == ["breaks.response-type"])
        #expect(try Self.promised(one, one + [("Application/JSON", Self.number)]) == ["breaks.response-type"])
        #expect(try Self.asked(one, one + [("text/csv", Self.number)]).isEmpty, "another is nobody's")
        #expect(try Self.promised(one, one + [("text/csv", Self.number)]).isEmpty)
    }

    @Test("many media types cost no more than so much")
    func many() throws {
        func list(_ kind: String) -> [(String, String)] { (0..<3000).map { ("\(kind)/\($0)", Self.text) } }
        let found = try Self.asked(list("a"), list("b"))
        #expect(found.count == Compatibility.limit || found.contains("breaks.not-compared"))
        #expect(try Self.asked(list("a"), list("a")).isEmpty)
    }
}
