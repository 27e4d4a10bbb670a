import Vocabulary
import Web

extension Permission {
    static let ledgerRead = Permission("ledger.read")
    static let ledgerCheckpoint = Permission("ledger.checkpoint")
}

extension APIDoc {
    static let checkpoint = APIDoc(
        Phrase(vi: "Đầu sổ cái đã ký, dạng signed note", en: "The signed head of the log, as a signed note"),
        response: .bytes("text/plain"), tags: ["ledger"])
    static let growth = APIDoc(
        Phrase(
            vi: "Bằng chứng rằng sổ cái bây giờ bắt đầu bằng sổ cái cũ có chừng ấy lá",
            en: "Proof that the log of now begins with the log of so many leaves"),
        response: .object(["format": .string, "checkpoint": .string, "proof": .array(.string)]), tags: ["ledger"])
    static let hashes = APIDoc(
        Phrase(vi: "Các giá trị băm của cây (c2sp.org/tlog-tiles)", en: "Hashes of the tree (c2sp.org/tlog-tiles)"),
        response: .bytes("application/octet-stream"), tags: ["ledger"])
    static let entries = APIDoc(
        Phrase(vi: "Các lá của sổ cái (c2sp.org/tlog-tiles)", en: "Leaves of the log (c2sp.org/tlog-tiles)"),
        response: .bytes("application/octet-stream"), tags: ["ledger"])
}

extension Phrase {
    static let ledger = Phrase(vi: "Sổ cái", en: "Ledger")
    static let whatTheLedgerIs = Phrase(
        vi: """
            Mỗi việc nút này đã làm là một lá của sổ cái chỉ ghi thêm. Lá chỉ giữ dấu vân tay của nội dung. \
            Không ai, kể cả quản trị nút, sửa được quá khứ mà không bị phát hiện.
            """,
        en: """
            Everything this node did is a leaf of an append-only log. A leaf holds only a fingerprint of the content. \
            Nobody, not even the node's administrator, can change the past unnoticed.
            """)
    static let leaves = Phrase(vi: "Số lá", en: "Leaves")
    static let signedAt = Phrase(vi: "Ký lúc", en: "Signed at")
    static let rootHash = Phrase(vi: "Giá trị băm gốc", en: "Root hash")
    static let verifierKey = Phrase(vi: "Khóa kiểm chứng", en: "Verifier key")
    static let signedHead = Phrase(vi: "Đầu sổ cái đã ký", en: "Signed head")
    static let howToVerify = Phrase(vi: "Cách tự kiểm chứng, không cần mạng", en: "How to verify it yourself, offline")
    static let verifyReceipt = Phrase(
        vi: "Một biên nhận đã tải về: lá có trong sổ cái, và nội dung kèm theo đúng là nội dung của lá.",
        en: "A receipt that was downloaded: the leaf is in the log, and the content that comes with it is the leaf's.")
    static let verifyPage = Phrase(vi: "Kiểm chứng ngay trong trình duyệt", en: "Verify it in the browser")
    static let verifyPageHint = Phrase(
        vi: "Trang này không gửi gì đi; có thể lưu lại và dùng khi không có mạng.",
        en: "The page sends nothing; it can be saved and used without network.")
    static let verifyGrowth = Phrase(
        vi: """
            Hai đầu sổ cái: bạn giữ một đầu cũ (checkpoint.txt) và tải /ledger/growth/SỐ-LÁ-CŨ thành growth.json; \
            lệnh cho biết quá khứ có bị viết lại không.
            """,
        en: """
            Two heads: you kept an old one (checkpoint.txt) and download /ledger/growth/OLD-SIZE as growth.json; \
            the command says whether the past was rewritten.
            """)
    static let verifyFolder = Phrase(
        vi: "Cả sổ cái, từng lá một: trên máy của nút hoặc trên bản sao của thư mục sổ cái.",
        en: "The whole log, leaf by leaf: on the node's machine or on a copy of the log's folder.")
    static let recentLeaves = Phrase(vi: "Các lá gần đây", en: "Recent leaves")
    static let noLeaves = Phrase(vi: "Sổ cái chưa có lá nào", en: "The log has no leaves yet")
    static let leafNumber = Phrase(vi: "Lá số", en: "Leaf")
    static let when = Phrase(vi: "Thời điểm", en: "Time")
    static let kind = Phrase(vi: "Loại", en: "Kind")
    static let factID = Phrase(vi: "Mã sự kiện", en: "Fact id")
    static let digest = Phrase(vi: "Dấu vân tay (có muối)", en: "Fingerprint (salted)")
    static let content = Phrase(vi: "Nội dung", en: "Content")
    static let contentKept = Phrase(vi: "Còn lưu", en: "Kept")
    static let contentErased = Phrase(
        vi: "Đã xóa; bằng chứng vẫn có giá trị", en: "Erased; the proof stays valid")
    static let contentElsewhere = Phrase(vi: "Không lưu trong bảng sự kiện", en: "Not kept among the facts")
    static let downloadReceipt = Phrase(vi: "Tải biên nhận", en: "Download the receipt")
    static let downloadWithContent = Phrase(
        vi: "Tải biên nhận kèm nội dung", en: "Download the receipt with its content")
    static let readingIsWrittenDown = Phrase(
        vi: "Việc xem nội dung cũng được ghi vào sổ cái.", en: "Reading the content is itself written into the log.")

    static func leafTitle(_ index: Int64) -> Phrase {
        Phrase(vi: "Lá số \(index)", en: "Leaf \(index)")
    }
}
