import StrictJSON
import Vocabulary
import Web

/// Dossiers of administrative procedures. All are made up; who "applied" is called an example.
struct DossierDesk: Sendable {
    struct Dossier: Sendable {
        let code: String
        let procedure: String
        let state: String
        let receivedOn: String
        let dueOn: String
    }

    static let dossiers = [
        Dossier(
            code: "000.00.01.H40-201102-0001", procedure: "Ví dụ: cấp bản sao trích lục hộ tịch", state: "done",
            receivedOn: "2020-11-02", dueOn: "2020-11-03"),
        Dossier(
            code: "000.00.01.H40-201103-0007", procedure: "Ví dụ: cấp giấy phép xây dựng nhà ở riêng lẻ",
            state: "processing", receivedOn: "2020-11-03", dueOn: "2020-11-18"),
        Dossier(
            code: "000.00.01.H40-201105-0012", procedure: "Ví dụ: đăng ký hộ kinh doanh", state: "waiting",
            receivedOn: "2020-11-05", dueOn: "2020-11-10"),
        Dossier(
            code: "000.00.01.H40-201109-0001", procedure: "Ví dụ: đăng ký khai sinh", state: "received",
            receivedOn: "2020-11-09", dueOn: "2020-11-09"),
    ]

    func doors(_ site: Site) {
        site.api(
            .get, "/dossiers/{code}", allow: .everyone,
            APIDoc(Phrase(vi: "Một hồ sơ", en: "One dossier"), response: .any)
        ) { call in
            let code = try call.parameter("code")
            guard let found = DossierDesk.dossiers.first(where: { $0.code == code }) else { throw Problem.notFound }
            return .json([
                "code": .string(found.code), "procedure": .string(found.procedure), "state": .string(found.state),
                "receivedOn": .string(found.receivedOn), "dueOn": .string(found.dueOn),
                "applicant": ["name": "Người nộp mẫu", "phone": "0200000000"],
            ])
        }
    }
}
