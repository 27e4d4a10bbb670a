import Exchange
import Vocabulary
import Web

/// Pieces that several pages of the room use.
func typeName(_ type: String) -> Phrase {
    switch type {
    case "indicator": Phrase(vi: "Dấu hiệu nhận biết", en: "Indicator")
    case "malware": Phrase(vi: "Mã độc", en: "Malware")
    case "attack-pattern": Phrase(vi: "Kỹ thuật tấn công", en: "Attack pattern")
    case "campaign": Phrase(vi: "Chiến dịch", en: "Campaign")
    case "course-of-action": Phrase(vi: "Biện pháp ứng phó", en: "Course of action")
    case "grouping": Phrase(vi: "Nhóm đối tượng", en: "Grouping")
    case "identity": Phrase(vi: "Tổ chức, cá nhân", en: "Identity")
    case "infrastructure": Phrase(vi: "Hạ tầng tấn công", en: "Infrastructure")
    case "intrusion-set": Phrase(vi: "Nhóm xâm nhập", en: "Intrusion set")
    case "location": Phrase(vi: "Địa điểm", en: "Location")
    case "malware-analysis": Phrase(vi: "Phân tích mã độc", en: "Malware analysis")
    case "note": Phrase(vi: "Ghi chú", en: "Note")
    case "observed-data": Phrase(vi: "Dữ liệu quan sát", en: "Observed data")
    case "opinion": Phrase(vi: "Ý kiến", en: "Opinion")
    case "report": Phrase(vi: "Báo cáo", en: "Report")
    case "threat-actor": Phrase(vi: "Tác nhân đe dọa", en: "Threat actor")
    case "tool": Phrase(vi: "Công cụ", en: "Tool")
    case "vulnerability": Phrase(vi: "Lỗ hổng", en: "Vulnerability")
    case "relationship": Phrase(vi: "Quan hệ", en: "Relationship")
    case "sighting": Phrase(vi: "Lần phát hiện", en: "Sighting")
    case "marking-definition": Phrase(vi: "Định nghĩa nhãn", en: "Marking definition")
    case "domain-name": Phrase(vi: "Tên miền", en: "Domain name")
    case "ipv4-addr": Phrase(vi: "Địa chỉ IPv4", en: "IPv4 address")
    case "ipv6-addr": Phrase(vi: "Địa chỉ IPv6", en: "IPv6 address")
    case "email-addr": Phrase(vi: "Địa chỉ thư", en: "E-mail address")
    case "file": Phrase(vi: "Tệp", en: "File")
    case "url": Phrase(name: "URL")
    default: Phrase(name: type)
    }
}

func signatureTag(_ page: Page, _ state: SignatureState) -> HTML {
    switch state {
    case .ours: statusTag(page[.signedByUs], kind: .done)
    case .verified: statusTag(page[.signatureHolds], kind: .done)
    case .unsigned: statusTag(page[.notSigned], kind: .neutral)
    }
}

/// The labels that a person can choose; RED stays out where something is to be sent.
func labelChoices(_ page: Page, withRed: Bool) -> [Choice] {
    TLP.allCases.filter { withRed || $0 != .red }.map { label in
        Choice(label.rawValue, tlpTag(page, label.rawValue), hint: page[tlpMeaning(label.rawValue)])
    }
}

/// To whom: the cluster, the whole network, members one by one, or nobody yet.
func recipientFields(_ page: Page, _ members: [ThreatReader], chosen: String) -> HTML {
    let named = members.map { Choice($0.id.text, "\($0.name[page.language]) (\($0.id.text))") }
    let groups = [
        Choice("nobody", page[.toNobody], hint: page[.toNobodyHint]),
        Choice("cluster", page[.toCluster], hint: page[.toClusterHint]),
        Choice("network", page[.toNetwork], hint: page[.toNetworkHint]), Choice("named", page[.toNamed]),
    ]
    let boxes = checkTiles(page, "member", .members, named, hint: .membersHint, required: false, columns: 2)
    return "\(radioTiles(page, "to", .toWhom, groups, chosen: chosen))\(if: !named.isEmpty, boxes)"
}

/// What the fields of `recipientFields` say. Members may be added to the cluster by name.
func readRecipients(_ fields: Fields, _ members: [ThreatReader]) throws(Problem) -> Recipients {
    let named = Set(fields.all("member").map { ID<Organisation>($0) })
    guard named.isSubset(of: Set(members.map(\.id))) else { throw .invalid(["member": .unknownMember]) }
    switch fields["to"] {
    case "nobody": return .nobody
    case "cluster": return .cluster(and: named)
    case "network": return .network
    case "named":
        guard !named.isEmpty else { throw .invalid(["member": .chooseMember]) }
        return .named(named)
    default: throw .invalid(["to": .chooseRecipients])
    }
}

func readLabel(_ fields: Fields, _ name: String = "label") throws(Problem) -> TLP {
    guard let text = fields[name], let label = TLP(rawValue: text) else { throw .invalid([name: .chooseLabel]) }
    return label
}
