import Synchronization
package import Testing
import Vocabulary
package import Web

/// Somebody with a browser: keeps cookies, follows redirects when told to, sends forms with their token.
///
/// Every page that comes is checked (`PageCheck`) where it is fetched.
package final class Visitor: Sendable {
    private let site: Site
    private let host: String
    private let jar = Mutex<[String: String]>([:])

    package init(_ site: Site, host: String = "truc.test") {
        self.site = site
        self.host = host
    }

    package var doors: [Route] { site.table }

    package var cookies: [String: String] { jar.withLock { $0 } }

    package func setCookie(_ name: String, _ value: String) {
        jar.withLock { $0[name] = value }
    }

    /// Forgets every cookie: another browser.
    package func forgetCookies() {
        jar.withLock { $0 = [:] }
    }

    @discardableResult
    package func get(
        _ target: String, headers: Headers = [:], at location: SourceLocation = #_sourceLocation
    ) async -> Answered {
        await send(.get, target, headers: headers.adding("accept", "text/html"), at: location)
    }

    /// Sends a form as a browser would, from a page of the same site.
    @discardableResult
    package func post(
        _ target: String, _ fields: Fields = [:], at location: SourceLocation = #_sourceLocation
    ) async -> Answered {
        var fields = fields
        fields.add(Page.csrfName, await token())
        if fields.files.isEmpty {
            return await send(
                .post, target, headers: browserHeaders.adding("content-type", "application/x-www-form-urlencoded"),
                body: URLEncoded.encode(fields), at: location)
        }
        let boundary = "----truc-test-boundary"
        return await send(
            .post, target, headers: browserHeaders.adding("content-type", "multipart/form-data; boundary=\(boundary)"),
            body: Visitor.multipart(fields, boundary), at: location)
    }

    /// Sends whatever is given and nothing else: for doors that programs use, and for attacks.
    @discardableResult
    package func send(
        _ method: Web.Method, _ target: String, headers: Headers = [:], body: [UInt8] = [],
        at location: SourceLocation = #_sourceLocation
    ) async -> Answered {
        var headers = headers
        if headers["host"] == nil { headers["host"] = host }
        let pairs = cookies.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        if !pairs.isEmpty { headers["cookie"] = pairs.joined(separator: "; ") }
        let response = await site.respond(to: Request(method, target, headers: headers, body: body))
        keep(response.headers.all("set-cookie"))
        let answered = Answered(response: response)
        if answered.isPage, method == .get || method == .post {
            let complaints = PageCheck.complaints(about: response.text)
            #expect(complaints.isEmpty, "\(method.rawValue) \(target)", sourceLocation: location)
        }
        return answered
    }

    private func token() async -> String {
        var headers: Headers = ["host": host]
        if cookies.isEmpty { await get("/problems/not-found") }
        let pairs = cookies.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        if !pairs.isEmpty { headers["cookie"] = pairs.joined(separator: "; ") }
        return await site.csrfToken(for: Request(.get, "/", headers: headers))
    }

    private var browserHeaders: Headers {
        ["accept": "text/html", "origin": "http://\(host)", "sec-fetch-site": "same-origin"]
    }

    private func keep(_ lines: [String]) {
        for line in lines {
            let parts = line.split(separator: ";").map { $0.drop { $0 == " " } }
            guard let pair = parts.first, let equals = pair.firstIndex(of: "=") else { continue }
            let name = String(pair[..<equals])
            let value = String(pair[pair.index(after: equals)...])
            let isForgotten = parts.dropFirst().contains { $0 == "Max-Age=0" }
            jar.withLock { $0[name] = isForgotten ? nil : value }
        }
    }

    private static func multipart(_ fields: Fields, _ boundary: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for field in fields.list {
            bytes +=
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field.name)\"\r\n\r\n\(field.value)\r\n".utf8
        }
        for (name, file) in fields.files.sorted(by: { $0.key < $1.key }) {
            bytes +=
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"; filename=\"\(file.name)\"\r\n".utf8
            bytes += "Content-Type: \(file.type)\r\n\r\n".utf8
            bytes += file.bytes
            bytes += "\r\n".utf8
        }
        return bytes + "--\(boundary)--\r\n".utf8
    }
}

extension Headers {
    func adding(_ name: String, _ value: String) -> Headers {
        var copy = self
        if copy[name] == nil { copy[name] = value }
        return copy
    }
}
