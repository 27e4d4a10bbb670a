import Exchange
import Identity
import Vocabulary

/// One node of the demo: which organisation, and as what it joins.
struct DemoNode: Sendable {
    let code: String
    /// The name before `.localhost`.
    let host: String
    let role: MemberRole

    /// Cluster 3 on 9 November 2020 and the national coordinator. The first founds the cluster.
    static let all = [
        DemoNode(code: "H40", host: "nam-dinh", role: .lead),
        DemoNode(code: "H23", host: "hai-duong", role: .deputy),
        DemoNode(code: "H49", host: "quang-ninh", role: .member),
        DemoNode(code: "H24", host: "hai-phong", role: .member),
        DemoNode(code: "H31", host: "hung-yen", role: .member),
        DemoNode(code: "H54", host: "thai-binh", role: .member),
        DemoNode(code: "H42", host: "ninh-binh", role: .member),
        DemoNode(code: "H25", host: "ha-nam", role: .member),
        DemoNode(code: "H28", host: "hoa-binh", role: .member),
        DemoNode(code: "VNCERT", host: "vncert", role: .coordinator),
    ]

    /// Nine o'clock in the morning at Nam Định.
    static let day = Instant(milliseconds: 1_604_887_200_000)
}

/// Somebody who can sign in at every node of the demo. The names say that nobody real is meant.
struct DemoPerson: Sendable {
    let login: String
    let name: String
    let role: Role
    /// Whether the account opens with a code of an authenticator app as well: only then does it read RED.
    var hasSecondStep = false

    static let all = [
        DemoPerson(login: "can-bo", name: "Cán bộ mẫu", role: .officer),
        DemoPerson(login: "xu-ly", name: "Người xử lý mẫu", role: .incidentHandler),
        DemoPerson(
            login: "hai-buoc", name: "Người xử lý hai bước mẫu", role: .incidentHandler, hasSecondStep: true),
        DemoPerson(login: "lanh-dao", name: "Lãnh đạo mẫu", role: .departmentLead),
        DemoPerson(login: "quan-tri", name: "Quản trị mẫu", role: .nodeAdministrator),
        DemoPerson(login: "kiem-toan", name: "Kiểm toán mẫu", role: .auditor),
    ]

    /// The same for all, printed beside the addresses.
    static let password = "sen-ho-tay-2020"
    /// Of the authenticator app of whoever has a second step: an example, and no secret.
    static let secret = Array("truc-demo-vi-du-2020".utf8)

    /// What an authenticator app with that secret shows at a moment; the real one, whatever day the demo is.
    static func code(at now: Instant) -> String { TOTP.code(secret: secret, step: TOTP.step(at: now)) }
}
