import Exchange
import Testing
import Vocabulary

@testable import Threats

@Suite("Values as people type and paste them")
struct IndicatorTests {
    @Test(
        "what it is shows by its form, defanged or not",
        arguments: [
            ("xau.example", ObservableKind.domain, "xau.example"),
            ("XAU[.]Example.", .domain, "xau.example"),
            ("mạng-xấu.vn", .domain, "mạng-xấu.vn"),
            ("a(dot)b(.)example", .domain, "a.b.example"),
            ("192.0.2.1", .ipv4, "192.0.2.1"),
            ("192[.]0[.]2[.]0/24", .ipv4, "192.0.2.0/24"),
            ("2001:DB8:0:0:0:0:0:1", .ipv6, "2001:db8::1"),
            ("2001[:]db8::/32", .ipv6, "2001:db8::/32"),
            ("::ffff:192.0.2.1", .ipv6, "::ffff:c000:201"),
            ("::", .ipv6, "::"),
            ("hxxps://xau[.]example/a?b=c'd", .url, "https://xau.example/a?b=c'd"),
            ("hXXp[://]xau[.]example", .url, "http://xau.example"),
            ("HTTP://Xau.Example/Path", .url, "http://Xau.Example/Path"),
            (
                "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", .sha256,
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            ),
            ("d41d8cd98f00b204e9800998ecf8427e", .md5, "d41d8cd98f00b204e9800998ecf8427e"),
            ("da39a3ee5e6b4b0d3255bfef95601890afd80709", .sha1, "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("ke.xau[@]thu[.]example", .email, "ke.xau@thu.example"),
            (" ke.xau[at]thu[.]example ", .email, "ke.xau@thu.example"),
        ])
    func recognise(text: String, kind: ObservableKind, value: String) {
        let found = Observable(text)
        #expect(found?.kind == kind)
        #expect(found?.value == value)
    }

    @Test(
        "what is no value is refused",
        arguments: [
            "", "xau", "192.0.2.256", "192.0.02.1", "1.2.3", "1.2.3.4.5", "-a.example", "a..example", "a b.example",
            "http://", "://x",
            "javascript:alert(1)", "2001:db8", "1::2::3", "12345::", ":::", "d41d8cd98f00b204e9800998ecf8427",
            "@a.example", "a@b",
            "a@@b.example", "<b>.example", "192.0.2.1/33", "2001:db8::/129", "https://a.example/\u{7}",
        ])
    func refuse(text: String) {
        #expect(Observable(text) == nil)
    }

    @Test("patterns escape what a value holds")
    func patterns() throws {
        #expect(Observable(.domain, "xau.example")?.pattern == "[domain-name:value = 'xau.example']")
        #expect(Observable(.url, #"http://x.example/a'b\c"#)?.pattern == #"[url:value = 'http://x.example/a\'b\\c']"#)
        let md5 = try #require(Observable(.md5, "d41d8cd98f00b204e9800998ecf8427e"))
        #expect(md5.pattern == "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']")
    }

    @Test("of a pasted list nothing is lost: values, repetitions and lines that cannot be read")
    func paste() {
        let list = PastedList(
            """
            # từ thư cảnh báo
            hxxp://xau[.]example/a
            xau.example   # máy chủ

            không phải chỉ dấu
            XAU[.]example,
            192.0.2.7;
            """)
        #expect(list.values.map(\.value) == ["http://xau.example/a", "xau.example", "192.0.2.7"])
        #expect(list.unreadable.map(\.number) == [5])
        #expect(list.lines.first { $0.number == 6 }?.reading == .repeated(of: 3))
        #expect(list.lines.count == 5)
    }

    @Test("an indicator that was typed in is a correct STIX object with its label")
    func draft() throws {
        let observable = try #require(Observable("xau.example"))
        let draft = IndicatorDraft(
            observable, description: "Thấy ở \"cổng\"", label: .green,
            validUntil: Instant(milliseconds: 1_640_995_200_000))
        let bytes = draft.stix(
            id: "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", author: ID("H40"), at: Instant(milliseconds: 1_604_883_600_000))
        let object = try StixObject(bytes)
        #expect(object.label == .green)
        #expect(object.value == observable.pattern)
        #expect(object.validUntil == Instant(milliseconds: 1_640_995_200_000))
    }
}
