import Gateway
import Vocabulary
import Web

extension Permission {
    /// Live figures of the gateway.
    static let viewGateway = Permission("gateway.view")
    /// Who called what under which grant, and receipts.
    static let readEvidence = Permission("gateway.evidence")
}

extension APIDoc {
    static let metrics = APIDoc(
        Phrase(vi: "Các số đo theo định dạng văn bản của Prometheus", en: "Figures in Prometheus' text format"),
        response: .bytes("text/plain"), tags: ["gateway"])
    static let traffic = APIDoc(
        Phrase(vi: "Lưu lượng qua cổng dịch vụ lúc này", en: "What passes through the gateway now"),
        response: .object([
            "state": .oneOf(Gateway.State.allCases.map(\.rawValue)), "connections": .integer,
            "refusedAtTheDoor": .integer, "unknownCallers": .integer, "durableLeaves": .integer,
            "evidenceLagMilliseconds": .number,
            "windowSeconds": .number,
            "lines": .array(
                .object([
                    "service": .string, "consumer": .string, "grant": .string, "calls": .integer, "refused": .integer,
                    "failed": .integer, "limited": .integer, "callsPerSecond": .number, "p50Milliseconds": .number,
                    "p95Milliseconds": .number, "p99Milliseconds": .number,
                ])),
            "refusals": .array(
                .object(["consumer": .string, "notGranted": .integer, "limited": .integer, "other": .integer])),
            "instances": .array(
                .object(
                    [
                        "service": .string, "address": .string, "node": .string,
                        "state": .oneOf(["closed", "open", "half-open"]),
                    ], optional: ["node"])),
        ]), tags: ["gateway"])
}

extension Phrase {
    static let gatewayTitle = Phrase(vi: "Lưu lượng qua trục", en: "Traffic on the axis")
    static let whatTheGatewayIs = Phrase(
        vi: "Mọi lời gọi dịch vụ đi qua một cổng: biết ai gọi, có quyền khai thác nào, và để lại chứng cứ.",
        en: "Every call to a service passes one gateway: it knows who calls, under which grant, and leaves proof.")
    static let gatewayServes = Phrase(vi: "Đang phục vụ", en: "Serving")
    static let gatewayClosed = Phrase(vi: "Chưa mở", en: "Not open")
    static let gatewayWithoutEvidence = Phrase(
        vi: "Không ghi được chứng cứ, nên mọi lời gọi bị từ chối",
        en: "Evidence cannot be written, so every call is refused")
    static let gatewayRefuses = Phrase(
        vi: "Hãy kiểm tra đĩa của nút: đầy, hỏng hoặc chỉ đọc. Chứng cứ đang chờ được giữ và sẽ được ghi lại.",
        en: "Look at the node's disk: full, failing or read-only. Evidence that waits is kept and written then.")
    static let callsPerSecond = Phrase(vi: "Lời gọi mỗi giây", en: "Calls a second")
    static let openConnections = Phrase(vi: "Kết nối đang mở", en: "Open connections")
    static let refusedAtTheDoor = Phrase(vi: "Bị từ chối ngay ở cổng", en: "Refused at the door")
    static let unknownCallers = Phrase(vi: "Trong đó không rõ ai gọi (401)", en: "Of them from unknown callers (401)")
    static let refusedByApplication = Phrase(
        vi: "Bị từ chối ở cổng, theo ứng dụng", en: "Refused at the door, by application")
    static let notGrantedCalls = Phrase(vi: "Không có quyền (403)", en: "Not granted (403)")
    static let limitedCalls = Phrase(vi: "Quá hạn mức (429)", en: "Over the limit (429)")
    static let otherRefusals = Phrase(vi: "Lý do khác", en: "Other reasons")
    static let durableLeaves = Phrase(vi: "Chứng cứ đã ghi bền vững", en: "Durable evidence")
    static let evidenceLag = Phrase(vi: "Chứng cứ đang chậm", en: "Evidence is behind by")
    static let noCallsYet = Phrase(
        vi: "Chưa có lời gọi nào từ khi nút khởi động.", en: "No call has come since the node was started.")
    static let callsByService = Phrase(vi: "Theo dịch vụ và ứng dụng", en: "By service and application")
    static let service = Phrase(vi: "Dịch vụ", en: "Service")
    static let application = Phrase(vi: "Ứng dụng", en: "Application")
    static let calls = Phrase(vi: "Lời gọi", en: "Calls")
    static let perSecond = Phrase(vi: "Mỗi giây", en: "A second")
    static let median = Phrase(vi: "p50, ms", en: "p50, ms")
    static let p95 = Phrase(vi: "p95, ms", en: "p95, ms")
    static let p99 = Phrase(vi: "p99, ms", en: "p99, ms")
    static let refusedCalls4 = Phrase(vi: "Lỗi 4xx", en: "Errors 4xx")
    static let failedCalls5 = Phrase(vi: "Lỗi 5xx", en: "Errors 5xx")
    static let instances = Phrase(vi: "Nơi đặt dịch vụ", en: "Where services stand")
    static let instanceAddress = Phrase(vi: "Địa chỉ", en: "Address")
    static let atNode = Phrase(vi: "Tại nút", en: "At node")
    static let breakerState = Phrase(vi: "Cầu dao", en: "Breaker")
    static let breakerClosed = Phrase(vi: "Thông", en: "Closed: calls pass")
    static let breakerOpen = Phrase(vi: "Đã ngắt", en: "Open: left out")
    static let breakerHalfOpen = Phrase(vi: "Đang thử lại", en: "Half open: being tried")
    static let metricsLink = Phrase(vi: "Số đo cho Prometheus", en: "Figures for Prometheus")

