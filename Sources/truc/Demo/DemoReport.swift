import Exchange
import Vocabulary
import Web

/// A sample report, sent through the same form as any other.
struct DemoReport: Sendable {
    let code: String
    let title: String
    let kind: String
    let summary: String
    let label: String
    let to: String
    var named: [String] = []
    /// Who writes it.
    var by = "xu-ly"

    /// From GREEN to RED, at several nodes. What they tell of did not happen.
    static let all = [
        DemoReport(
            code: "H40", title: "Ví dụ: trang tin của một xã bị thay giao diện", kind: "defacement",
            summary:
                "Ví dụ để thử. Trang chủ bị thay bằng một hình ảnh lạ lúc rạng sáng; đã gỡ và khôi phục từ bản sao.",
            label: "TLP:GREEN", to: "network"),
        DemoReport(
            code: "H23", title: "Ví dụ: thư giả mạo mời họp", kind: "phishing",
            summary: "Ví dụ để thử. Thư giả danh văn phòng, kèm tệp nén có mật khẩu. Ba người đã mở, đã đổi mật khẩu.",
            label: "TLP:AMBER", to: "cluster"),
        DemoReport(
            code: "H49", title: "Ví dụ: máy chủ tệp bị mã hóa", kind: "encryption",
            summary:
                "Ví dụ để thử. Một máy chủ tệp bị mã hóa, nghi qua cổng điều khiển từ xa. Đề nghị hai đơn vị kiểm tra.",
            label: "TLP:AMBER+STRICT", to: "named", named: ["H40", "H24"]),
        DemoReport(
            code: "H40", title: "Ví dụ: nghi lộ tài khoản quản trị", kind: "intrusion",
            summary: "Ví dụ để thử. Nhãn RED: chỉ nói trực tiếp, không nút nào khác nhận được.",
            label: "TLP:RED", to: "nobody", by: "hai-buoc"),
    ]

    /// Whether anybody else of these nodes may have it: a demo can be smaller than the cluster.
    func reaches(_ nodes: [DemoNode]) -> Bool {
        let others = nodes.filter { $0.code != code }
        return switch to {
        case "network": !others.isEmpty
        case "cluster": others.contains { $0.role != .coordinator }
        case "named": others.contains { named.contains($0.code) }
        default: false
        }
    }

    func fields(at now: Instant) -> Fields {
        let local = now.adding(seconds: 7 * 3600 - 3600).rfc3339.prefix(16)
        var fields: Fields = [
            "title": title, "kind": kind, "summary": summary, "operator": "Đơn vị vận hành mẫu",
            "detected": String(local),
            "present": "handled", "detections": "log", "notified": "nobody", "confidential": "yes", "tlp": label,
            "to": to,
        ]
        for part in ["reporter", "contact"] {
            fields.add("\(part)-name", "Người xử lý mẫu")
            fields.add("\(part)-position", "Chuyên viên")
            fields.add("\(part)-address", "Địa chỉ mẫu")
            fields.add("\(part)-phone", "0200000000")
            fields.add("\(part)-email", "mau@example.vn")
        }
        for code in named { fields.add("named", code) }
        return fields
    }
}
