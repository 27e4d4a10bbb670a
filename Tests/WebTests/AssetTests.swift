import Foundation
import Testing
import Vocabulary
import Web

@Suite("Files of the site")
struct AssetTests {
    private func withFolder(_ body: (Sample, String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "truc-\(UInt32.random(in: 0 ... .max))"
        ).path
        try FileManager.default.createDirectory(atPath: "\(folder)/public/fonts", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let css =
            "@font-face { src: url(\"../fonts/a.woff2\") }\n" + String(repeating: "body { color: #111 }\n", count: 100)
        try css.write(toFile: "\(folder)/public/truc.css", atomically: true, encoding: .utf8)
        try "font".write(toFile: "\(folder)/public/fonts/a.woff2", atomically: true, encoding: .utf8)
        try "<!doctype html><style>p {}</style><script>run()</script>".write(
            toFile: "\(folder)/public/alone.html", atomically: true, encoding: .utf8)
        try "secret".write(toFile: "\(folder)/secret.css", atomically: true, encoding: .utf8)
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/public/leak.css", withDestinationPath: "\(folder)/secret.css")
        try await body(Sample(publicFolder: "\(folder)/public"), css)
    }

    @Test("a fingerprinted address is kept for good, a plain one is asked again")
    func fingerprint() async throws {
        try await withFolder { sample, css in
            sample.site.page("/head", allow: .everyone) { page in
                View(title: "x", body: "<p>\(page.asset("truc.css").text)</p>")
            }
            let page = await sample.site.respond(to: Request(.get, "/head")).text
            let start = try #require(page.firstRange(of: "/assets/truc."))
            let address = String(page[start.lowerBound...].prefix { $0 != "<" })
            let kept = await sample.site.respond(to: Request(.get, address, headers: ["accept-encoding": "gzip"]))
            #expect(kept.status == 200)
            #expect(kept.headers["cache-control"] == "public, max-age=31536000, immutable")
            #expect(kept.headers["content-encoding"] == "gzip")
            #expect((kept.bytes?.count ?? .max) < css.utf8.count / 5)
            #expect(kept.headers.all("set-cookie").isEmpty)
            let plain = await sample.site.respond(to: Request(.get, "/assets/truc.css"))
            #expect(plain.text.hasSuffix(String(css.suffix(2000))))
            let font = try #require(plain.text.firstRange(of: "../fonts/a.")).upperBound
            let fontAddress = "/assets/fonts/a." + plain.text[font...].prefix { $0 != "\"" }
            let keptFont = await sample.site.respond(to: Request(.get, fontAddress))
            #expect(keptFont.text == "font")
            #expect(keptFont.headers["cache-control"]?.contains("immutable") == true)
            #expect(plain.headers["cache-control"] == "no-cache")
            let tag = try #require(plain.headers["etag"])
            #expect(
                await sample.site.respond(to: Request(.get, "/assets/truc.css", headers: ["if-none-match": tag])).status
                    == 304)
            #expect(
                await sample.site.respond(to: Request(.get, "/assets/fonts/a.woff2")).headers["content-type"]
                    == "font/woff2")
        }
    }

    @Test("a page that works alone may run what is written in it, and nothing else")
    func alone() async throws {
        try await withFolder { sample, _ in
            let page = await sample.site.respond(to: Request(.get, "/assets/alone.html"))
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            let policy = try #require(page.headers["content-security-policy"])
            // printf 'run()' | openssl dgst -sha256 -binary | base64
            let (script, style) = (
                "sha256-AvyuiL0SD1mVY3NNxR+V2uo+lhk6RMFrytWmRt6CrJQ=",
                "sha256-SNJDlN1Iy2mnt7DOjQIyDb2LQE6O5PQiSZomcdzawQ4="
            )
            #expect(policy.contains("default-src 'none'; script-src '\(script)'; style-src '\(style)'"))
            #expect(page.headers.all("set-cookie").isEmpty)
        }
    }

    @Test(
        "nothing outside the folder is served",
        arguments: [
            "/assets/../secret.css", "/assets/%2e%2e/secret.css", "/assets/..%2fsecret.css",
            "/assets/fonts/..%2f..%2fsecret.css",
            "/assets//secret.css", "/assets/leak.css", "/assets/%00", "/assets/", "/assets/fonts",
        ])
    func traversal(path: String) async throws {
        try await withFolder { sample, _ in
            let response = await sample.site.respond(to: Request(.get, path))
            #expect(response.status == 404)
            #expect(!response.text.contains("secret"))
        }
    }
}
