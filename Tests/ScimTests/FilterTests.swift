import StrictJSON
import Testing
import Vocabulary

@testable import Scim

@Suite("SCIM filters")
struct FilterTests {
    static let person = #"""
        "userName":"An","code":"Ab","active":true,"since":"2020-11-09T00:00:00Z","name":{"familyName":"Đỗ"},
        "emails":[{"value":"an@work.vn","type":"work","primary":true},{"value":"an@home.vn","type":"home"}],
        "urn:test:More":{"unit":"Phòng 1"}
        """#

    @Test(
        "say of a person what RFC 7644 §3.4.2.2 means",
        arguments: [
            (#"userName eq "an""#, true), (#"USERNAME EQ "AN""#, true), (#"urn:test:Sample:userName eq "an""#, true),
            (#"code eq "Ab""#, true), (#"code eq "ab""#, false), (#"userName ne "an""#, false),
            (#"name.familyName eq "đỗ""#, true), (#"name.givenName pr"#, false), (#"name.givenName ne "x""#, true),
            (#"name.givenName eq null"#, true), (#"emails co "HOME""#, true), (#"emails.type eq "work""#, true),
            (#"emails[type eq "work" and value ew "home.vn"]"#, false),
            (#"emails[type eq "home" and value ew "home.vn"]"#, true), (#"emails[not (primary eq true)]"#, true),
            (#"active eq true"#, true), (#"active ne true"#, false), (#"since gt "2020-11-08T23:59:59Z""#, true),
            (#"since lt "2020-11-09T07:00:00+07:00""#, false), (#"since le "2020-11-09T07:00:00+07:00""#, true),
            (#"urn:test:More:unit sw "phòng""#, true), (#"userName sw "b" or userName sw "a" and code sw "A""#, true),
            (#"(userName sw "b" or userName sw "a") and code sw "x""#, false), (#"not (userName pr)"#, false),
            (#"userName eq "\u0061n""#, true), (#"groups pr"#, false),
        ])
    func meanings(text: String, expected: Bool) throws {
        #expect(try ScimFilter(text, in: .sample).matches(try sample(Self.person)) == expected)
    }

    @Test(
        "that are not well formed are refused with invalidFilter",
        arguments: [
            "", "userName", "userName eq", "userName zz \"a\"", "nobody eq \"a\"", "userName eq a", "active gt true",
            "active eq \"true\"", "since co \"2020\"", "name eq \"x\"", "(userName pr", "userName pr)", "emails[",
            "emails[type eq \"work\"", "userName[value pr]", "not userName pr", "userName pr and", "userName co null",
            "userName eq \"a", "userName eq \"\\x\"", String(repeating: "(", count: 40) + "userName pr",
            Array(repeating: "userName pr", count: 60).joined(separator: " or "),
        ])
    func refused(text: String) {
        #expect {
            let filter = try ScimFilter(text, in: .sample)
            // A complex value without a part has nothing to compare: found when the filter is used.
            if case .compare(let target, _, _) = filter, target.leaf.kind == .complex {
                throw ScimError.filter("no single value")
            }
        } throws: { ($0 as? ScimError)?.kind == .invalidFilter }
    }

    @Test("never crash and never take long, whatever is sent")
    func fuzz() {
        let words = [
            "userName", "emails", "[", "]", "(", ")", "not", "and", "or", "eq", "pr", "\"a\"", "\\", "null", ".",
        ]
        var state: UInt64 = 7
        for _ in 0..<20_000 {
            var text = ""
            for _ in 0..<12 {
                state = state &* 6_364_136_223_846_793_005 &+ 1
                text += words[Int(state >> 33) % words.count] + ((state >> 20) & 1 == 0 ? " " : "")
            }
            _ = try? ScimFilter(text, in: .sample)
        }
    }
}
