import StrictJSON
import Testing
import Vocabulary

@Suite("Every value knows what it is, where it stands and how it was spelled")
struct ValueTests {
    let text = #"{ "a" : [1, {"đ/~":"x\ny"}, -2.50, true, null] , "\u0062": 9007199254740993 }"#

    @Test("kinds and contents")
    func contents() throws {
        let root = try JSONDocument(text).root
        let list = try #require(root["a"])
        #expect(root.kind == .object)
        #expect(list[0]?.integer == 1)
        #expect(list[1]?["đ/~"]?.string == "x\ny")
        #expect(list[2]?.number == -2.5)
        #expect(list[2]?.integer == nil)
        #expect(list[3]?.bool == true)
        #expect(list[4]?.isNull == true)
        #expect(list[5] == nil && list[-1] == nil)
        #expect(root["b"]?.integer == 9_007_199_254_740_993)
        #expect(root["c"] == nil)
        #expect(root.members?.map(\.key) == ["a", "b"])
        #expect(list.elements?.count == 5)
        #expect(list.members == nil && root.elements == nil)
        #expect(try JSONDocument("123456789012345678901").root.integer == nil)
    }

    @Test("bytes are exactly those that were sent")
    func ranges() throws {
        let root = try JSONDocument(text).root
        func sent(_ value: JSONValue?) -> String? { value.map { String(decoding: $0.bytes, as: UTF8.self) } }
        #expect(sent(root) == text)
        #expect(sent(root["a"]?[1]) == #"{"đ/~":"x\ny"}"#)
        #expect(sent(root["a"]?[2]) == "-2.50")
        #expect(sent(root["b"]) == "9007199254740993")
        #expect(root["a"]?[0]?.range == 9..<10)
    }

    @Test("pointers follow RFC 6901")
    func pointers() throws {
        let root = try JSONDocument(text).root
        #expect(root.pointer == "")
        #expect(root["a"]?.pointer == "/a")
        #expect(root["a"]?[1]?["đ/~"]?.pointer == "/a/1/đ~1~0")
        #expect(root["a"]?[4]?.pointer == "/a/4")
        #expect(root["b"]?.pointer == "/b")
    }

    @Test("names are compared code point by code point, not as people would read them")
    func names() throws {
        let root = try JSONDocument("{\"\u{E9}\":1,\"e\u{301}\":2}").root
        #expect(root["\u{E9}"]?.integer == 1)
        #expect(root["e\u{301}"]?.integer == 2)
        #expect(root["a"]?.spells("a") == nil)
    }

    @Test("what is required and missing or of another kind is named")
    func required() throws {
        let root = try JSONDocument(#"{"id":"x","n":1,"list":["a",2],"o":{"z":null},"nul":"\u0000"}"#).root
        #expect(try root.requireString("id") == "x")
        #expect(try root.requireInteger("n") == 1)
        #expect(try root.requireObject("o").optionalString("z") == nil)
        func error(_ body: () throws(JSONError) -> Void) -> JSONError? {
            do throws(JSONError) {
                try body()
                return nil
            } catch {
                return error
            }
        }
        #expect(error { () throws(JSONError) in _ = try root.requireString("no/pe") }?.pointer == "/no~1pe")
        #expect(error { () throws(JSONError) in _ = try root.requireString("no/pe") }?.code == "json.missing")
        #expect(error { () throws(JSONError) in _ = try root.requireString("n") }?.code == "json.type")
        #expect(error { () throws(JSONError) in _ = try root.requireStrings("list") }?.pointer == "/list/1")
        #expect(error { () throws(JSONError) in _ = try root.requireString("nul") }?.code == "json.nul")
        #expect(error { () throws(JSONError) in _ = try root.optionalBool("id") }?.pointer == "/id")
    }

    @Test("an error becomes a problem that keeps the code")
    func problem() {
        let error = JSONError(code: "json.syntax", offset: 3, pointer: "/a")
        guard case .malformed(let code, let words) = error.problem else {
            Issue.record("not malformed")
            return
        }
        #expect(code == "json.syntax")
        #expect(words.vi.contains("/a") && words.en.contains("3"))
    }
}
