import StrictJSON
import Testing

private enum Mood: String, Decodable {
    case calm, storm
}

private struct Letter: Decodable, Equatable {
    struct Place: Decodable, Equatable {
        let street: String
        let number: UInt8?
    }

    let to: String
    let mood: Mood
    let weight: Double
    let isUrgent: Bool
    let places: [Place]
    let pages: [String: Int]
}

@Suite("A Swift type from JSON")
struct DecodingTests {
    private static let whole = #"""
        {"to": "Đường Đình", "mood": "calm", "weight": 1, "isUrgent": false, "more": null, "pages": {"a": 1, "b": -2},
         "places": [{"street": "Phủ Lý", "number": 255}, {"street": "", "number": null}, {"street": "x"}]}
        """#

    @Test("every member arrives; null and missing are nil for an optional, and strangers are passed over")
    func whole() throws {
        let letter = try JSONDocument(DecodingTests.whole).root.decode(Letter.self)
        #expect(
            letter
                == Letter(
                    to: "Đường Đình", mood: .calm, weight: 1, isUrgent: false,
                    places: [
                        .init(street: "Phủ Lý", number: 255), .init(street: "", number: nil),
                        .init(street: "x", number: nil),
                    ], pages: ["a": 1, "b": -2]))
    }

    @Test(
        "what does not fit is refused where it stands",
        arguments: [
            (#""to": "Đường Đình""#, #""tp": "x""#, "json.missing", "/to"),
            (#""Đường Đình""#, "7", "json.type", "/to"), (#""Đường Đình""#, #""\u0000""#, "json.nul", "/to"),
            (#""calm""#, #""rain""#, "json.value", "/mood"), ("false", "0", "json.type", "/isUrgent"),
            (#""a": 1"#, #""a": 1.0"#, "json.type", "/pages/a"), (#""a": 1"#, #""a": "1""#, "json.type", "/pages/a"),
            (#""a": 1"#, #""a": 9223372036854775808"#, "json.type", "/pages/a"),
            ("255", "256", "json.number-range", "/places/0/number"),
            ("255", "-1", "json.number-range", "/places/0/number"),
            (#"{"street": "x"}"#, "[]", "json.type", "/places/2"),
            (#"{"street": "x"}"#, "null", "json.type", "/places/2"),
        ])
    func refused(old: String, new: String, code: String, pointer: String) throws {
        let changed = DecodingTests.whole.replacing(old, with: new)
        #expect(changed != DecodingTests.whole)
        let root = try JSONDocument(changed).root
        let error = #expect(throws: JSONError.self) { try root.decode(Letter.self) }
        #expect(error?.code == code)
        #expect(error?.pointer == pointer)
    }
}