    static func windowHint(_ seconds: Int) -> Phrase {
        Phrase(
            vi: "Mỗi giây, p50, p95 và p99 tính trong \(seconds) giây gần nhất; các số khác từ khi nút khởi động.",
            en: "A second, p50, p95 and p99 are of the last \(seconds) seconds; the others since the node was started.")
    }

    static let exchanges = Phrase(vi: "Các lần trao đổi", en: "Exchanges")
    static let noExchanges = Phrase(
        vi: "Không thấy lần trao đổi nào trong phần này của sổ cái.",
        en: "There is no exchange in this part of the ledger.")
    static let grantID = Phrase(vi: "Mã quyền khai thác", en: "Grant")
    static let find = Phrase(vi: "Tìm", en: "Find")
    static let operation = Phrase(vi: "Thao tác", en: "Operation")
    static let answered = Phrase(vi: "Trả lời", en: "Answer")
    static let part = Phrase(vi: "Phần", en: "Part")
    static let partWhole = Phrase(vi: "Trọn lần trao đổi", en: "The whole exchange")
    static let partOpening = Phrase(vi: "Mở đầu một câu trả lời dài", en: "The opening of a long answer")
    static let partClosing = Phrase(vi: "Kết thúc một câu trả lời dài", en: "The closing of a long answer")
    static let partCut = Phrase(vi: "Bị ngắt giữa chừng", en: "Broken off")
    static let partWithheld = Phrase(
        vi: "Câu trả lời trước bị giữ lại vì chứng cứ chưa ghi được",
        en: "The answer before was withheld: its evidence could not be written")
    static let began = Phrase(vi: "Bắt đầu", en: "Began")
    static let ended = Phrase(vi: "Kết thúc", en: "Ended")
    static let lasted = Phrase(vi: "Kéo dài", en: "Lasted")
    static let purpose = Phrase(vi: "Mục đích", en: "Purpose")
    static let legalBasis = Phrase(vi: "Căn cứ pháp lý", en: "Legal basis")
    static let callID = Phrase(vi: "Mã lời gọi", en: "Call")
    static let otherLeaf = Phrase(vi: "Lá trong sổ cái của nút kia", en: "Leaf in the other node's ledger")
    static let downloadOther = Phrase(vi: "Tải biên nhận của nút kia", en: "Download the other node's receipt")

    static func exchangeTitle(_ leaf: Int64) -> Phrase {
        Phrase(vi: "Lần trao đổi ở lá \(leaf)", en: "The exchange of leaf \(leaf)")
    }
}
