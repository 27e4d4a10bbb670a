import StrictJSON
import Testing

@testable import Contracts

/// YAML that is read, as the JSON it becomes, and YAML that is refused, by its code and line.
@Suite("YAML") struct YamlTests {
    static let read: [(String, String)] = [
        ("a: 1", #"{"a":1}"#),
        ("a: 1\nb:\n  - x\n  - y: 2\n    z: 3\n", #"{"a":1,"b":["x",{"y":2,"z":3}]}"#),
        ("a:\n- 1\n- 2\nb: 3", #"{"a":[1,2],"b":3}"#),
        ("- - 1\n  - 2\n- 3", "[[1,2],3]"),
        ("---\na: b # c\n...\n", #"{"a":"b"}"#),
        ("a:\nb: ~\nc: null\nd: ''", #"{"a":null,"b":null,"c":null,"d":""}"#),
        ("a: yes\nb: no\nc: on\nd: true\ne: False", #"{"a":"yes","b":"no","c":"on","d":true,"e":false}"#),
        (
            "a: 010\nb: 0x1F\nc: 0o17\nd: +1\ne: .5\nf: 1.\ng: 1e3",
            #"{"a":10,"b":31,"c":15,"d":1,"e":0.5,"f":1,"g":1e3}"#
        ),
        ("a: 1.0\nb: 2020-11-09\nc: 1:30", #"{"a":1.0,"b":"2020-11-09","c":"1:30"}"#),
        ("a: one\n  two\n\n  three", #"{"a":"one two\nthree"}"#),
        ("a: |\n  x\n    y\n\n  z\n\nb: 1", #"{"a":"x\n  y\n\nz\n","b":1}"#),
        ("a: |-\n  x\n  y\n", #"{"a":"x\ny"}"#),
        ("a: |+\n  x\n\nb: 1", #"{"a":"x\n\n","b":1}"#),
        ("a: >\n  x\n  y\n\n  z\n", #"{"a":"x y\nz\n"}"#),
        ("a: >\n  x\n    y\n  z\n", #"{"a":"x\n  y\nz\n"}"#),
        ("a: |2\n    x\n  y\n", #"{"a":"  x\ny\n"}"#),
        (#"a: "x\ty\u00e9\x41\"" "#, #"{"a":"x\tyéA\""}"#),
        ("a: \"x\n  y\\\n  z\"", #"{"a":"x yz"}"#),
        ("a: 'it''s'\n'b c': 1\n\"d\": 2", #"{"a":"it's","b c":1,"d":2}"#),
        ("a: {b: 1, \"c\":2, d: [x, 'y', {z: }]}", #"{"a":{"b":1,"c":2,"d":["x","y",{"z":null}]}}"#),
        ("a: [\n  1, # one\n  2,\n]", #"{"a":[1,2]}"#),
        ("a: {\n}\nb: []", #"{"a":{},"b":[]}"#),
        ("{\"a\": [1, true, null]}", #"{"a": [1, true, null]}"#),
        ("a: http://x.vn/y#z\nb: '#/c'", ##"{"a":"http://x.vn/y#z","b":"#/c"}"##),
        ("a: -1\nb: -x\nc:\n-", #"{"a":-1,"b":"-x","c":[null]}"#),
        ("a:\r\n  b: 1\r\nc: 2\r\n", #"{"a":{"b":1},"c":2}"#),
        ("# only\n", "null"), ("", "null"), ("plain", #""plain""#),
        ("/a/{b}:\n  get: 1", #"{"/a/{b}":{"get":1}}"#),
        ("tên: Đường\n\"trống\":   # không\n  - 1", #"{"tên":"Đường","trống":[1]}"#),
    ]

    @Test("is read as YAML 1.2 says", arguments: read)
    func reads(yaml: String, json: String) throws {
        let text = try ContractText(Array(yaml.utf8))
        #expect(String(decoding: text.json.bytes, as: UTF8.self) == json)
    }

    static let refused: [(String, String, Int)] = [
        ("a: &x 1\nb: *x", "yaml.alias", 1), ("a: 1\nb: *x", "yaml.alias", 2), ("a: !!str 1", "yaml.tag", 1),
        ("a: 1\n<<: b", "yaml.merge", 2), ("? a\n: b", "yaml.complex-key", 1),
        ("a: 1\nb: 2\na: 3", "yaml.duplicate-key", 3), ("a: {b: 1, b: 2}", "yaml.duplicate-key", 1),
        ("a: 1\n---\nb: 2", "yaml.documents", 2), ("a:\n\tb: 1", "yaml.tab", 2), ("a: b: c", "yaml.colon", 1),
        ("a: 1\n  b: 2", "yaml.key", 2), ("a:\n    b: 1\n  c: 2", "yaml.indentation", 3),
        ("a: \"x", "yaml.quote", 1), ("a: [1, 2", "yaml.flow", 1), ("a: \"\\q\"", "yaml.escape", 1),
        ("a: .inf", "yaml.number", 1), ("a: @x", "yaml.scalar", 1), ("a: - b", "yaml.entry", 1),
        ("a: 'x' y", "yaml.trailing", 1), ("a: \u{1}", "yaml.control", 1), ("a: {[b]: 1}", "yaml.complex-key", 1),
    ]

    @Test("is refused by name, at its line", arguments: refused)
    func refuses(yaml: String, code: String, line: Int) {
        let flaws = #expect(throws: Flaws.self) { try ContractText(Array(yaml.utf8)) }
        #expect(flaws?.all.map(\.code) == [code])
        #expect(flaws?.all.first?.line == line)
    }

    @Test("is bounded in depth, size and number of values, whatever is sent")
    func bounds() {
        for (yaml, code) in [
            (String(repeating: "[", count: 100_000), "document.too-deep"),
            (String(repeating: "- ", count: 100_000), "document.too-deep"),
            ("[" + String(repeating: "1,", count: 500_000) + "]", "document.too-many-values"),
            (String(repeating: "x", count: 5 << 20), "document.too-large"),
        ] {
            let flaws = #expect(throws: Flaws.self) { try ContractText(Array(yaml.utf8)) }
            #expect(flaws?.all.map(\.code) == [code])
        }
    }

    @Test("never traps on broken texts")
    func fuzz() {
        let seed = Array("a: [1, {b: 'c'}]\nd: |\n  e\n- \"f\\u0041\"\n? *x &y !z\n...\n---\n# g: >2-\n".utf8)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<5000 {
            var text = seed
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<text.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: text.remove(at: place)
                case 1: text.insert(seed.randomElement(using: &generator) ?? 0, at: place)
                default: text = Array(text[place...]) + text[..<place]
                }
            }
            _ = try? ContractText(text)
        }
    }

    @Test("knows the line of every value")
    func lines() throws {
        let text = try ContractText(Array("a: 1\n\n# x\nb:\n  - c\n  - d: 2\n".utf8))
        #expect(text.root["b"]?[1].map { text.line(of: $0) } == 6)
        #expect(text.root["b"]?[1]?["d"].map { text.line(of: $0) } == 6)
        #expect(text.root["a"].map { text.line(of: $0) } == 1)
        let json = try ContractText(Array("{\n \"a\": [\n  1,\n  2 ]}".utf8))
        #expect(json.root["a"]?[1].map { json.line(of: $0) } == 4)
    }

    @Test("local references are followed, percent and tilde included")
    func references() throws {
        let text = try ContractText(Array(#"{"paths":{"/a/{b}":{"x~y":[10,20]}}}"#.utf8))
        #expect(text.target(of: "#/paths/~1a~1%7Bb%7D/x~0y/1")?.integer == 20)
        #expect(text.target(of: "#")?.kind == .object)
        for broken in ["#/paths/none", "other.json#/a", "#paths", "#/paths/~2", "#/paths/%zz"] {
            #expect(text.target(of: broken) == nil)
        }
    }
}
