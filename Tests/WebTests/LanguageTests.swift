import House
import StrictJSON
import Testing
import Vocabulary

@testable import Web

@Suite("The language of an answer")
struct LanguageTests {
    let sample = Sample()

    @Test(
        "the range that is wanted most wins, of two alike the first; the rest counts for nothing",
        arguments: [
            ("en", Language.en), ("vi", .vi), ("EN-gb", .en), ("en-GB, vi;q=0.9", .en), ("en;q=0.8, vi;q=0.9", .vi),
            ("vi-VN,en-US;q=0.9", .vi), ("fr, en;q=0.3", .en), ("en;q=0.5, en-US;q=0.9, vi;q=0.7", .en),
            ("vi;q=0, *", .en), ("*;q=0.5, vi;q=0.1", .en), ("*", .vi), ("en, *", .en), ("*, en", .vi),
            (", en ,,", .en), ("en ; q=0.001", .en), ("en;Q=1.000", .en), ("zh-Hant-TW, en;q=0.1", .en),
        ] as [(String, Language)])
    func wanted(line: String, language: Language) {
        #expect(LanguageRanges(["accept-language": line])?.wanted == language)
    }

    @Test("nothing of ours is wanted", arguments: ["fr", "en;q=0", "vi;q=0.000, en;q=0", "*;q=0", "", " , "])
    func unwanted(line: String) {
        #expect(LanguageRanges(["accept-language": line])?.wanted == nil)
    }

    @Test(
        "what cannot be read counts for nothing, the good part beside it too",
        arguments: [
            "en;q=2", "en;q=1.001", "en;q=0.1234", "en;q=.5", "en;q=-1", "en;q=", "en;q", "en;level=1", "en;q=1;q=1",
            "en_GB", "en-", "-en", "e n", "englishes", "*-GB", "en-*", "12", "Tiếng", "\"en\"",
        ])
    func unreadable(line: String) {
        #expect(LanguageRanges(["accept-language": line + ", en"]) == nil)
    }

    @Test("several lines are one list; a list longer than anybody's counts for nothing")
    func bounds() {
        var headers: Headers = [:]
        headers.add("accept-language", "fr")
        headers.add("accept-language", "en;q=0.5")
        #expect(LanguageRanges(headers)?.wanted == .en)
        let many = String(repeating: "fr,", count: 49) + "en"
        #expect(LanguageRanges(["accept-language": many])?.wanted == .en)
        #expect(LanguageRanges(["accept-language": "fr," + many]) == nil)
        #expect(LanguageRanges(["accept-language": String(repeating: ",", count: 998) + "en"])?.wanted == .en)
        #expect(LanguageRanges(["accept-language": String(repeating: ",", count: 999) + "en"]) == nil)
        #expect(LanguageRanges([:]) == nil)
    }

    @Test("a JSON door: the address, then the cookie, then the profile, then what the program says it reads")
    func order() async throws {
        func language(_ target: String, as who: String? = nil, cookie: String? = nil, _ wish: String?) async -> String?
        {
            let visitor = sample.visitor(who)
            if let cookie { visitor.setCookie("test-language", cookie) }
            var headers: Headers = [:]
            headers["accept-language"] = wish
            let answer = await visitor.send(.get, target, headers: headers)
            #expect(answer.status == (who == nil ? 401 : 403), "\(target)")
            #expect(answer.response.headers["vary"] == "Accept-Language, Cookie")
            let title = answer.text.contains("Sign-in needed") || answer.text.contains("You may not do this")
            #expect((answer.response.headers["content-language"] == "en") == title)
            return answer.response.headers["content-language"]
        }
        let door = "/api/notes/1"
        #expect(await language(door, nil) == "vi")
        #expect(await language(door, "en-GB;q=0.8, fr") == "en")
        #expect(await language(door, "en;q=9") == "vi")
        // The citizen's profile says English.
        #expect(await language(door, as: "citizen", "vi") == "en")
        #expect(await language(door, as: "citizen", cookie: "vi", "en") == "vi")
        #expect(await language(door, cookie: "en", "vi") == "en")
        #expect(await language(door + "?lang=vi", cookie: "en", "en") == "vi")
        #expect(await language(door + "?lang=fr", "en") == "en")
    }

    @Test("where there is no door the program is heard, too; the page of the same answer says Vietnamese")
    func nowhere() async {
        let visitor = sample.visitor()
        await visitor.send(.get, "/nowhere", headers: ["accept-language": "en"]).expect(404, shows: "Page not found")
        await visitor.get("/nowhere", headers: ["accept-language": "en"]).expect(404, shows: "Không tìm thấy trang")
    }

    @Test("the OpenAPI document says how the language comes about")
    func document() async throws {
        let answered = await sample.visitor().send(.get, "/openapi.json").expect(200)
        let refusal = try JSONDocument(answered.response.bytes ?? []).root["paths"]?["/api/notes"]?["post"]?[
            "responses"]?["default"]
        let header = refusal?["headers"]?["Content-Language"]
        #expect(header?["schema"]?["enum"]?.elements?.compactMap(\.string) == ["vi", "en"])
        #expect(header?["description"]?.string?.contains("Accept-Language") == true)
    }
}
