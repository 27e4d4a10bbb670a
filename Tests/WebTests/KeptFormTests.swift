import House
import Synchronization
import Testing
import Vocabulary
import Web

/// What a person wrote is not lost to the time they took for it.
@Suite("Forms that come too late")
struct KeptFormTests {
    private let sample = Sample()

    /// A form without a token of this caller, as a browser sends it from a page that was open too long.
    private func late(_ who: Visitor, _ path: String, _ body: String, site: String = "same-origin") async -> Answered {
        await who.send(
            .post, path,
            headers: [
                "accept": "text/html", "content-type": "application/x-www-form-urlencoded", "host": "truc.test",
                "origin": site == "same-origin" ? "http://truc.test" : "http://evil.test", "sec-fetch-site": site,
            ], body: Array(body.utf8))
    }

    private func hang(isKept: Bool) {
        sample.site.form(
            "/essays", allow: .writeNotes, isKept: isKept,
            page: { page in
                View(
                    title: "Bài",
                    body: """
                        \(ifLet: page.errors[""], { "<p>\(page[$0])</p>" })
                        \(form(page, action: "/essays", textField(page, "text", Phrase(name: "Text"))))
                        """)
            },
            run: { [sample] _, fields in
                sample.notes.withLock { $0.append(fields["text"] ?? "") }
                return .redirect("/")
            })
    }

    @Test("a token that ran out costs a look, not the words: the page comes back filled, nothing is done")
    func expired() async throws {
        let officer = sample.visitor("officer")
        let answer = await late(officer, "/notes/new", "text=R%C3%B2+r%E1%BB%89+%22%3Cb%3E&csrf=00")
        answer.expect(403, shows: "mở quá lâu", "value=\"Rò rỉ &quot;&lt;b&gt;\"", "name=\"csrf\"")
        #expect(sample.notes.withLock { $0.isEmpty })
        let token = try #require(answer.text.firstMatch(of: /name="csrf" value="([0-9a-f]+)"/)).1
        await late(officer, "/notes/new", "text=x&csrf=\(token)").expect(redirectTo: "/notes/1")
    }

    @Test("a button without a page of its own says that its page has expired")
    func action() async {
        await late(sample.visitor("officer"), "/notes/clear", "csrf=00").expect(403, shows: "Biểu mẫu đã hết hạn")
    }

    @Test("a session that ended meanwhile: the words are kept, sent again after sign-in, and looked at once more")
    func signedOut() async throws {
        hang(isKept: true)
        let answer = await late(sample.visitor(), "/essays", "text=%22%3Cb%3E+d%C3%A0i&csrf=old")
        answer.expect(
            401, shows: "Phiên làm việc đã hết", "type=\"hidden\" name=\"text\" value=\"&quot;&lt;b&gt; dài\"",
            "href=\"/sign-in\"", hides: ["value=\"old\""])
        await late(sample.visitor("officer"), "/essays", "text=%22%3Cb%3E+d%C3%A0i").expect(
            403, shows: "mở quá lâu", "value=\"&quot;&lt;b&gt; dài\"")
        #expect(sample.notes.withLock { $0.isEmpty })
    }

    @Test("another site's form is not handed over, nor is one that was not asked to be kept, nor an empty one")
    func notKept() async {
        hang(isKept: true)
        await late(sample.visitor(), "/essays", "text=x", site: "cross-site").expect(
            redirectTo: "/sign-in?next=%2Fessays")
        await late(sample.visitor("officer"), "/essays", "text=x", site: "cross-site").expect(
            403, hides: ["mở quá lâu"])
        await late(sample.visitor(), "/essays", "csrf=old").expect(redirectTo: "/sign-in?next=%2Fessays")
        await late(sample.visitor(), "/notes/new", "text=x").expect(redirectTo: "/sign-in?next=%2Fnotes%2Fnew")
    }
}
