import StrictJSON
import Vocabulary
import Web

/// The doors for other nodes: what is offered here, and requests for it.
extension Exchange {
    static let unless = APIDoc.Parameter(
        "unless", Phrase(vi: "SHA-256 của bản đã có", en: "The SHA-256 of what the caller has"))

    func askingDoors(_ site: Site) {
        site.api(
            .get, "/exchange/offered", allow: .peer,
            APIDoc(
                Phrase(vi: "Danh mục dịch vụ của nút này", en: "The catalogue of this node"),
                response: .bytes(OfferedAcross.mediaType), query: [Exchange.unless])
        ) { [self] call in try await answer(call) { _ in try await giveOffered(unless: call.request.query["unless"]) } }
        site.api(
            .get, "/exchange/offered/{code}/{version}", allow: .peer,
            APIDoc(
                Phrase(vi: "Tài liệu OpenAPI của một phiên bản", en: "The OpenAPI document of a version"),
                response: .bytes("application/octet-stream"))
        ) { [self] call in
            try await answer(call) { _ in
                try await giveDocument(try call.parameter("code"), try call.parameter("version"))
            }
        }
        site.api(
            .get, "/exchange/offered/{code}/{version}/fuller", allow: .peer,
            APIDoc(
                Phrase(
                    vi: "Tài liệu OpenAPI đầy đủ hơn bản đã đăng ký, để đọc",
                    en: "An OpenAPI document that says more than the registered one, to be read"),
                response: .bytes("application/octet-stream"))
        ) { [self] call in
            try await answer(call) { _ in
                try await giveFullerDocument(try call.parameter("code"), try call.parameter("version"))
            }
        }
        site.api(
            .post, "/exchange/requests", allow: .peer,
            APIDoc(
                Phrase(vi: "Đề nghị khai thác, có chữ ký của nút gọi", en: "A request for a grant, signed by its node"),
                request: .object(["document": .string, "signature": .string]), response: .any),
            bodyLimit: 2 * GrantRequest.limitBytes
        ) { [self] call in try await answer(call) { try await takeRequest(call, from: $0) } }
        site.api(
            .get, "/exchange/requests", allow: .peer,
            APIDoc(
                Phrase(
                    vi: "Các đề nghị của nút gọi đang ở bước nào", en: "How the requests of the calling node stand"),
                response: .any, query: [Exchange.unless])
        ) { [self] call in
            try await answer(call) { try await giveStandings(to: $0, unless: call.request.query["unless"]) }
        }
        site.api(
            .post, "/exchange/requests/{id}/end", allow: .peer,
            APIDoc(
                Phrase(
                    vi: "Rút đề nghị hoặc chấm dứt quyền của nút gọi",
                    en: "Takes back a request or ends a grant of the calling node"),
                request: .object(["reason": .string]), response: .any), bodyLimit: Exchange.endingMax
        ) { [self] call in try await answer(call) { try await endRequest(call, from: $0) } }
        site.api(
            .post, "/exchange/granted/{id}/end", allow: .peer,
            APIDoc(
                Phrase(
                    vi: "Trả lại quyền mà nút này đã cấp cho ứng dụng của nút gọi",
                    en: "Gives back a grant that an application of the calling node holds"),
                request: .object(["reason": .string]), response: .any), bodyLimit: Exchange.endingMax
        ) { [self] call in try await answer(call) { try await endGiven(call, from: $0) } }
    }
}
