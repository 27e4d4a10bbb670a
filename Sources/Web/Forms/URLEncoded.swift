package import Vocabulary

/// How much a form may hold.
package struct FormLimits: Sendable {
    package var fields = 200
    package var nameBytes = 200
    package var valueBytes = 1 << 20
    package var files = 10

    package static let standard = FormLimits()
    package static let query = FormLimits(fields: 100, nameBytes: 100, valueBytes: 4096, files: 0)

    package init(fields: Int = 200, nameBytes: Int = 200, valueBytes: Int = 1 << 20, files: Int = 10) {
        self.fields = fields
        self.nameBytes = nameBytes
        self.valueBytes = valueBytes
        self.files = files
    }
}

/// `application/x-www-form-urlencoded`, WHATWG URL §5.1, but strict: broken escapes, NUL and what is no UTF-8 are
/// refused.
package enum URLEncoded {
    package static func parse(_ bytes: [UInt8], limits: FormLimits = .standard) throws(Problem) -> Fields {
        var fields = Fields()
        // One piece more than there may be, however many were sent.
        for pair in bytes.split(separator: UInt8(ascii: "&"), maxSplits: limits.fields) {
            let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let value = halves.count > 1 ? halves[1] : []
            guard fields.list.count < limits.fields, halves[0].count <= limits.nameBytes,
                value.count <= 3 * limits.valueBytes
            else { throw .tooManyFields }
            guard let name = PercentCoding.decode(halves[0], plusIsSpace: true),
                let text = PercentCoding.decode(value, plusIsSpace: true)
            else { throw .unreadableForm }
            guard text.utf8.count <= limits.valueBytes else { throw .tooManyFields }
            fields.add(name, text)
        }
        return fields
    }

    package static func encode(_ fields: Fields) -> [UInt8] {
        let pairs = fields.list.map { "\(PercentCoding.encode($0.name))=\(PercentCoding.encode($0.value))" }
        return Array(pairs.joined(separator: "&").utf8)
    }
}

extension Problem {
    static let tooManyFields = Problem.malformed(
        code: "form.too-many-fields",
        Phrase(
            vi: "Biểu mẫu có quá nhiều trường hoặc trường quá dài",
            en: "The form has too many fields, or one is too long"))

    static let unreadableForm = Problem.malformed(
        code: "form.unreadable",
        Phrase(vi: "Không đọc được dữ liệu của biểu mẫu", en: "The form data cannot be read"))

    /// The same of a query: one code, other words.
    var inAddress: Problem {
        switch self {
        case .tooManyFields:
            .malformed(
                code: "form.too-many-fields",
                Phrase(
                    vi: "Phần sau dấu “?” của địa chỉ có quá nhiều trường hoặc trường quá dài.",
                    en: "Behind its “?” the address has too many fields, or one is too long."))
        case .unreadableForm:
            .malformed(
                code: "form.unreadable",
                Phrase(
                    vi: "Không đọc được phần sau dấu “?” của địa chỉ.",
                    en: "What stands behind the “?” of the address cannot be read."))
        default: self
        }
    }
}
