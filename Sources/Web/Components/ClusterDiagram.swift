package import Vocabulary

/// A member of the cluster as the schematic shows it.
package struct DiagramMember: Sendable {
    package enum Standing: Sendable, Hashable { case lead, deputy, member, coordinator }

    /// The organisation's code, which says where it stands: `H40`.
    package let code: String
    package let name: String
    /// What fits into a box: the province, or the abbreviation. The link is called by the whole name.
    package let shortName: String
    package let standing: Standing
    package let state: String
    package let kind: StatusKind
    package let link: Link
    /// The node that shows the page.
    package let isHere: Bool

    package init(
        code: String, name: String, standing: Standing, state: String, kind: StatusKind, link: Link,
        isHere: Bool = false
    ) {
        self.code = code
        self.name = name
        self.shortName = DiagramMember.short(name, code)
        self.standing = standing
        self.state = state
        self.kind = kind
        self.link = link
        self.isHere = isHere
    }
}

extension DiagramMember {
    /// Fourteen letters fit. Names are long where people read them: "Sở Thông tin và Truyền thông tỉnh Nam Định".
    static func short(_ name: String, _ code: String) -> String {
        if name.count <= 14 { return name }
        let opening = name.firstRange(of: "(")?.upperBound
        let abbreviation = opening.map { String(name[$0...].prefix { $0 != ")" }) } ?? ""
        let place = [" tỉnh ", " thành phố "].compactMap { name.firstRange(of: $0) }.last.map {
            String(name[$0.upperBound...])
        }
        let office = name.firstRange(of: " Department of ").map { String(name[..<$0.lowerBound]) }
        let found = [abbreviation, place ?? "", office ?? ""].first { !$0.isEmpty && $0.count <= 14 }
        return found ?? code
    }
}

/// The cluster as a schematic of 360 units' width, so that its letters keep their size on a phone, and an equal list.
/// Members that the map does not know (later provinces) fill the free places and then new rows.
package func clusterDiagram(_ page: Page, title: Phrase, _ members: [DiagramMember]) -> HTML {
    let coordinators = members.filter { $0.standing == .coordinator }
    let places = place(members.filter { $0.standing != .coordinator })
    let rows = (places.map(\.row).max() ?? 0) + 1
    let frame = Frame(top: coordinators.isEmpty ? 8 : 112, rows: rows)
    return """
        <figure class="cluster"><svg class="diagram" viewBox="0 0 360 \(frame.bottom + 8)" role="group" aria-label="\
        \(page[title])">
        \(if: !coordinators.isEmpty, "<path class=\"edge far\" d=\"M180 84V\(frame.top)\"/>")
        <rect class="shape" x="2" y="\(frame.top)" width="356" height="\(frame.bottom - frame.top)" rx="12"/>
        <text class="sub" x="180" y="\(frame.top + 22)">\(page[title])</text>
        \(each: Array(coordinators.prefix(1)), { node(page, $0, x: 90, y: 8, width: 180) })
        \(each: places, { node(page, $0.member, x: 10 + $0.column * 115, y: frame.top + 34 + $0.row * 90, width: 110) })
        </svg><figcaption class="small muted">\(page[.diagramNote])</figcaption></figure>
        \(memberList(page, title, members))
        """
}

/// The same members as a table: nothing is only in the picture.
package func memberList(_ page: Page, _ title: Phrase, _ members: [DiagramMember]) -> HTML {
    table(
        page, title, headers: [.member, .codeColumn, .standing, .state],
        rows: members.map { member in
            [
                "<a href=\"\(link: member.link)\">\(member.name)</a>\(hereMark(page, member))",
                "<span class=\"nowrap\">\(member.code)</span>", HTML(page[member.standing.words]),
                statusTag(member.state, kind: member.kind),
            ]
        })
}

private func hereMark(_ page: Page, _ member: DiagramMember) -> HTML {
    member.isHere ? " <span class=\"muted\">(\(page[.here]))</span>" : ""
}

private struct Frame {
    let top: Int
    let rows: Int
    var bottom: Int { top + 34 + rows * 90 }
}

private struct Place {
    let member: DiagramMember
    let column: Int
    let row: Int
}

/// Where the nine provinces of 2020 stand, roughly as on a map: three columns west to east, three rows north to south.
private let atlas = [
    "H31": (0, 0), "H23": (1, 0), "H49": (2, 0),
    "H28": (0, 1), "H25": (1, 1), "H24": (2, 1),
    "H42": (0, 2), "H40": (1, 2), "H54": (2, 2),
]

private func place(_ members: [DiagramMember]) -> [Place] {
    var taken = Set(members.compactMap { atlas[$0.code].map { $0.0 + 3 * $0.1 } })
    return members.map { member in
        if let (column, row) = atlas[member.code] { return Place(member: member, column: column, row: row) }
        let free = (0...).first { !taken.contains($0) } ?? 0
        taken.insert(free)
        return Place(member: member, column: free % 3, row: free / 3)
    }
}

private func node(_ page: Page, _ member: DiagramMember, x: Int, y: Int, width: Int) -> HTML {
    let middle = x + width / 2
    return """
        <a class="\(member.standing.name) \(member.kind.rawValue)\(if: member.isHere, " here")" href="\
        \(link: member.link)"\(if: member.shortName != member.name, whole(page, member))>\
        <rect x="\(x)" y="\(y)" width="\(width)" height="80" rx="8"/>\
        <text x="\(middle)" y="\(y + 26)">\(member.shortName)</text>\
        <text class="sub" x="\(middle)" y="\(y + 45)">\(page[member.standing.words])</text>\
        <path class="sign" transform="translate(\(middle - 49) \(y + 55))" d="\(sign(member.kind))"/>\
        <text class="sub" x="\(middle + 10)" y="\(y + 67)">\(member.state)</text></a>

        """
}

/// What a link is called whose box says less.
private func whole(_ page: Page, _ member: DiagramMember) -> HTML {
    " aria-label=\"\(member.name), \(page[member.standing.words]), \(member.state)\""
}

/// The state's sign in a box of 14 units.
private func sign(_ kind: StatusKind) -> HTML {
    switch kind {
    case .done: "M1 7l4 5 8-10"
    case .bad: "M2 2l10 10M12 2L2 12"
    case .waiting: "M7 1a6 6 0 100 12A6 6 0 007 1zM7 4v3l3 2"
    case .working: "M7 1a6 6 0 100 12A6 6 0 007 1zM7 1v12"
    case .neutral: "M3 7h8"
    }
}

extension DiagramMember.Standing {
    var name: String {
        switch self {
        case .lead: "lead"
        case .deputy: "deputy"
        case .member: "member"
        case .coordinator: "coordinator"
        }
    }

    var words: Phrase {
        switch self {
        case .lead: .clusterLead
        case .deputy: .clusterDeputy
        case .member: .clusterMember
        case .coordinator: .coordinator
        }
    }
}
