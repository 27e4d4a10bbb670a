import Vocabulary
import Web

/// Signs in and sends forms over HTTP, as a browser does: the demo fills its nodes through the doors that people use.
actor DemoBrowser {
    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    private let origin: String
    private let fetch = Fetch()
    private var jar: [String: String] = [:]

    /// - Parameter port: of the pages, on this machine.
    init(port: Int) {
        origin = "http://127.0.0.1:\(port)"
    }

    func signIn(_ login: String, _ password: String) async throws {
        let place = try await fill("/sign-in", ["login": login, "password": password])
        if place.hasPrefix("/identity/second-step") {
            _ = try await fill("/identity/second-step", ["code": DemoPerson.code(at: Configuration.machineClock())])
        }
        let home = try await send(.get, "/")
        guard home.text.contains("action=\"/sign-out\"") else {
            throw Refused(description: "\(login) cannot sign in at \(origin)")
        }
    }

    /// Opens the form's page for its token, sends it, and returns where it led.
    func fill(_ path: String, _ fields: Fields) async throws -> String {
        let page = try await send(.get, path)
        guard page.status == 200, let token = DemoBrowser.token(in: page.text) else {
            throw Refused(description: "\(path) answered \(page.status)")
        }
        var fields = fields
        fields.add("csrf", token)
        let answer = try await send(.post, path, fields.urlEncoded)
        guard answer.status == 303, let place = answer.headers["location"] else {
            throw Refused(
                description: "\(path) refused what was sent: \(answer.status) \(DemoBrowser.complaint(in: answer.text))"
            )
        }
        return place
    }

    /// What stands in the fields of a form's page, to be sent back as it is.
    func value(_ name: String, of path: String) async throws -> String {
        let text = try await send(.get, path).text
        guard let start = text.firstRange(of: "name=\"\(name)\"")?.upperBound,
            let value = text[start...].firstRange(of: "value=\"")?.upperBound
        else { return "" }
        return String(text[value...].prefix { $0 != "\"" })
    }

    private func send(_ method: Method, _ path: String, _ body: String = "") async throws -> FetchResponse {
        var headers: Headers = ["accept": "text/html", "origin": origin]
        if !jar.isEmpty { headers["cookie"] = jar.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ") }
        if method == .post { headers["content-type"] = "application/x-www-form-urlencoded" }
        let answer = try await fetch.send(
            FetchRequest(
                method, origin + path, headers: headers, body: Array(body.utf8), deadlineSeconds: 60, maxBytes: 4 << 20,
                trust: .plain,
                mayReachPrivate: true))
        for cookie in answer.headers.all("set-cookie") { keep(cookie) }
        return answer
    }

    private func keep(_ cookie: String) {
        let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if pair.count == 2 { jar[String(pair[0])] = String(pair[1]) }
    }

    private static func token(in page: String) -> String? {
        // The last form of a page is its own; the ones before belong to the frame.
        guard let mark = page.ranges(of: "name=\"csrf\" value=\"").last else { return nil }
        return String(page[mark.upperBound...].prefix { $0 != "\"" })
    }

    private static func complaint(in page: String) -> String {
        guard let start = page.firstRange(of: "class=\"error")?.upperBound else { return "" }
        return String(page[start...].prefix(300))
    }
}

extension Fields {
    /// As a browser sends a form without files.
    fileprivate var urlEncoded: String {
        list.map { "\(encode($0.name))=\(encode($0.value))" }.joined(separator: "&")
    }

    private func encode(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default: encoded += "%" + Hex.encode([byte]).uppercased()
            }
        }
        return encoded
    }
}
