import Exchange
import Vocabulary
import Web

/// What the report form sends, read into a report. Choices it does not know are as good as none.
extension InitialReport {
    init(_ fields: Fields) throws(Problem) {
        self.init()
        title = fields["title"] ?? ""
        kind = fields["kind"].flatMap(IncidentKind.init)
        summary = fields["summary"] ?? ""
        operatorName = fields["operator"] ?? ""
        detectedAt = fields["detected"].flatMap(Instant.init(local:))
        present = fields["present"].flatMap(PresentState.init)
        detections = Set(fields.all("detections").compactMap(Detection.init))
        detectionNote = fields["detection-note"] ?? ""
        notified = Set(fields.all("notified").compactMap(Notified.init))
        isConfidential = fields["confidential"] != "no"
        reporter = Contact("reporter", fields)
        contact = Contact("contact", fields)
        (tlp, recipients) = try Addressing.read(fields)
    }
}

extension Contact {
    init(_ part: String, _ fields: Fields) {
        self.init(
            name: fields["\(part)-name"] ?? "", position: fields["\(part)-position"] ?? "",
            address: fields["\(part)-address"] ?? "", phone: fields["\(part)-phone"] ?? "",
            email: fields["\(part)-email"] ?? "")
    }
}

/// Label and addressees as a form asks for them.
enum Addressing {
    static func read(_ fields: Fields) throws(Problem) -> (TLP, Recipients) {
        guard let tlp = fields["tlp"].flatMap(TLP.init(rawValue:)) else { throw .invalid(["tlp": .needLabel]) }
        let named = Set(fields.all("named").map { ID<Organisation>($0) })
        // What is not a code would be read back as something else, or not at all.
        guard named.allSatisfy({ Recipients($0.text) == Recipients.named([$0]) }) else {
            throw .invalid(["named": .unknownMember])
        }
        switch fields["to"] {
        case "cluster": return (tlp, Recipients(groups: [.cluster], named: named))
        case "network": return (tlp, Recipients(groups: [.network], named: named))
        case "named":
            guard !named.isEmpty else { throw .invalid(["named": .needNamed]) }
            return (tlp, .named(named))
        case "nobody": return (tlp, .nobody)
        default: throw .invalid(["to": .needRecipients])
        }
    }

    static func choice(_ recipients: Recipients) -> String {
        if recipients.groups.contains(.network) { return "network" }
        if recipients.groups.contains(.cluster) { return "cluster" }
        return recipients.named.isEmpty ? "nobody" : "named"
    }

    static func fields(_ page: Page, _ tlp: TLP, _ recipients: Recipients, _ members: [Receiver]) -> HTML {
        """
        \(radioTiles(page, "tlp", .labelField, TLP.allCases.map {
            Choice($0.rawValue, tlpTag(page, $0.rawValue), hint: page[tlpMeaning($0.rawValue)])
        }, chosen: tlp.rawValue))\
        \(radioTiles(page, "to", .recipientsField, [
            Choice("cluster", page[.toCluster]), Choice("network", page[.toNetwork]), Choice("named", page[.toNamed]),
            Choice("nobody", page[.toNobody]),
        ], chosen: choice(recipients)))\
        \(checkTiles(
            page, "named", .namedField, members.map { Choice($0.id.text, page[$0.name]) }, hint: .namedHint,
            required: false,
            chosen: Set(recipients.named.map(\.text)), columns: 2))
        """
    }

    /// In words, for a summary: "Cả Cụm, VNCERT/CC".
    static func words(_ page: Page, _ recipients: Recipients, _ members: [Receiver]) -> String {
        let groups = recipients.groups.sorted { $0.rawValue < $1.rawValue }.map {
            page[$0 == .cluster ? .toCluster : .toNetwork]
        }
        let named = recipients.named.map { id in members.first { $0.id == id }.map { page[$0.name] } ?? id.text }
            .sorted()
        return recipients.isNobody ? page[.toNobody] : (groups + named).joined(separator: ", ")
    }
}

/// The form itself: one idea per section, `report` stands in it as long as it was not sent.
func reportFields(_ page: Page, _ report: InitialReport, _ members: [Receiver]) -> HTML {
    """
    \(formSection(page, .sectionWhat, """
        \(textField(page, "title", .titleField, hint: .titleHint, value: report.title,
            maxLength: InitialReport.Limits.title))\
        \(radioTiles(page, "kind", .kindField, IncidentKind.allCases.map { Choice($0.rawValue, page[$0.words]) },
            chosen: report.kind?.rawValue, columns: 2))\
        \(textArea(page, "summary", .summaryField, hint: .summaryHint, value: report.summary,
            maxLength: InitialReport.Limits.summary))
        """))\
    \(formSection(page, .sectionWhere, textField(page, "operator", .operatorField, hint: .operatorHint,
        autocomplete: "organization", value: report.operatorName)))\
    \(formSection(page, .sectionFound, foundFields(page, report)))\
    \(formSection(page, .sectionNow, """
        \(radioTiles(page, "present", .presentField, PresentState.allCases.map { Choice($0.rawValue, page[$0.words]) },
            chosen: report.present?.rawValue, columns: 2))\
        \(checkTiles(page, "notified", .notifiedField, Notified.allCases.map { Choice($0.rawValue, page[$0.words]) },
            chosen: Set(report.notified.map(\.rawValue)), columns: 2))
        """))\
    \(formSection(page, .sectionReporter, hint: .personalDataHint, contactFields(page, "reporter", report.reporter)))\
    \(formSection(page, .sectionContact, hint: .contactHint, contactFields(page, "contact", report.contact)))\
    \(formSection(page, .sectionSecret, radioTiles(page, "confidential", .confidentialField, [
        Choice("yes", page[.yes], hint: page[.confidentialYesHint]),
        Choice("no", page[.no], hint: page[.confidentialNoHint]),
    ], chosen: report.isConfidential ? "yes" : "no")))\
    \(formSection(page, .sectionShare, hint: .sectionShareHint,
        Addressing.fields(page, report.tlp, report.recipients, members)))
    """
}

private func foundFields(_ page: Page, _ report: InitialReport) -> HTML {
    """
    \(textField(page, "detected", .detectedField, hint: .detectedHint, type: .dateTime,
        value: report.detectedAt?.local ?? ""))\
    \(checkTiles(page, "detections", .detectionsField, Detection.allCases.map { Choice($0.rawValue, page[$0.words]) },
        chosen: Set(report.detections.map(\.rawValue)), columns: 2))\
    \(textField(page, "detection-note", .detectionNoteField, hint: .detectionNoteHint, required: false,
        value: report.detectionNote))
    """
}

private func contactFields(_ page: Page, _ part: String, _ contact: Contact) -> HTML {
    """
    \(textField(page, "\(part)-name", .nameField, autocomplete: "name", value: contact.name))\
    \(if: part == "contact", textField(page, "\(part)-position", .positionField, autocomplete: "organization-title",
        required: false, value: contact.position))\
    \(if: part == "reporter", textField(page, "\(part)-address", .addressField, autocomplete: "street-address",
        value: contact.address))\
    \(textField(page, "\(part)-phone", .phoneField, type: .tel, autocomplete: "tel", value: contact.phone,
        maxLength: 30))\
    \(textField(page, "\(part)-email", .emailField, type: .email, autocomplete: "email", value: contact.email))
    """
}
