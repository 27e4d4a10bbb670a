import Testing
import Vocabulary

@testable import WebAuthn

@Suite("CBOR, as CTAP2 has it and nothing more")
struct CBORTests {
    private func read(_ hex: String) throws(WebAuthnFault) -> CBOR {
        try CBOR(Hex.decode(hex.filter { $0 != " " }) ?? [])
    }

    @Test(
        "reads what may be said",
        arguments: [
            ("00", CBOR.integer(0)), ("17", .integer(23)), ("1818", .integer(24)), ("190100", .integer(256)),
            ("1a00010000", .integer(65_536)), ("1b0000000100000000", .integer(4_294_967_296)), ("20", .integer(-1)),
            ("3818", .integer(-25)), ("390100", .integer(-257)), ("3b7fffffffffffffff", .integer(.min)),
            ("43010203", .bytes([1, 2, 3])), ("6161", .text("a")), ("62c3bc", .text("ü")), ("80", .array([])),
            ("820102", .array([.integer(1), .integer(2)])), ("a0", .map([])), ("f4", .bool(false)), ("f5", .bool(true)),
            ("f6", .null),
        ])
    func reads(hex: String, value: CBOR) throws {
        #expect(try read(hex) == value)
    }

    @Test(
        "refuses what may not",
        arguments: [
            ("", "nothing"), ("1800", "a long zero"), ("1817", "a long 23"), ("190018", "a longer 24"),
            ("1a00000100", "a longer 256"), ("1b0000000000010000", "a longer 65536"),
            ("1bffffffffffffffff", "beyond 64 bits"),
            ("5f4101ff", "bytes without length"), ("7f6161ff", "text without length"),
            ("9f01ff", "an array without length"),
            ("bf6161 01ff", "a map without length"), ("c000", "a tag"), ("f7", "undefined"), ("f90000", "a half"),
            ("fa00000000", "a float"), ("fb0000000000000000", "a double"), ("f820", "a simple value"),
            ("ff", "a break"),
            ("1c", "a reserved length"), ("4301", "too few bytes"),
            ("5bffffffffffffffff00", "a length beyond all memory"),
            ("9bffffffffffffffff00", "a count beyond all memory"), ("bb7fffffffffffffff00", "a map beyond all memory"),
            ("61ff", "text that is none"), ("0000", "something behind"), ("a2010001 00", "a key twice"),
            ("a2020001 00", "keys out of order"), ("a26162006161 00", "names out of order"),
            ("a2626161006162 00", "the longer name first"), ("a2616100 0100", "names before numbers"),
            ("818181818181818181 00", "nine deep"),
        ])
    func refuses(hex: String, name: String) {
        #expect(throws: WebAuthnFault.cbor, "\(name)") { try read(hex) }
    }

    @Test("eight deep is allowed")
    func depth() throws {
        #expect(try read("818181818181818100").elements?.count == 1)
    }
}
