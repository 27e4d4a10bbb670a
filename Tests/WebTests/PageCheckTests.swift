import House
import Testing

@Suite("The check of every page")
struct PageCheckTests {
    private func page(_ body: String, lang: String = "vi") -> String {
        "<!doctype html>\n<html lang=\"\(lang)\"><head><title>T</title></head><body><h1>T</h1>\(body)</body></html>"
    }

    @Test("a good page has no complaints")
    func good() {
        let body = """
            <!-- a > b --><label for="a">A</label><input id="a" name="a" aria-describedby="h"><p id="h">x<br></p>
            <label>B <select name="b"><option value="1" selected>1</option></select></label>
            <input type="hidden" name="c">
            <a href="#h">x</a><button>OK</button><script src="/assets/a.js" defer></script>
            """
        #expect(PageCheck.complaints(about: page(body)).isEmpty)
    }

    @Test(
        "what is wrong is found",
        arguments: [
            "<p>", "</p>", "<p><b></p></b>", "<h1>2</h1>", "<input name=\"a\">", "<textarea name=\"a\"></textarea>",
            "<p id=\"a\"></p><p id=\"a\"></p>",
            "<label for=\"b\">x</label>", "<a href=\"/\"></a>", "<a href=\"\">x</a>", "<a href=\"#x\">x</a>",
            "<button></button>",
            "<img src=\"/a.png\">", "<p onclick=\"x\">x</p>", "<p style=\"x\">x</p>", "<style>p{}</style>",
            "<script>alert(1)</script>",
            "<a href=\"javascript:x\">x</a>", "<p class=a>x</p>", "<p a=\"1\" a=\"2\">x</p>", "a < b",
        ])
    func bad(body: String) {
        #expect(!PageCheck.complaints(about: page(body)).isEmpty)
    }

    @Test func language() {
        #expect(!PageCheck.complaints(about: page("", lang: "")).isEmpty)
    }
}
