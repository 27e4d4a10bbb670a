import StrictJSON
import Vocabulary

/// One error as it is told: its kind and what is particular about it.
struct ProblemFace: Sendable {
    let kind: ProblemKind
    var detail: Phrase?
    /// Stable and for programs: `json.duplicate-key`. Where nothing particular is known, they read the kind's slug.
    var code: String?
    var errors: [String: Phrase] = [:]
    var headers: Headers = [:]
    /// The id under which an unknown error was logged.
    var incident: String?

    init(kind: ProblemKind, detail: Phrase? = nil, code: String? = nil) {
        self.kind = kind
        self.detail = detail
        self.code = code
    }

    init(_ problem: Problem) {
        switch problem {
        case .notFound: self.init(kind: .notFound)
        case .forbidden: self.init(kind: .forbidden)
        case .denied(let code, let phrase): self.init(kind: .forbidden, detail: phrase, code: code)
        case .unauthenticated: self.init(kind: .unauthenticated)
        case .confirmFirst: self.init(kind: .confirmFirst, code: "step-up-required")
        case .invalid(let errors):
            self.init(kind: .invalid)
            self.errors = errors
        case .rejected(let code, let errors):
            self.init(kind: .invalid, code: code)
            self.errors = errors
        case .conflict(let phrase): self.init(kind: .conflict, detail: phrase)
        case .busy(let seconds):
            self.init(kind: .busy)
            headers["retry-after"] = "\(max(1, seconds))"
        case .tooOften(let seconds):
            self.init(kind: .tooOften, detail: .waitSeconds(seconds))
            headers["retry-after"] = "\(max(1, seconds))"
        case .tooLarge(let limit):
            self.init(
                kind: .tooLarge, detail: Phrase(vi: "Giới hạn là \(limit) byte.", en: "The limit is \(limit) bytes."))
        case .malformed(let code, let phrase): self.init(kind: .malformed, detail: phrase, code: code)
        }
    }

    init(_ refusal: Refusal) {
        switch refusal {
        case .methodNotAllowed(let methods):
            self.init(kind: .methodNotAllowed)
            headers["allow"] = methods.map(\.rawValue).joined(separator: ", ")
        case .unsupportedMediaType(let accepted):
            self.init(kind: .unsupportedMediaType)
            headers["accept"] = accepted
        case .crossSite: self.init(kind: .crossSite)
        case .formExpired: self.init(kind: .formExpired)
        case .misdirected: self.init(kind: .misdirected)
        case .lengthRequired: self.init(kind: .lengthRequired)
        case .tooSlow: self.init(kind: .tooSlow)
        case .bearer(let fault):
            self.init(kind: fault.kind, detail: fault.about, code: fault.code)
            headers["www-authenticate"] = fault.challenge
        }
    }

    /// RFC 9457 `application/problem+json`.
    func json(_ language: Language) -> JSON {
        var json: JSON = [
            "type": "/problems/\(kind.slug)", "title": .string(kind.title[language]),
            "status": .integer(Int64(kind.status)),
            "detail": .string((detail ?? kind.advice)[language]), "code": .string(code ?? kind.slug),
        ]
        if let incident { json["instance"] = .string("urn:uuid:\(incident)") }
        if !errors.isEmpty {
            json["errors"] = .array(
                errors.sorted { $0.key < $1.key }.map {
                    ["field": .string($0.key), "detail": .string($0.value[language])]
                })
        }
        return json
    }

    func view(_ page: Page, signIn: Link) -> View {
        let canSignIn = page.person == nil && (kind.status == 401 || kind.status == 403)
        let sentences = errors.values.map { page[$0] }.sorted()
        return View(
            title: page[kind.title],
            body: """
                \(ifLet: detail, { "<p class=\"lines\">\(page[$0])</p>" })
                \(if: !sentences.isEmpty, "<ul>\(each: sentences, { "<li>\($0)</li>" })</ul>")
                <p>\(page[kind.advice])</p>
                \(ifLet: code, { "<p><code>\($0)</code></p>" })
                \(ifLet: incident, { "<p>\(page[.errorNumber]): <code>\($0)</code></p>" })
                \(if: canSignIn, "<p><a href=\"\(link: signIn)\">\(page[.signIn])</a></p>")
                <p><a href="/">\(page[.home])</a></p>
                """)
    }
}

extension Phrase {
    static let sendAgain = Phrase(
        vi: """
            Trang này đã mở quá lâu, hoặc bạn vừa đăng nhập lại. Nội dung vẫn còn bên dưới, trừ tệp và mật khẩu; hãy \
            xem lại rồi gửi lần nữa. Trình duyệt cần cho phép cookie.
            """,
        en: """
            This page was open too long, or you have signed in again since. What you wrote is still below, except \
            files and passwords; look it over and send it once more. The browser must allow cookies.
            """)
    static let errorNumber = Phrase(vi: "Mã lỗi", en: "Error number")

    static func waitSeconds(_ seconds: Int) -> Phrase {
        Phrase(
            vi: "Bạn đã thử quá nhiều lần. Hãy đợi \(max(1, seconds)) giây rồi thử lại.",
            en: "There were too many attempts. Wait \(max(1, seconds)) seconds and try again.")
    }
}
