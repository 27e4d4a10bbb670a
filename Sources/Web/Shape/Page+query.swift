package import Vocabulary

/// What the address of a page asks, read strictly: what cannot be read is never taken for something else.
extension Page {
    /// A day, `?on=2020-11-09`; nil where none is named, and on a page that comes back with what is wrong with it.
    ///
    /// Throws `Problem.rejected` with the code `query.day`, for `Site.page` to show at the field.
    package func day(_ name: String) throws(Problem) -> Day? {
        guard errors[name] == nil, let text = request.query[name] else { return nil }
        guard let day = Day(text) else { throw .rejected(code: "query.day", [name: .noSuchDay]) }
        return day
    }
}

extension Request {
    /// Where a list goes on, as the link to it said, `?before=120`; nil where it begins.
    ///
    /// Throws `Problem.malformed` with the code `query.place`: people type no places, so there is no field for it.
    package func place<Place>(_ name: String, _ read: (String) -> Place?) throws(Problem) -> Place? {
        guard let text = query[name] else { return nil }
        guard let place = read(text) else { throw .malformed(code: "query.place", .placeIsUnreadable(name)) }
        return place
    }

    /// `?all=true`; false where it is not named.
    ///
    /// Throws `Problem.malformed` with the code `query.flag` for another word than `true` and `false`.
    package func flag(_ name: String) throws(Problem) -> Bool {
        guard let text = query[name] else { return false }
        guard let flag = Bool(text) else { throw .malformed(code: "query.flag", .flagIsUnreadable(name)) }
        return flag
    }

    /// One of few, `?label=TLP:RED`; nil where it is not named.
    ///
    /// Throws `Problem.malformed` with the code `query.choice` for any other word: a list is never longer than asked.
    package func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _ choices: Choice.Type
    ) throws(Problem) -> Choice? where Choice.RawValue == String {
        guard let text = query[name] else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw .malformed(code: "query.choice", .choiceIsNone(name, choices.allCases.map(\.rawValue)))
        }
        return choice
    }
}

extension Phrase {
    static let noSuchDay = Phrase(
        vi: "Hãy nhập một ngày có thật, ví dụ 2020-11-09", en: "Enter a day that there is, as 2020-11-09")

    static func flagIsUnreadable(_ name: String) -> Phrase {
        Phrase(
            vi: "“\(name)” trong địa chỉ phải là true hoặc false.", en: "“\(name)” in the address is true or false.")
    }

    static func choiceIsNone(_ name: String, _ choices: [String]) -> Phrase {
        let list = choices.joined(separator: ", ")
        return Phrase(
            vi: "“\(name)” trong địa chỉ phải là một trong: \(list).",
            en: "“\(name)” in the address is one of: \(list).")
    }

    static func placeIsUnreadable(_ name: String) -> Phrase {
        Phrase(
            vi: "“\(name)” trong địa chỉ không phải là chỗ nào của danh sách này. Hãy mở lại danh sách từ đầu.",
            en: "“\(name)” in the address is no place in this list. Open the list from its beginning.")
    }
}
