import Database
import Ledger
import StrictJSON
package import Vocabulary

/// What somebody may agree to, each by itself (mục đích xử lý dữ liệu cá nhân). Silence is no consent, and none of
/// these is needed to work here: what the law or the post requires is not asked for.
package enum ConsentPurpose: String, Sendable, Hashable, CaseIterable {
    /// News by email: neither about the safety of the account nor about what a role asks of its holder.
    case notices = "email-notices"
    /// The contact card for those who help in an incident at another member of the cluster.
    case contactCard = "contact-card"

    /// Grows with the text: whoever agreed to an older one is asked again.
    package var version: Int { self == .notices ? 2 : 1 }

    var title: Phrase {
        switch self {
        case .notices: Phrase(vi: "Nhận thông báo qua thư điện tử", en: "Notices by email")
        case .contactCard: Phrase(vi: "Chia sẻ thông tin liên hệ trong Cụm", en: "Contact details within the cluster")
        }
    }

    /// What happens, with which data, for whom, how long, and how it is taken back.
    var text: Phrase {
        switch self {
        case .notices:
            Phrase(
                vi: """
                    Nút dùng địa chỉ thư điện tử của bạn để gửi bản tin công việc. Địa chỉ không được chuyển cho ai \
                    khác. Bạn có thể rút lại bất cứ lúc nào; thông báo về an toàn tài khoản và về việc mà vai trò \
                    của bạn phải làm vẫn được gửi.
                    """,
                en: """
                    This node uses your email address to send news about your work. The address goes to nobody else. \
                    You can withdraw at any time; notices about the safety of your account, and about what your role \
                    asks of you, are still sent.
                    """)
        case .contactCard:
            Phrase(
                vi: """
                    Khi có sự cố, họ tên, chức vụ và số điện thoại công vụ của bạn được cho người phối hợp ở đơn vị \
                    thành viên khác xem. Dữ liệu được xem đến khi sự cố kết thúc hoặc bạn rút lại sự đồng ý.
                    """,
                en: """
                    During an incident your name, position and office telephone are shown to those who help from \
                    another member. They can be seen until the incident ends or you withdraw your consent.
                    """)
        }
    }
}

struct Consent: Sendable, Hashable {
    let id: ID<Consent>
    let purpose: String
    let version: Int
    let givenAt: Instant
    let withdrawnAt: Instant?
}

enum PurposeStore {
    static func consents(of person: ID<Person>, in tx: any Transaction) throws -> [Consent] {
        try tx.rows("SELECT * FROM identity_consent WHERE person = \(person) ORDER BY given_at, id").map {
            Consent(
                id: try $0.get("id"), purpose: try $0.get("purpose"), version: try $0.get("version"),
                givenAt: try $0.get("given_at"), withdrawnAt: try $0.get("withdrawn_at"))
        }
    }

    static func insert(_ consent: Consent, of person: ID<Person>, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_consent (id, person, purpose, version, given_at)
            VALUES (\(consent.id), \(person), \(consent.purpose), \(consent.version), \(consent.givenAt))
            """)
    }

    static func withdraw(
        _ purpose: ConsentPurpose, of person: ID<Person>, at now: Instant, in tx: any Transaction
    ) throws -> Int {
        try tx.execute(
            """
            UPDATE identity_consent SET withdrawn_at = \(now)
            WHERE person = \(person) AND purpose = \(purpose) AND withdrawn_at IS NULL
            """)
    }
}

extension ConsentPurpose: Bindable {}

extension Identity {
    /// Whether somebody agrees to this now, in its present wording. Ask before each use.
    package func agrees(_ person: ID<Person>, to purpose: ConsentPurpose) async throws -> Bool {
        try await database.read { tx in
            try PurposeStore.consents(of: person, in: tx).contains {
                $0.purpose == purpose.rawValue && $0.version == purpose.version && $0.withdrawnAt == nil
            }
        }
    }

    func giveConsent(_ purpose: ConsentPurpose, of person: ID<Person>) async throws {
        let at = now()
        try await database.write { tx in
            let held = try PurposeStore.consents(of: person, in: tx).filter {
                $0.purpose == purpose.rawValue && $0.withdrawnAt == nil
            }
            guard !held.contains(where: { $0.version == purpose.version }) else { return }
            _ = try PurposeStore.withdraw(purpose, of: person, at: at, in: tx)
            try PurposeStore.insert(
                Consent(
                    id: ID(newID()), purpose: purpose.rawValue, version: purpose.version, givenAt: at,
                    withdrawnAt: nil),
                of: person, in: tx)
            try outbox.record(
                "identity.consent-given",
                [
                    "person": "\(person)", "purpose": .string(purpose.rawValue),
                    "version": .integer(Int64(purpose.version)),
                ], subject: person.text, at: at, in: tx)
        }
    }

    func withdrawConsent(_ purpose: ConsentPurpose, of person: ID<Person>) async throws {
        let at = now()
        try await database.write { tx in
            guard try PurposeStore.withdraw(purpose, of: person, at: at, in: tx) > 0 else { return }
            try outbox.record(
                "identity.consent-withdrawn", ["person": "\(person)", "purpose": .string(purpose.rawValue)],
                subject: person.text, at: at, in: tx)
        }
    }
}
