import Foundation
import TestKit
import Testing
import Vocabulary

@Suite struct EncodingTests {
    @Test(
        "base 64 of RFC 4648 §10",
        arguments: zip(
            ["", "f", "fo", "foo", "foob", "fooba", "foobar"],
            ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]))
    func vectors(plain: String, encoded: String) {
        let bytes = Array(plain.utf8)
        let unpadded = String(encoded.prefix { $0 != "=" })
        #expect(Base64.encode(bytes) == encoded)
        #expect(Base64.decode(encoded) == bytes)
        #expect(Base64.encodeURL(bytes) == unpadded)
        #expect(Base64.decodeURL(unpadded) == bytes)
    }

    @Test("one value has one base 64 spelling; every other is refused")
    func strict() {
        for text in [
            "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z", "Zg==\n", " Zg==", "Zg= =", "Zm9v====", "====", "Z===",
            "Zg==Zg==", "-_8=",
            "Zm9vé", "Zm 9v",
        ] {
            #expect(Base64.decode(text) == nil, "\(text)")
        }
        for text in ["Zg==", "Zh", "Zm9", "Z", "+/8", "Zg\n", "Zm9v="] {
            #expect(Base64.decodeURL(text) == nil, "\(text)")
        }
        #expect(Base64.decode("+/8=") == [0xFB, 0xFF])
        #expect(Base64.decodeURL("-_8") == [0xFB, 0xFF])
    }

    @Test("every byte string comes back from base 64 and hex")
    func roundTrips() {
        var random = SeededRandom(seed: 1)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64.decodeURL(Base64.encodeURL(bytes)) == bytes)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        }
    }

    @Test("hex is lowercase, reads both cases, and refuses half bytes and other letters")
    func hex() {
        #expect(Hex.encode([0, 0x0A, 0xFF]) == "000aff")
        #expect(Hex.decode("000AfF") == [0, 0x0A, 0xFF])
        for text in ["0", "0g", "0x00", " 00", "00 ", "０0", "-1"] { #expect(Hex.decode(text) == nil, "\(text)") }
    }
}

@Suite struct IDTests {
    @Test("a UUIDv7 is spelled as RFC 9562 §5.7 says (appendix A.6)")
    func format() {
        let made = UUIDv7.make(
            at: Instant(milliseconds: 0x017F_22E2_79B0), random: (0xCC3, 0x18C4_DC0C_0C07_398F))
        #expect(made == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
        let all = UUIDv7.make(at: Instant(milliseconds: 0xFFFF_FFFF_FFFF), random: (.max, .max))
        #expect(all == "ffffffff-ffff-7fff-bfff-ffffffffffff")
    }

    @Test("ids of later moments sort later, and no two are equal")
    func order() {
        let clock = TestClock()
        let source = UUIDv7.source(now: clock.now)
        var ids: [String] = []
        for _ in 0..<1000 {
            ids.append(source())
            clock.set(Instant(milliseconds: clock.now().milliseconds + 1))
        }
        #expect(ids == ids.sorted())
        #expect(Set((0..<1000).map { _ in source() }).count == 1000)
    }

    @Test("seeded ids are the same in every run")
    func seeded() {
        let (a, b, c) = (SeededIDs(seed: 7), SeededIDs(seed: 7), SeededIDs(seed: 8))
        let made = (0..<10).map { _ in a.next() }
        #expect(made == (0..<10).map { _ in b.source() })
        #expect(made != (0..<10).map { _ in c.next() })
        #expect(made == made.sorted())
    }
}

@Suite struct FoldingTests {
    /// Every letter of the Vietnamese alphabet with every tone, as written, and the letter it is searched by.
    private let families: [(String, Character)] = [
        ("aàảãáạăằẳẵắặâầẩẫấậ", "a"), ("eèẻẽéẹêềểễếệ", "e"), ("iìỉĩíị", "i"), ("oòỏõóọôồổỗốộơờởỡớợ", "o"),
        ("uùủũúụưừửữứự", "u"), ("yỳỷỹýỵ", "y"), ("dđ", "d"),
    ]

    @Test("all Vietnamese letters fold, in both cases, composed and decomposed")
    func letters() {
        for (letters, plain) in families {
            for letter in letters {
                let decomposed = letter.unicodeScalars.flatMap { Array(String($0).decomposed.unicodeScalars) }
                for spelled in [String(letter), letter.uppercased(), String(String.UnicodeScalarView(decomposed))] {
                    #expect(Folding.fold(spelled) == String(plain), "\(spelled)")
                }
            }
        }
        #expect(families.map(\.0.count).reduce(0, +) == 17 + 11 + 5 + 17 + 11 + 5 + 1 + families.count)
    }

    @Test(
        "names fold as people type them",
        arguments: zip(
            ["Đường Đình", "NGUYỄN THỊ ƯỚC", "Ỷ La", "Hà Nội 2025", "ß", "plain ASCII", ""],
            ["duong dinh", "nguyen thi uoc", "y la", "ha noi 2025", "ß", "plain ascii", ""]))
    func names(written: String, folded: String) {
        #expect(Folding.fold(written) == folded)
        #expect(Folding.fold(Folding.fold(written)) == folded)
    }

    @Test("text that comes in is composed (NFC)")
    func composed() {
        let decomposed = "Đu\u{31B}\u{300}ng"
        #expect(Array(Folding.compose(decomposed).unicodeScalars) == Array("Đừng".unicodeScalars))
        #expect(Array(Folding.compose("ascii").utf8) == Array("ascii".utf8))
    }
}

extension String {
    /// The two or three scalars that a precomposed Vietnamese letter is made of, by folding's own ground truth: NFD.
    fileprivate var decomposed: String { decomposedStringWithCanonicalMapping }

    @Test("a number of any size is written, and none stops the program")
    func figures() {
        #expect(Phrase.figure(1024.5) == Phrase(vi: "1.024,5", en: "1,024.5"))
        #expect(Phrase.count(.max).en == "9,223,372,036,854,775,807")
        for value in [9.3e15, 1e300, -1e300, .infinity, .nan] as [Double] {
            #expect(Phrase.figure(value) == Phrase(name: "\(value)"))
        }
    }
}
