import Exchange
import Foundation
import StrictJSON
package import Vocabulary

/// What leaves the node: the words the reporter chose, and no name or number that the reporter did not release.
package struct SharedVersion: Sendable, Hashable {
    package var title: String
    package var text: String
    /// Nêu tên đơn vị vận hành.
    package var namesOperator: Bool
    /// Kèm người liên hệ.
    package var namesContact: Bool

    package init(title: String, text: String, namesOperator: Bool = false, namesContact: Bool = false) {
        self.title = title
        self.text = text
        self.namesOperator = namesOperator
        self.namesContact = namesContact
    }

    /// The report's own words with everything private blotted out: where the reporter starts from.
    package init(of report: InitialReport) {
        title = SharedVersion.blot(report.title, report)
        text = SharedVersion.blot(report.summary, report)
        namesOperator = false
        namesContact = false
    }

    /// Throws when a private word would leave, or more is released than a confidential report allows.
    package func check(against report: InitialReport) throws(Problem) {
        if report.isConfidential, namesOperator || namesContact { throw .conflict(.confidentialStays) }
        var faults: [String: Phrase] = [:]
        if title.isEmpty { faults["title"] = .needTitle }
        if text.isEmpty { faults["text"] = .needSummary }
        if title.count > InitialReport.Limits.title { faults["title"] = .tooLong(InitialReport.Limits.title) }
        if text.count > InitialReport.Limits.summary { faults["text"] = .tooLong(InitialReport.Limits.summary) }
        if let word = leak(in: title, report) { faults["title"] = .stillNames(word) }
        if let word = leak(in: text, report) { faults["text"] = .stillNames(word) }
        guard faults.isEmpty else { throw .invalid(faults) }
    }

    /// The first private word that `words` still holds; accents, case and the spacing of numbers hide nothing.
    private func leak(in words: String, _ report: InitialReport) -> String? {
        let folded = Folding.fold(words)
        let digits = Contact.digits(words)
        return secrets(of: report).first { secret in
            if Contact.isPhone(secret) { return digits.contains(Contact.digits(secret)) }
            return secret.count >= SharedVersion.shortest && folded.contains(Folding.fold(secret))
        }
    }

    private func secrets(of report: InitialReport) -> [String] {
        (namesOperator ? [] : [report.operatorName]) + (namesContact ? [] : report.contact.words)
            + report.reporter.words
            .filter { !namesContact || !report.contact.words.contains($0) }
            .filter { !namesOperator || $0 != report.operatorName }
    }

    /// Shorter names ("An") would blot out half of a text; the reporter reads what is sent.
    private static let shortest = 4

    private static func blot(_ text: String, _ report: InitialReport) -> String {
        ([report.operatorName] + report.contact.words + report.reporter.words)
            .filter { $0.count >= shortest }
            .sorted { $0.count > $1.count }
            .reduce(text) { $0.replacingOccurrences(of: $1, with: "[…]", options: [.caseInsensitive]) }
    }
}

extension Contact {
    var words: [String] { [name, address, phone, email].filter { !$0.isEmpty } }
}

extension Incident {
    package var factID: String { "incident--\(id)" }

    /// STIX 2.1 `incident` with OASIS Incident Core v2, and the fields of Mẫu 03 that it has no place for in an
    /// extension of our own.
    func stix(_ version: SharedVersion, at now: Instant) -> JSON {
        var core: JSON = [
            "extension_type": "property-extension",
            "determination": .string(state == .closed ? "successful-attempt" : "suspected"),
            "investigation_status": .string(investigationStatus),
            "detection_methods": .array(report.detections.map(\.stix).sorted().map { .string($0) }),
        ]
        if let kind = report.kind { core["incident_types"] = [.string(kind.stix)] }
        return [
            "type": "incident",
            "spec_version": "2.1",
            "id": .string(factID),
            "created": .string(openedAt.rfc3339),
            "modified": .string(now.rfc3339),
            "name": .string(version.title),
            "description": .string(version.text),
            "object_marking_refs": [.string(report.tlp.markingID)],
            "extensions": [
                IncidentSTIX.core: core,
                IncidentSTIX.form03: form03(version),
            ],
        ]
    }

    private func form03(_ version: SharedVersion) -> JSON {
        var fields: JSON = ["extension_type": "property-extension", "state": .string(state.rawValue)]
        if let kind = report.kind { fields["kind"] = .string(kind.rawValue) }
        if let detectedAt = report.detectedAt { fields["detected_at"] = .string(detectedAt.rfc3339) }
        if version.namesOperator { fields["operator"] = .string(report.operatorName) }
        if version.namesContact {
            fields["contact"] = [
                "name": .string(report.contact.name), "position": .string(report.contact.position),
                "phone": .string(report.contact.phone), "email": .string(report.contact.email),
            ]
        }
        return fields
    }

    private var investigationStatus: String {
        switch state {
        case .draft, .reported: "new"
        case .handling: "open"
        case .resolved, .closed: "closed"
        }
    }
}

enum IncidentSTIX {
    static let mediaType = "application/stix+json;version=2.1"
    /// OASIS Incident Core, version 2.
    static let core = "extension-definition--ef765651-680c-498d-9894-99799f2fa126"
    /// Ours: `state`, `kind` (the ten types), `detected_at`, and only when released `operator` and `contact`.
    static let form03 = "extension-definition--5b0c4a3e-2f5d-4f43-9a76-0f1d6c3e8a20"
}

extension TLP {
    /// Nil for a marking that is none of TLP 2.0's, nor of the four of TLP 1.0 (STIX 2.1 §7.2.1.4).
    init?(markingID id: String) {
        let older: [String: TLP] = [
            "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": .clear,
            "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": .green,
            "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": .amber,
            "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": .red,
        ]
        guard let label = TLP.allCases.first(where: { $0.markingID == id }) ?? older[id] else { return nil }
        self = label
    }

    /// The marking definitions of TLP 2.0 in STIX 2.1.
    var markingID: String {
        switch self {
        case .clear: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"
        case .green: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
        case .amber: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"
        case .amberStrict: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"
        case .red: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
        }
    }
}
