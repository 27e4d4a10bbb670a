import Foundation
import StrictJSON
import Testing

/// A small generator with a seed, so that a failure can be repeated.
private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }
}

@Suite("Damaged text")
struct FuzzTests {
    static let seeds = [
        #"{"type":"indicator","n":[1,-2.5e3,0.1],"s":"đường \u00e9 \ud83d\ude00 \n","o":"#
            + #"{"a":null,"b":[true,false,{}]}}"#,
        #"[[[["x"],{"k":"\\\"/"}]],"\u20ac",123456789,{"a":{"b":{"c":[]}}}]"#,
    ]

    /// Codes for what Foundation's reader lets pass by design; it also takes a trailing comma.
    static let ours: Set<String> = [
        "json.duplicate-key", "json.noncharacter", "json.surrogate", "json.number-range", "json.byte-order-mark",
        "json.utf8",
        "json.control-character",
    ]

    private func damaged(_ text: [UInt8], _ dice: inout Dice) -> [UInt8] {
        var bytes = text
        let interesting = Array("{}[]\",:\\u0-+.eE tfn\u{1}\u{7F}".utf8) + [0x80, 0xC3, 0xED, 0xF4, 0xFF]
        for _ in 0..<Int.random(in: 1...3, using: &dice) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &dice)
            switch Int.random(in: 0..<4, using: &dice) {
            case 0: bytes[place] = interesting.randomElement(using: &dice) ?? 0
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(interesting.randomElement(using: &dice) ?? 0, at: place)
            default: bytes.removeLast(bytes.count - place)
            }
        }
        return bytes
    }

    @Test("never crashes, and agrees with Foundation wherever both must agree", arguments: 1...4)
    func mutations(seed: Int) {
        var dice = Dice(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
        for _ in 0..<2500 {
            let bytes = damaged(Array(FuzzTests.seeds[seed % 2].utf8), &dice)
            let theirs = (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
            do throws(JSONError) {
                let document = try JSONDocument(bytes)
                _ = JSON(document.root).canonical()
                #expect(theirs, "only we read \(String(decoding: bytes, as: UTF8.self))")
            } catch {
                let text = String(decoding: bytes, as: UTF8.self)
                let isTrailingComma = text.contains(/,\s*[\]}]/)
                let isOurs = isTrailingComma || FuzzTests.ours.contains(error.code)
                #expect(!theirs || isOurs, "\(error.code): only they read \(text)")
            }
        }
    }

    @Test("every prefix of a text is incomplete or refused, never read")
    func prefixes() {
        for seed in FuzzTests.seeds {
            let bytes = Array(seed.utf8)
            for length in 0..<bytes.count {
                #expect(throws: JSONError.self) { try JSONDocument(Array(bytes[..<length])) }
            }
        }
    }

    @Test("values of a random document know their pointer and are found again by it")
    func pointers() throws {
        var dice = Dice(state: 7)
        let root = try JSONDocument(grow(4, &dice).encoded()).root
        check(root, at: "")
    }

    private func grow(_ depth: Int, _ dice: inout Dice) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 6 : 3), using: &dice) {
        case 0: .integer(.random(in: -9...9, using: &dice))
        case 1: "text\(Int.random(in: 0...9, using: &dice))"
        case 2: nil
        case 3: .array((0..<4).map { _ in grow(depth - 1, &dice) })
        default: .object((0..<4).map { JSON.Member("k/\($0)", grow(depth - 1, &dice)) })
        }
    }

    private func check(_ value: JSONValue, at pointer: String) {
        #expect(value.pointer == pointer)
        for (place, element) in (value.elements ?? []).enumerated() { check(element, at: "\(pointer)/\(place)") }
        for (key, member) in value.members ?? [] {
            check(member, at: "\(pointer)/\(key.replacingOccurrences(of: "/", with: "~1"))")
        }
    }
}
