import StrictJSON
import Testing

private func code(_ text: String, _ limits: JSONLimits) -> String? {
    do throws(JSONError) {
        _ = try JSONDocument(text, limits: limits)
        return nil
    } catch {
        return error.code
    }
}

@Suite("A stranger cannot make us read without end")
struct LimitTests {
    @Test("each limit holds at its value and breaks one beyond")
    func edges() {
        #expect(code("[1]", JSONLimits(bytes: 3)) == nil)
        #expect(code("[1] ", JSONLimits(bytes: 3)) == "json.too-large")
        #expect(code("[[1]]", JSONLimits(depth: 2)) == nil)
        #expect(code("[[[]]]", JSONLimits(depth: 2)) == "json.too-deep")
        #expect(code("[1,2]", JSONLimits(nodes: 3)) == nil)
        #expect(code("[1,2,3]", JSONLimits(nodes: 3)) == "json.too-many-values")
        #expect(code("{\"a\":1}", JSONLimits(nodes: 2)) == "json.too-many-values")
        #expect(code("\"abc\"", JSONLimits(string: 3)) == nil)
        #expect(code("\"abcd\"", JSONLimits(string: 3)) == "json.string-too-long")
        #expect(code("123", JSONLimits(number: 3)) == nil)
        #expect(code("1234", JSONLimits(number: 3)) == "json.number-too-long")
    }

    @Test("a million brackets end at the depth limit, and without one they cost no call stack")
    func nestingBomb() {
        let bomb = String(repeating: "[", count: 1_000_000)
        #expect(code(bomb, .standard) == "json.too-deep")
        #expect(code(bomb, JSONLimits(depth: .max)) == "json.incomplete")
        #expect(code(String(repeating: "{\"a\":", count: 200_000), JSONLimits(depth: .max)) == "json.incomplete")
    }

    @Test("duplicates are found among many names too, also when one is spelled with escapes")
    func duplicatesAmongMany() {
        let names = (0..<5000).map { "\"name\($0)\":0" }
        #expect(code("{" + names.joined(separator: ",") + "}", .standard) == nil)
        #expect(
            code("{" + (names + ["\"name4321\":0"]).joined(separator: ",") + "}", .standard) == "json.duplicate-key")
        let escaped = #""\u006eame77":0"#
        #expect(code("{" + (names + [escaped]).joined(separator: ",") + "}", .standard) == "json.duplicate-key")
    }

    @Test("names spelled with escapes are compared by what they mean, few or many, short or long")
    func escapedNames() {
        let long = String(repeating: #"\u0061"#, count: 2000)
        let names = (0..<60).map { "\"\(long)\($0)\":0" }
        #expect(code("{" + names.joined(separator: ",") + "}", .standard) == nil)
        let plain = "\"" + String(repeating: "a", count: 2000) + "33\":0"
        #expect(code("{" + (names + [plain]).joined(separator: ",") + "}", .standard) == "json.duplicate-key")
        #expect(code(#"{"\u0061":1,"b":2,"a":3}"#, .standard) == "json.duplicate-key")
        #expect(code(#"{"\u0061":1,"b":2,"aa":3}"#, .standard) == nil)
    }

    @Test("an error says which value was being read")
    func pointerOfErrors() {
        func pointer(_ text: String) -> String? {
            do throws(JSONError) {
                _ = try JSONDocument(text)
                return nil
            } catch {
                return error.pointer
            }
        }
        #expect(pointer("{\"objects\":[{\"id\":1},{\"a/b\":01}]}") == "/objects/1/a~1b")
        #expect(pointer("[1,[2,x]]") == "/1/1")
        #expect(pointer("{\"a\":{\"b\":1,\"b\":2}}") == "/a/b")
        #expect(pointer("x") == "")
    }
}
