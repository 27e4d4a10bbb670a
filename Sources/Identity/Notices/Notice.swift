import Database
import Mail
import Vocabulary

/// Something that happened to an account which its owner should recognise, told on the account's page and by mail.
struct Notice: Sendable {
    enum Kind: String, Sendable, Hashable, CaseIterable, Bindable, Readable {
        case newDevice = "new-device"
        case passwordChanged = "password-changed"
        case authenticatorAdded = "authenticator-added"
        case authenticatorRemoved = "authenticator-removed"
        case passkeyAdded = "passkey-added"
        case passkeyRemoved = "passkey-removed"
        case passkeyCopied = "passkey-copied"
        case accountReset = "account-reset"
        case addressChanged = "address-changed"
    }

    let kind: Kind
    let device: String
    let address: String
    let at: Instant

    static let rememberDays: Int64 = 90
}

enum NoticeStore {
    static func insert(_ id: String, _ notice: Notice, for person: ID<Person>, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_notice (id, person, kind, device, address, at, seen_at)
            VALUES (\(id), \(person), \(notice.kind), \(notice.device), \(notice.address), \(notice.at), NULL)
            """)
    }

    /// What the person has not said “I know” to, the latest first.
    static func unseen(of person: ID<Person>, in tx: any Transaction) throws -> [Notice] {
        try tx.rows(
            """
            SELECT kind, device, address, at FROM identity_notice WHERE person = \(person) AND seen_at IS NULL
            ORDER BY at DESC, id LIMIT 20
            """
        ).map {
            Notice(
                kind: try $0.get("kind"), device: try $0.get("device"), address: try $0.get("address"),
                at: try $0.get("at"))
        }
    }

    static func see(of person: ID<Person>, until: Instant, at now: Instant, in tx: any Transaction) throws {
        try tx.execute(
            """
            UPDATE identity_notice SET seen_at = \(now)
            WHERE person = \(person) AND seen_at IS NULL AND at <= \(until)
            """)
    }

    static func sweep(at now: Instant, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_notice WHERE at <= \(now.adding(days: -Notice.rememberDays))")
    }
}

extension Identity {
    /// Tells an account's owner what happened, in the transaction in which it did.
    func tell(
        _ person: ID<Person>, _ kind: Notice.Kind, _ browser: Browser? = nil, at now: Instant, in tx: any Transaction
    ) throws {
        let notice = Notice(kind: kind, device: browser?.deviceName ?? "", address: browser?.address ?? "", at: now)
        try NoticeStore.insert(newID(), notice, for: person, in: tx)
        guard let mail, let account = try PeopleStore.account(person, in: tx),
            let address = account.email.flatMap({ MailAddress($0) })
        else { return }
        var letter = notice.letter(to: address, account, at: settings.origin)
        letter.language = try language(of: person, in: tx)
        try mail.post(letter, at: now, in: tx)
    }
}

extension Notice {
    func letter(to address: MailAddress, _ account: Account, at origin: String) -> Letter {
        let place = [device, self.address].filter { !$0.isEmpty }.joined(separator: ", ")
        func text(_ language: Language, _ greeting: String, _ unknown: String) -> String {
            """
            \(greeting) \(account.name),

            \(kind.words[language])\(place.isEmpty ? "" : ": \(place)").
            \(at.rfc3339)

            \(unknown)
            \(origin)/identity/account
            """
        }
        return Letter(
            to: address, name: account.name, subject: kind.words,
            body: Phrase(
                vi: text(
                    .vi, "Kính gửi", "Nếu không phải bạn, hãy đăng xuất các thiết bị khác và đổi mật khẩu ngay:"),
                en: text(.en, "Dear", "If this was not you, sign out of other devices and change your password now:")),
            person: account.id)
    }
}

extension Notice.Kind {
    var words: Phrase {
        switch self {
        case .newDevice:
            Phrase(
                vi: "Tài khoản của bạn vừa được đăng nhập từ thiết bị mới", en: "A new device signed in to your account"
            )
        case .passwordChanged: Phrase(vi: "Mật khẩu của bạn đã thay đổi", en: "Your password was changed")
        case .authenticatorAdded:
            Phrase(vi: "Đã bật ứng dụng xác thực", en: "An authenticator app was added")
        case .authenticatorRemoved:
            Phrase(vi: "Đã tắt ứng dụng xác thực", en: "The authenticator app was removed")
        case .passkeyAdded: Phrase(vi: "Đã thêm một khóa truy cập", en: "A passkey was added")
        case .passkeyRemoved: Phrase(vi: "Đã xóa một khóa truy cập", en: "A passkey was removed")
        case .passkeyCopied:
            Phrase(
                vi: "Một khóa truy cập của bạn có thể đã bị sao chép; lần dùng đó đã bị từ chối",
                en: "A passkey of yours may have been copied; that use was refused")
        case .addressChanged:
            Phrase(
                vi: "Địa chỉ thư điện tử của bạn ở nút này đã thay đổi",
                en: "Your mail address at this node was changed")
        case .accountReset:
            Phrase(
                vi: "Hai cán bộ đã đặt lại cách đăng nhập của bạn", en: "Two officers reset your ways to sign in")
        }
    }
}
