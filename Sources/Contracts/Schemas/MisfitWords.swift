import Vocabulary

extension Phrase {
    static let notAllowed = Phrase(vi: "Không được phép ở đây", en: "Not allowed here")
    static let notAmong = Phrase(vi: "Không thuộc các giá trị được phép", en: "Not among the allowed values")
    static let outOfRange = Phrase(vi: "Số nằm ngoài khoảng cho phép", en: "The number is out of range")
    static let noneFits = Phrase(vi: "Không khớp lựa chọn nào", en: "Fits none of the alternatives")
    static let severalFit = Phrase(vi: "Khớp nhiều hơn số lựa chọn cho phép", en: "Fits more alternatives than allowed")
    static let notUnique = Phrase(vi: "Có phần tử trùng nhau", en: "Two elements are the same")
    static let tooCostly = Phrase(
        vi: "Kiểm tra giá trị này tốn quá nhiều bước", en: "Checking this value takes too many steps")

    static func needType(_ names: [String]) -> Phrase {
        let list = names.joined(separator: ", ")
        return Phrase(vi: "Cần kiểu \(list)", en: "The type must be \(list)")
    }

    static func missing(_ name: String) -> Phrase {
        Phrase(vi: "Thiếu “\(name)”", en: "“\(name)” is missing")
    }

    static func tooShort(_ length: Int) -> Phrase {
        Phrase(vi: "Ngắn hơn \(length) ký tự", en: "Shorter than \(length) characters")
    }

    static func tooLong(_ length: Int) -> Phrase {
        Phrase(vi: "Dài hơn \(length) ký tự", en: "Longer than \(length) characters")
    }

    static func tooFew(_ count: Int) -> Phrase {
        Phrase(vi: "Ít hơn \(count) phần tử", en: "Fewer than \(count)")
    }

    static func tooMany(_ count: Int) -> Phrase {
        Phrase(vi: "Nhiều hơn \(count) phần tử", en: "More than \(count)")
    }

    static func patternMissed(_ source: String) -> Phrase {
        Phrase(vi: "Không khớp mẫu \(source)", en: "Does not match the pattern \(source)")
    }

    static func formatMissed(_ name: String) -> Phrase {
        Phrase(vi: "Không đúng dạng \(name)", en: "Is not a \(name)")
    }
}
