import Testing
import Vocabulary

@testable import Incidents

/// Where a list goes on, as its address says.
struct PlaceTests {
    @Test("what a page gave for the next is read as it was")
    func own() {
        let place = Cursor(at: Instant(milliseconds: 1_604_885_400_000), id: "0175aabb-efab-7cb9-b8e7-cc0e69da2a59")
        #expect(Cursor(place.text) == place)
        #expect(Cursor("7~incident--a~b") == Cursor(at: Instant(milliseconds: 7), id: "incident--a~b"))
    }

    @Test(
        "what the contract's pattern does not allow is no place",
        arguments: ["7", "7~", "~a", "~7~a", "-7~a", "+7~a", "7~ a", "7~\n", "7~ệ", "٧~a", "1234567890123456789~a"])
    func strange(text: String) throws {
        #expect(Cursor(text) == nil)
        #expect(try Regex(Cursor.pattern).wholeMatch(in: text) == nil)
    }
}
