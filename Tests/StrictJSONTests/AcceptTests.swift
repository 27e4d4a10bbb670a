import StrictJSON
import Testing

/// Texts that RFC 8259 and RFC 7493 allow.
let accepted: [String] = [
    "null", "true", "false", "0", "-0", "7", "-7", "10", "1234567890", "0.5", "-0.5", "1.25", "1e3", "1E3", "1e+3",
    "1e-3",
    "0e0", "0E+7", "-0.0e-1", "123.456e78", "1e308", "-1e308", "1e-400", "9007199254740993",
    "123456789012345678901234567890",
    "\"\"", "\"a\"", "\"đường\"", "\"😀\"", #""\u0041""#, #""\u0000""#, #""\uD83D\uDE00""#, #""\ud834\udd1e""#,
    #""\"\\\/\b\f\n\r\t""#, "\"\u{7F}\"", "\"\u{2028}\u{2029}\"", #""\u2028""#, #""http:\/\/x""#, "\"\u{FEFF}\"",
    "\"/\"",
    #""\uFFFD""#, "\"\u{FFFD}\"", "\"\u{10FFFD}\"", #""\uDBFF\uDFFD""#, "\"' { [ , : ] }\"",
    "[]", "[ ]", "[1]", "[1,2]", " [1 , 2 ] ", "[[]]", "[[],[[]]]", "[null,true,false]", "[\"\"]", "[1e1,2.0,-3]",
    "[{}]",
    "\t[\n1\r,\n2]\n", "{}", "{ }", "{\"a\":1}", "{\"a\":1,\"b\":2}", "{\"\":0}", "{\"a\":{\"a\":{\"a\":1}}}",
    "{\"a\":[{\"a\":1},{\"a\":1}]}", " { \"a\" : 1 } ", #"{"\u0061":1,"b":2}"#, "{\"a\":1,\"A\":2}",
    "{\"a\":1,\"a \":2}",
    "{\"\u{E9}\":1,\"e\u{301}\":2}", "{\"min\":-1.0e+28,\"max\":1.0e+28}",
]

