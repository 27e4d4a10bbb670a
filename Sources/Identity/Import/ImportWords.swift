import Vocabulary

extension Phrase {
    static let importPeople = Phrase(vi: "Nhập danh sách người dùng", en: "Import people")
    static let importPreview = Phrase(vi: "Xem trước danh sách", en: "Preview of the list")
    static let importLead = Phrase(
        vi: """
            Chọn tệp CSV xuất từ bảng tính. Bạn sẽ xem trước từng dòng; danh sách chỉ được ghi khi mọi dòng đều đúng. \
            Nhập lại cùng một danh sách không làm thay đổi gì.
            """,
        en: """
            Choose a CSV file from a spreadsheet. Every line is shown first; the list is written only when all lines \
            are right. The same list a second time changes nothing.
            """)
    static let csvFile = Phrase(vi: "Tệp CSV", en: "CSV file")
    static let csvHint = Phrase(
        vi: "Mã hóa UTF-8, dòng đầu là tên cột, tối đa 5.000 dòng", en: "UTF-8, column names first, at most 5,000 lines"
    )
    static let lookAtIt = Phrase(vi: "Xem trước", en: "Preview")
    static let chooseFile = Phrase(vi: "Hãy chọn một tệp", en: "Choose a file")
    static let whichColumns = Phrase(vi: "Các cột được đọc", en: "Columns that are read")
    static let column = Phrase(vi: "Cột", en: "Column")
    static let columnName = Phrase(vi: "Tên trong dòng đầu", en: "Name in the first line")
    static let columnAbout = Phrase(vi: "Nội dung", en: "What it holds")
    static let toCreate = Phrase(vi: "Thêm mới", en: "To add")
    static let toChange = Phrase(vi: "Thay đổi", en: "To change")
    static let faultyLines = Phrase(vi: "Dòng có lỗi", en: "Lines with errors")
    static let importIsFaulty = Phrase(vi: "Danh sách chưa ghi được", en: "The list cannot be written yet")
    static let importFaultyLead = Phrase(
        vi: "Hãy sửa các dòng có lỗi trong bảng tính rồi chọn lại tệp. Chưa có gì được ghi.",
        en: "Correct the lines with errors in the spreadsheet and choose the file again. Nothing was written.")
    static let importChangesNothing = Phrase(
        vi: "Danh sách này đã được ghi, không có gì thay đổi", en: "This list is written already; nothing changes")
    static let doImport = Phrase(vi: "Ghi danh sách", en: "Write the list")
    static let importDone = Phrase(vi: "Đã ghi danh sách", en: "The list is written")
    static let importLines = Phrase(vi: "Các dòng của danh sách", en: "Lines of the list")
    static let line = Phrase(vi: "Dòng", en: "Line")
    static let whatHappens = Phrase(vi: "Việc sẽ làm", en: "What happens")
    static let stepCreate = Phrase(vi: "Thêm mới", en: "Added")
    static let stepChange = Phrase(vi: "Thay đổi", en: "Changed")
    static let stepNothing = Phrase(vi: "Giữ nguyên", en: "Stays")
    static let stepFaulty = Phrase(vi: "Có lỗi", en: "Errors")
    static let fileIsNotUTF8 = Phrase(vi: "Tệp không phải văn bản UTF-8", en: "The file is no UTF-8 text")
    static let fileIsEmpty = Phrase(vi: "Tệp không có dòng nào", en: "The file has no lines")
    static let columnsAreMissing = Phrase(
        vi: "Dòng đầu phải có cột tên đăng nhập và cột họ và tên",
        en: "The first line must have the columns login and name")
    static let loginTwiceInFile = Phrase(
        vi: "Tên đăng nhập này có ở nhiều dòng", en: "This username stands on several lines")
    static let dayIsUnreadable = Phrase(
        vi: "Ngày phải viết như 2025-07-01 hoặc 01/07/2025", en: "Days are written 2025-07-01 or 01/07/2025")
    static let endsBeforeItBegins = Phrase(
        vi: "Ngày kết thúc trước ngày bắt đầu", en: "The last day is before the first")
    static let linesAreFaulty = Phrase(
        vi: "Có dòng không còn đúng. Hãy xem lại danh sách",
        en: "Some lines are not right any more. Look at the list again")

    static func fileHasTooManyRows(_ most: Int) -> Phrase {
        Phrase(
            vi: "Tệp có quá \(most) dòng hoặc quá nhiều cột",
            en: "The file has more than \(most) lines or too many columns")
    }

    static func cellIsTooLong(_ line: Int) -> Phrase {
        Phrase(vi: "Dòng \(line) có ô quá dài", en: "Line \(line) has a cell that is too long")
    }

    static func quoteIsOpen(_ line: Int) -> Phrase {
        Phrase(vi: "Dấu nháy ở dòng \(line) không khớp", en: "A quotation mark on line \(line) has no partner")
    }

    static func columnTwice(_ name: String) -> Phrase {
        Phrase(vi: "Cột “\(name)” có hai lần", en: "The column “\(name)” stands there twice")
    }

    static func noRoleCalled(_ name: String) -> Phrase {
        Phrase(vi: "Không có vai trò “\(name)”", en: "There is no role “\(name)”")
    }

    static let unitIsMissing = Phrase(
        vi: "Hãy ghi đơn vị: bạn không quản trị cơ quan của nút",
        en: "Name the unit: you do not administer the node's organisation")

    static func noUnitCalled(_ name: String) -> Phrase {
        Phrase(
            vi: "Bạn không quản trị đơn vị nào tên là “\(name)”", en: "You administer no unit called “\(name)”")
    }

    static func roleIsNotYours(_ role: Role) -> Phrase {
        Phrase(
            vi: "Bạn không được giao vai trò “\(role.label.vi)” ở đơn vị này",
            en: "You may not give the role “\(role.label.en)” in this unit")
    }
}

extension ImportedPerson.Column {
    var label: Phrase {
        switch self {
        case .login: .login
        case .name: .fullName
        case .email: .email
        case .unit: .organisation
        case .role: .role
        case .from: .firstDayOfPost
        case .until: .lastDayOfPost
        case .number: .staffNumber
        case .title: Phrase(vi: "Chức vụ", en: "Position")
        case .phone: .telephone
        }
    }

    var about: Phrase {
        switch self {
        case .login, .name: Phrase(vi: "Bắt buộc", en: "Required")
        case .unit:
            Phrase(
                vi: "Mã hoặc tên đơn vị; để trống là cơ quan của nút",
                en: "Id or name; empty is the node's organisation")
        case .role: Phrase(vi: "Một hoặc nhiều vai trò, cách nhau dấu phẩy", en: "One or more roles, with commas")
        case .from, .until: Phrase(vi: "2025-07-01 hoặc 01/07/2025", en: "2025-07-01 or 01/07/2025")
        default: Phrase(vi: "Không bắt buộc", en: "Optional")
        }
    }
}
