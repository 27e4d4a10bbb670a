import StrictJSON
package import Vocabulary

/// What is wrong with one object that came in, and where.
///
/// `code` is stable: `threats.missing`, `threats.id`, `threats.reference` … or a `json.…` code of the reader.
package struct StixFault: Error, Sendable, Hashable, CustomStringConvertible {
    package let code: String
    /// RFC 6901, inside the object.
    package let pointer: String
    /// The object's id as it was sent, when there was one.
    package let object: String?

    package init(_ code: String, at pointer: String = "", of object: String? = nil) {
        self.code = code
        self.pointer = StixFault.short(pointer)
        self.object = object.map(StixFault.short)
    }

    /// A stranger's words, fit to be stored and shown.
    private static func short(_ words: String) -> String { words.plain(300) }

    init(_ error: JSONError, of object: String? = nil) {
        self.init(error.code, at: error.pointer, of: object)
    }

    package var description: String { "\(code) \(object ?? "?")\(pointer)" }

    package var words: Phrase {
        let place = [object, pointer.isEmpty ? nil : pointer].compactMap { $0 }.joined(separator: " ")
        let (vi, en) = StixFault.sentences[code] ?? ("Không đọc được (\(code))", "Cannot be read (\(code))")
        return Phrase(vi: place.isEmpty ? vi : "\(vi): \(place)", en: place.isEmpty ? en : "\(en): \(place)")
    }

    package var problem: Problem { .malformed(code: code, words) }

    private static let sentences: [String: (String, String)] = [
        "threats.missing": ("Thiếu thuộc tính bắt buộc", "A required property is missing"),
        "threats.type": ("Tên loại đối tượng không hợp lệ", "The object type is not a valid name"),
        "threats.value": ("Giá trị không đúng kiểu", "The value is of the wrong kind"),
        "threats.id": ("Mã định danh không có dạng loại--UUID", "The id is not of the form type--UUID"),
        "threats.version": ("Chỉ nhận STIX 2.1", "Only STIX 2.1 is taken"),
        "threats.timestamp": ("Thời điểm không hợp lệ", "The timestamp is not valid"),
        "threats.order": ("Thời điểm sửa đổi sớm hơn thời điểm tạo", "Modified before it was created"),
        "threats.reference": ("Tham chiếu không phải là mã STIX", "The reference is not a STIX id"),
        "threats.empty": ("Danh sách không được để trống", "A list must not be empty"),
        "threats.attribute": (
            "Loại thuộc tính MISP này chưa được chuyển đổi", "This kind of MISP attribute is not converted"
        ),
        "threats.misp": ("Thuộc tính MISP không hợp lệ", "The MISP attribute is not valid"),
        "threats.not-an-object": ("Không phải là đối tượng STIX", "Not a STIX object"),
        "threats.not-shared": (
            "Đã lưu nhưng không chia sẻ được: đã có bản khác cùng phiên bản, hoặc quá lớn",
            "Stored but not shared: other bytes of this version are known, or it is too large"
        ),
        "threats.mismatch": (
            "Phong bì và đối tượng không khớp nhau", "The envelope and the object do not agree"
        ),
    ]
}