/// Texts that are refused, why, and at which byte.
let refused: [(text: String, code: String, offset: Int)] = [
    ("", "json.incomplete", 0), (" ", "json.incomplete", 1), ("\n\n", "json.incomplete", 2),
    ("nul", "json.incomplete", 3), ("nulL", "json.syntax", 3), ("NULL", "json.syntax", 0), ("True", "json.syntax", 0),
    ("tru", "json.incomplete", 3), ("truth", "json.syntax", 3), ("falze", "json.syntax", 3), ("nan", "json.syntax", 1),
    ("NaN", "json.syntax", 0), ("Infinity", "json.syntax", 0), ("-Infinity", "json.number", 1),
    ("-NaN", "json.number", 1),
    ("undefined", "json.syntax", 0), ("'a'", "json.syntax", 0), ("a", "json.syntax", 0), ("@", "json.syntax", 0),
    ("-", "json.incomplete", 1), ("--1", "json.number", 1), ("+1", "json.syntax", 0), (".5", "json.syntax", 0),
    ("1.", "json.incomplete", 2), ("1.a", "json.number", 2), ("-.5", "json.number", 1), ("00", "json.number", 1),
    ("01", "json.number", 1), ("-01", "json.number", 2), ("1e", "json.incomplete", 2), ("1e+", "json.incomplete", 3),
    ("1ee1", "json.number", 2), ("1e1.5", "json.trailing", 3), ("1.5.5", "json.trailing", 3),
    ("0x1F", "json.trailing", 1),
    ("1_000", "json.trailing", 1), ("1 000", "json.trailing", 2), ("1,5", "json.trailing", 1),
    ("１", "json.syntax", 0),
    ("1e309", "json.number-range", 0), ("-1e400", "json.number-range", 0), ("[1e999]", "json.number-range", 1),
    ("\"", "json.incomplete", 1), ("\"a", "json.incomplete", 2), ("\"\\", "json.incomplete", 2),
    ("\"\\\"", "json.incomplete", 3), ("\"\\x41\"", "json.escape", 1), ("\"\\a\"", "json.escape", 1),
    ("\"\\U0041\"", "json.escape", 1), ("\"\\u\"", "json.escape", 3), ("\"\\u00\"", "json.escape", 5),
    ("\"\\u00g0\"", "json.escape", 5), ("\"\\u004", "json.incomplete", 6), ("\"\\ \"", "json.escape", 1),
    ("\"\\\n\"", "json.escape", 1), ("\"\\0\"", "json.escape", 1), ("\"\\'\"", "json.escape", 1),
    ("\"\n\"", "json.control-character", 1), ("\"a\tb\"", "json.control-character", 2),
    ("\"\u{0}\"", "json.control-character", 1),
    ("\"\u{1F}\"", "json.control-character", 1), ("\"12345678\r\"", "json.control-character", 9),
    (#""\uD800""#, "json.surrogate", 1), (#""\uDC00""#, "json.surrogate", 1), (#""\uD800\n""#, "json.surrogate", 1),
    (#""\uD800\uD800""#, "json.surrogate", 1), (#""\uDFFF\uD800""#, "json.surrogate", 1),
    (#""a\uD83Dx""#, "json.surrogate", 2),
    (#""\uD83D\u0041""#, "json.surrogate", 1), (#"{"\uD800":1}"#, "json.surrogate", 2),
    (#""\uFFFF""#, "json.noncharacter", 1), (#""\uFFFE""#, "json.noncharacter", 1),
    (#""\uFDD0""#, "json.noncharacter", 1),
    (#""\uD83F\uDFFE""#, "json.noncharacter", 1),
    ("[", "json.incomplete", 1), ("[1", "json.incomplete", 2), ("[1,", "json.incomplete", 3), ("[,]", "json.syntax", 1),
    ("[1,]", "json.syntax", 3), ("[,1]", "json.syntax", 1), ("[1,,2]", "json.syntax", 3), ("[1 2]", "json.syntax", 3),
    ("[1}", "json.syntax", 2), ("[\"a\":1]", "json.syntax", 4), ("]", "json.syntax", 0), ("[1]]", "json.trailing", 3),
    ("[1]x", "json.trailing", 3), ("[] []", "json.trailing", 3), ("[](", "json.trailing", 2),
    ("[1;2]", "json.syntax", 2),
    ("[\u{0B}1]", "json.syntax", 1), ("[\u{0C}]", "json.syntax", 1), ("[\u{A0}]", "json.syntax", 1),
    ("[\u{2060}]", "json.syntax", 1), ("[a", "json.syntax", 1), ("[nu]", "json.syntax", 3), ("[-]", "json.number", 2),
    ("[*]", "json.syntax", 1), ("[// no\n1]", "json.syntax", 1), ("/* no */ 1", "json.syntax", 0),
    ("1 # no", "json.trailing", 2),
    ("{", "json.incomplete", 1), ("{]", "json.syntax", 1), ("{1:1}", "json.syntax", 1), ("{a:1}", "json.syntax", 1),
    ("{'a':1}", "json.syntax", 1), ("{\"a\"}", "json.syntax", 4), ("{\"a\":}", "json.syntax", 5),
    ("{\"a\" 1}", "json.syntax", 5),
    ("{\"a\"::1}", "json.syntax", 5), ("{\"a\":1,}", "json.syntax", 7), ("{,\"a\":1}", "json.syntax", 1),
    ("{\"a\":1 \"b\":2}", "json.syntax", 7), ("{\"a\":1,,\"b\":2}", "json.syntax", 7), ("{\"a\":1]", "json.syntax", 6),
    ("{\"a\",\"b\"}", "json.syntax", 4), ("{null:1}", "json.syntax", 1), ("{\"a\":1}}", "json.trailing", 7),
    ("{\"a\":1};", "json.trailing", 7), ("{\"a\":\"b\"}/**/", "json.trailing", 9), ("{\"a", "json.incomplete", 3),
    ("{\"a\":", "json.incomplete", 5), ("{\"a\":1", "json.incomplete", 6), ("}", "json.syntax", 0),
    ("{\"a\":1,\"a\":2}", "json.duplicate-key", 7), ("{\"a\":1,\"a\":1}", "json.duplicate-key", 7),
    (#"{"a":1,"\u0061":2}"#, "json.duplicate-key", 7), (#"{"\u0061":1,"\u0061":2}"#, "json.duplicate-key", 12),
    ("{\"\":1,\"\":2}", "json.duplicate-key", 6), ("[{\"x\":{\"b\":1,\"c\":2,\"b\":3}}]", "json.duplicate-key", 19),
    ("\u{FEFF}1", "json.byte-order-mark", 0), ("\u{FEFF}", "json.byte-order-mark", 0), ("1\u{0}", "json.trailing", 1),
    ("\u{0}1", "json.syntax", 0),
]

/// Bytes that are no UTF-8 (RFC 3629 §4), each inside quotes.
let badUTF8: [[UInt8]] = [
    [0x80], [0xBF], [0xC0, 0xAF], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0xAF], [0xE0, 0x9F, 0xBF],
    [0xE2, 0x82],
    [0xE2, 0x28, 0xA1], [0xE2, 0x82, 0x28], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
    [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
    [0xF8, 0x88, 0x80, 0x80],
    [0xFE], [0xFF], [0xE9], [0xC3, 0xA9, 0x80],
]

@Test("what the standard allows is read", arguments: accepted)
func accept(text: String) throws {
    let document = try JSONDocument(text)
    #expect(document.root.range.isEmpty == false)
}

@Test("what it forbids is refused, with a code and the place", arguments: refused)
func refuse(text: String, code: String, offset: Int) {
    let error = #expect(throws: JSONError.self) { try JSONDocument(text) }
    #expect(error?.code == code)
    #expect(error?.offset == offset)
}

@Test("text that is no UTF-8 is refused", arguments: badUTF8)
func refuseBadUTF8(bytes: [UInt8]) {
    let error = #expect(throws: JSONError.self) { try JSONDocument(Array("\"".utf8) + bytes + Array("\"".utf8)) }
    #expect(error?.code == "json.utf8")
    #expect(throws: JSONError.self) { try JSONDocument(bytes) }
}

@Test(
    "code points that mean nothing are refused",
    arguments: [[0xEF, 0xB7, 0xAF], [0xEF, 0xBF, 0xBF], [0xF4, 0x8F, 0xBF, 0xBE]])
func refuseNoncharacters(bytes: [UInt8]) {
    let error = #expect(throws: JSONError.self) { try JSONDocument(Array("\"".utf8) + bytes + Array("\"".utf8)) }
    #expect(error?.code == "json.noncharacter")
}

@Test("the list of cases is long enough to mean something")
func enoughCases() {
    #expect(accepted.count + refused.count + badUTF8.count >= 200)
}
