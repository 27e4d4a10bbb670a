import Vocabulary

/// One line of a list of staff, read and checked as far as it can be without the tables.
struct ImportedPerson: Sendable, Hashable {
    enum Column: String, CaseIterable, Sendable {
        case login, name, email, unit, role, from, until, number, title, phone

        /// What the first line of the file may call it; compared without case and marks.
        var names: [String] {
            switch self {
            case .login: ["login", "username", "ten dang nhap"]
            case .name: ["name", "full name", "ho va ten", "ho ten"]
            case .email: ["email", "e-mail", "thu dien tu"]
            case .unit: ["unit", "department", "don vi", "co quan"]
            case .role: ["role", "roles", "vai tro"]
            case .from: ["from", "first day", "tu ngay", "ngay bat dau"]
            case .until: ["until", "last day", "den ngay", "ngay ket thuc"]
            case .number: ["number", "employee number", "ma can bo"]
            case .title: ["title", "position", "chuc vu"]
            case .phone: ["phone", "telephone", "dien thoai", "so dien thoai"]
            }
        }
    }

    let line: Int
    let login: String
    let name: String
    let email: String?
    let unit: String?
    let roles: [Role]
    let from: Day?
    let until: Day?
    let number: String?
    let title: String?
    let phone: String?
    /// What is wrong with the line, whatever stands in the tables.
    let faults: [Phrase]

    /// - Returns: the people of a table, whose first line names the columns.
    static func all(_ table: CSVTable) throws(Problem) -> [ImportedPerson] {
        guard let header = table.lines.first else { throw .invalid(["file": .fileIsEmpty]) }
        var columns: [Column: Int] = [:]
        for (place, title) in header.cells.enumerated() {
            let folded = Folding.fold(title)
            guard let column = Column.allCases.first(where: { $0.names.contains(folded) }) else { continue }
            guard columns[column] == nil else { throw .invalid(["file": .columnTwice(title)]) }
            columns[column] = place
        }
        guard columns[.login] != nil, columns[.name] != nil else { throw .invalid(["file": .columnsAreMissing]) }
        guard table.lines.count > 1 else { throw .invalid(["file": .fileIsEmpty]) }
        let people = table.lines.dropFirst().map { ImportedPerson($0, columns) }
        let logins = Dictionary(grouping: people, by: \.login).filter { $0.value.count > 1 }
        return people.map { logins[$0.login] == nil ? $0 : $0.with(fault: .loginTwiceInFile) }
    }

    private init(_ line: CSVTable.Line, _ columns: [Column: Int]) {
        func cell(_ column: Column) -> String? {
            guard let place = columns[column], place < line.cells.count, !line.cells[place].isEmpty else { return nil }
            return line.cells[place]
        }
        var faults: [Phrase] = []
        self.line = line.number
        login = Login.fold(cell(.login) ?? "")
        if !Login.isValid(login) { faults.append(.loginIsInvalid) }
        name = cell(.name) ?? ""
        if name.isEmpty || name.count > 100 { faults.append(.nameIsMissing) }
        email = cell(.email)
        if let email, email.count > 200 || !email.contains("@") { faults.append(.emailIsInvalid) }
        unit = cell(.unit)
        var roles: [Role] = []
        for word in (cell(.role) ?? "").split(whereSeparator: { $0 == "," || $0 == "|" || $0 == "/" }) {
            let folded = Folding.fold(String(word)).split(whereSeparator: \.isWhitespace).joined(separator: " ")
            let role = Role.ofPeople.first {
                [Folding.fold($0.label.vi), Folding.fold($0.label.en), $0.rawValue].contains(folded)
            }
            if let role { roles.append(role) } else { faults.append(.noRoleCalled(String(word))) }
        }
        self.roles = roles
        from = cell(.from).flatMap(ImportedPerson.day)
        if cell(.from) != nil, from == nil { faults.append(.dayIsUnreadable) }
        until = cell(.until).flatMap(ImportedPerson.day)
        if cell(.until) != nil, until == nil { faults.append(.dayIsUnreadable) }
        if let from, let until, until < from { faults.append(.endsBeforeItBegins) }
        number = cell(.number).map { String($0.prefix(64)) }
        title = cell(.title).map { String($0.prefix(200)) }
        phone = cell(.phone).map { String($0.prefix(40)) }
        self.faults = faults
    }

    private init(_ other: ImportedPerson, faults: [Phrase]) {
        (line, login, name, email) = (other.line, other.login, other.name, other.email)
        (unit, roles, from, until) = (other.unit, other.roles, other.from, other.until)
        (number, title, phone) = (other.number, other.title, other.phone)
        self.faults = faults
    }

    func with(fault: Phrase) -> ImportedPerson { ImportedPerson(self, faults: faults + [fault]) }

    /// `2025-07-01` or `01/07/2025`.
    private static func day(_ text: String) -> Day? {
        if let day = Day(text) { return day }
        let parts = text.split(separator: "/").compactMap { Int($0) }
        return parts.count == 3 ? Day(year: parts[2], month: parts[1], day: parts[0]) : nil
    }
}
