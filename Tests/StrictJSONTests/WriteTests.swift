import StrictJSON
import Testing

@Suite("What we write")
struct WriteTests {
    @Test("objects keep their order; only what must be escaped is")
    func encoded() {
        let body: JSON = ["b": 1, "a": ["x\"\\\n\u{1}đ/", nil, true, 2.5], "\(1 + 1)": [:]]
        #expect(body.text == #"{"b":1,"a":["x\"\\\n\u0001đ/",null,true,2.5],"2":{}}"#)
    }

    @Test("what was written is read back the same")
    func roundTrip() throws {
        let body: JSON = ["n": -12, "big": .integer(.max), "d": 1e-7, "s": "😀\u{0}", "o": ["k": [nil, false]]]
        #expect(JSON(try JSONDocument(body.encoded()).root) == body)
    }

    @Test("members can be looked up, set and removed")
    func members() {
        var body: JSON = ["a": 1]
        body["b"] = 2
        body["a"] = nil
        #expect(body.text == #"{"b":2}"#)
        #expect(body["b"] == 2)
    }

    @Test("RFC 8785 §3.2.2 and §3.2.3: the sample object")
    func canonicalSample() throws {
        let sent = #"""
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """#
        let expected =
            #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
            + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#
        #expect(String(decoding: JSON(try JSONDocument(sent).root).canonical(), as: UTF8.self) == expected)
    }

    @Test("RFC 8785 §3.2.3: members are sorted by UTF-16 code units")
    func canonicalOrder() throws {
        let sent = #"""
            {"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
             "\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}
            """#
        let canonical = try JSONDocument(JSON(try JSONDocument(sent).root).canonical()).root
        #expect(
            canonical.members?.compactMap { $0.value.string } == [
                "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
                "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh",
            ])
    }

    /// The IEEE 754 samples of RFC 8785 Appendix B.
    static let doubles: [(UInt64, String)] = [
        (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
        (0x8000_0000_0000_0001, "-5e-324"), (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"),
        (0xFFEF_FFFF_FFFF_FFFF, "-1.7976931348623157e+308"), (0x4340_0000_0000_0000, "9007199254740992"),
        (0xC340_0000_0000_0000, "-9007199254740992"), (0x4430_0000_0000_0000, "295147905179352830000"),
        (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"), (0x44B5_2D02_C7E1_4AF6, "1e+23"),
        (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"), (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
        (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"), (0x444B_1AE4_D6E2_EF50, "1e+21"),
        (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"), (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
        (0x41B3_DE43_5555_5553, "333333333.3333332"), (0x41B3_DE43_5555_5554, "333333333.33333325"),
        (0x41B3_DE43_5555_5555, "333333333.3333333"), (0x41B3_DE43_5555_5556, "333333333.3333334"),
        (0x41B3_DE43_5555_5557, "333333333.33333343"), (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
        (0x4314_3FF3_C1CB_0959, "1424953923781206.2"),
    ]

    @Test("numbers are spelled as ECMAScript does", arguments: doubles)
    func number(bits: UInt64, expected: String) {
        #expect(JSON.number(Double(bitPattern: bits)).text == expected)
    }

    @Test("integers keep every digit in ordinary text and become doubles in canonical text")
    func integers() {
        #expect(JSON.integer(9_007_199_254_740_993).text == "9007199254740993")
        #expect(JSON.integer(9_007_199_254_740_993).canonical() == Array("9007199254740992".utf8))
        #expect(JSON.integer(-42).canonical() == Array("-42".utf8))
        #expect(JSON.number(.nan).text == "null")
    }
}
