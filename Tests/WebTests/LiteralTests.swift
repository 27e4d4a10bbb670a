import Testing
import Vocabulary
import Web

@Suite("The two literals of pages")
struct LiteralTests {
    @Test("text is escaped in content and in attributes, markup is spliced")
    func escaping() {
        let evil = "<script>alert(\"x\")</script>'&"
        let html: HTML = "<p title=\"\(evil)\">\(evil)\(3)\("<b>" as HTML)</b></p>"
        let safe = "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39;&amp;"
        #expect(html.text == "<p title=\"\(safe)\">\(safe)3<b></b></p>")
    }

    @Test("conditions and lists")
    func control() {
        let none: String? = nil
        let html: HTML = """
            \(if: true, "a", else: "b")\(if: false, "c", else: "d")\(each: ["<", "y"], { "(\($0))" })\
            \(ifLet: none, { "\($0)" })\(ifLet: "v", { "\($0)" })
            """
        #expect(html.text == "ad(&lt;)(y)v")
    }

    @Test("a value in a link is one segment, whatever it holds")
    func encoding() {
        let id = "a/b?c#d é"
        let link: Link = "/incidents/\(id)?q=\(id)"
        #expect(link.text == "/incidents/a%2Fb%3Fc%23d%20%C3%A9?q=a%2Fb%3Fc%23d%20%C3%A9")
    }

    @Test("a link leads nowhere else", arguments: ["", "evil.example", ".", "..", "%2e%2e"])
    func values(value: String) {
        let other = "evil.example"
        #expect(!("/\(value)/\(other)" as Link).text.hasPrefix("//"))
        #expect(!("/a/\(value)/b" as Link).text.split(separator: "/").contains(".."))
    }

    @Test("literals that are no address of ours become the home page")
    func literals() {
        let host = "evil.example"
        #expect(("javascript:alert(1)" as Link).text == "/")
        #expect(("//evil.example" as Link).text == "/")
        #expect(("http://evil.example/" as Link).text == "/")
        #expect(("https://\(host)/x" as Link).text == "/")
        #expect(("\(host)" as Link).text == "/")
        #expect(("https://mic.gov.vn/\(host)" as Link).text == "https://mic.gov.vn/evil.example")
        #expect(("#main" as Link).text == "#main")
    }

    @Test(
        "an address from a stranger is a path of ours or nothing",
        arguments: [
            "//evil.example", "/\\evil.example", "\\/evil", "https://evil.example", "javascript:alert(1)", "", "x",
            "/a\r\nSet-Cookie: x=1", "/../x", "/%2e%2e/x", "/a b", "/a\"b", "/é", "/%",
        ])
    func strangers(text: String) {
        #expect(Link(ownPath: text) == nil)
    }

    @Test("a plain path with its query is kept")
    func kept() {
        #expect(Link(ownPath: "/a/b?c=%2F%2Fx&d=1")?.text == "/a/b?c=%2F%2Fx&d=1")
        #expect(Link(https: "https://mic.gov.vn/a?b=c")?.text == "https://mic.gov.vn/a?b=c")
        #expect(Link(https: "https://a@evil.example/") == nil)
        #expect(Link(https: "http://mic.gov.vn/") == nil)
        #expect(("/a" as Link).with(["q": "đ&", "none": ""]).text == "/a?q=%C4%91%26")
    }

    @Test("a header value adds no header")
    func headers() {
        var headers: Headers = ["X-A": "1\r\nset-cookie: evil=1"]
        headers.add("bad name", "x")
        headers.add("x\r\ny", "x")
        #expect(headers.fields.count == 1)
        #expect(headers["x-a"] == "1  set-cookie: evil=1")
        #expect(!Cookies(prefix: "n").make("a", "1; Domain=evil", on: Request(.get, "/")).text.contains("; Domain"))
    }
}
