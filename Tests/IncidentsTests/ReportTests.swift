import Exchange
@testable import Incidents
import StrictJSON
import TestKit
import Testing
import Vocabulary

@Suite("A report and its states")
struct ReportTests {
    let now = Instant(milliseconds: 1_604_883_600_000)

    func incident(_ report: InitialReport = .sample, _ state: Incident.State = .draft) -> Incident {
        Incident(
            id: ID("i"), owner: ID("H40"), author: ID("handler"), state: state, report: report, openedAt: now,
            changedAt: now)
    }

    @Test("A report with every starred field of Mẫu 03 goes out")
    func wholeReport() throws {
        var incident = incident()
        try incident.submit(at: now)
        #expect(incident.state == .reported)
    }

    @Test("Somebody is already at it: the state says so")
    func alreadyHandled() throws {
        var report = InitialReport.sample
        report.present = .handled
        var incident = incident(report)
        try incident.submit(at: now)
        #expect(incident.state == .handling)
    }

    @Test("Each starred field is asked for by its name")
    func starredFields() {
        let asked = Set(InitialReport().faults(at: now).keys)
        #expect(
            asked == [
                "title", "kind", "summary", "operator", "detected", "present", "detections", "notified",
                "reporter-name",
                "reporter-address", "reporter-phone", "reporter-email", "contact-name", "contact-phone",
                "contact-email",
            ])
    }

    @Test(
        "What cannot be true is refused",
        arguments: ["detected", "detection-note", "notified", "reporter-phone", "contact-email", "summary"])
    func untrue(field: String) {
        var report = InitialReport.sample
        switch field {
        case "detected": report.detectedAt = now.adding(seconds: 600)
        case "detection-note": report.detections = [.notice]
        case "notified": report.notified = [.nobody, .provider]
        case "reporter-phone": report.reporter.phone = "gọi tôi"
        case "contact-email": report.contact.email = "mau@"
        default: report.summary = String(repeating: "a", count: 5001)
        }
        #expect(Array(report.faults(at: now).keys) == [field])
    }

    @Test("Only these steps are taken, every other is a conflict")
    func steps() {
        let allowed: [Incident.State: Set<Incident.State>] = [
            .draft: [], .reported: [.handling, .resolved], .handling: [.resolved], .resolved: [.closed, .handling],
            .closed: [.handling],
        ]
        for from in Incident.State.allCases {
            for to in Incident.State.allCases {
                var moved = incident(.sample, from)
                let isAllowed = (try? moved.move(to: to, at: now)) != nil
                #expect(isAllowed == allowed[from]?.contains(to), "\(from) to \(to)")
                #expect(moved.state == (isAllowed ? to : from))
            }
            #expect(Set(incident(.sample, from).nextStates) == allowed[from])
        }
    }

    @Test("A sent report is not rewritten")
    func noRewriting() {
        var sent = incident(.sample, .reported)
        #expect(throws: Problem.self) { try sent.revise(InitialReport(), at: now) }
        #expect(sent.report == .sample)
    }

    @Test("Drafts, RED and what is addressed to nobody are not shared")
    func notShared() throws {
        let draft = incident()
        #expect(throws: Problem.conflict(.draftIsNotShared)) { try draft.checkShareable() }
        for tlp in TLP.allCases {
            var report = InitialReport.sample
            report.tlp = tlp
            let incident = incident(report, .reported)
            let isShareable = (try? incident.checkShareable()) != nil
            #expect(isShareable == (tlp != .red))
        }
        var report = InitialReport.sample
        report.recipients = .nobody
        let nobodys = incident(report, .reported)
        #expect(throws: Problem.conflict(.nobodyToShareWith)) { try nobodys.checkShareable() }
    }

    @Test("Vietnam's time goes into the field and comes back")
    func localTime() throws {
        let instant = try #require(Instant(local: "2020-11-09T08:30"))
        #expect(instant.rfc3339 == "2020-11-09T01:30:00.000Z")
        #expect(instant.local == "2020-11-09T08:30")
        #expect(Instant(local: "2020-11-09T08:30:15") != nil)
        #expect(Instant(local: "hôm qua") == nil)
    }
}

@Suite("What leaves the node")
struct SharedVersionTests {
    let now = Instant(milliseconds: 1_604_883_600_000)

    func object(_ version: SharedVersion, _ report: InitialReport = .sample) -> JSON {
        Incident(
            id: ID("0175aa7e-8e80-7000-8000-000000000001"), owner: ID("H40"), author: ID("handler"), state: .reported,
            report: report,
            openedAt: now, changedAt: now
        ).stix(version, at: now)
    }

    @Test("The first proposal names nobody")
    func proposal() {
        let version = SharedVersion(of: .sample)
        #expect(version.text.contains("[…]"))
        #expect(!version.text.contains("Bệnh viện Mẫu"))
        #expect(version.text.contains("Đường dẫn độc hại đã bị chặn."))
    }

    @Test(
        "A private word in the text is found, however it is written",
        arguments: [
            "Hệ thống của benh vien mau", "BỆNH VIỆN MẪU bị tấn công", "gọi 0912.345.678", "gọi 0228999888",
            "thư tới LIENHE@mau.gov.vn",
            "hỏi nguoi lien he mau",
        ])
    func leaks(text: String) {
        let version = SharedVersion(title: "Thư giả mạo", text: text)
        #expect(throws: Problem.self) { try version.check(against: .sample) }
    }

    @Test("A confidential report releases no names, even when the form is forged")
    func confidential() {
        let version = SharedVersion(title: "Thư giả mạo", text: "Đã chặn", namesOperator: true)
        #expect(throws: Problem.conflict(.confidentialStays)) { try version.check(against: .sample) }
    }

    @Test("What the reporter releases is there, and nothing more")
    func released() throws {
        var report = InitialReport.sample
        report.isConfidential = false
        let version = SharedVersion(title: "Thư giả mạo", text: "Tại Bệnh viện Mẫu", namesOperator: true)
        try version.check(against: report)
        let text = object(version, report).text
        #expect(text.contains("Bệnh viện Mẫu"))
        for secret in report.contact.words + report.reporter.words { #expect(!text.contains(secret)) }
    }

    @Test("The object of an unreleased report holds no private word")
    func nothingPrivate() {
        let text = object(SharedVersion(title: "Thư giả mạo", text: "Đã chặn")).text
        for secret in ["Bệnh viện Mẫu", "Trưởng phòng"] + InitialReport.sample.contact.words
            + InitialReport.sample.reporter.words
        {
            #expect(!text.contains(secret))
        }
    }

    @Test("It is STIX 2.1 with Incident Core")
    func stix() throws {
        let object = object(SharedVersion(title: "Thư giả mạo", text: "Đã chặn"))
        #expect(object["type"] == "incident")
        #expect(object["spec_version"] == "2.1")
        #expect(object["id"] == "incident--0175aa7e-8e80-7000-8000-000000000001")
        #expect(object["modified"] == "2020-11-09T01:00:00.000Z")
        #expect(object["object_marking_refs"] == ["marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"])
        let core = try #require(object["extensions"]?["extension-definition--ef765651-680c-498d-9894-99799f2fa126"])
        #expect(core["extension_type"] == "property-extension")
        #expect(core["determination"] == "suspected")
        #expect(core["investigation_status"] == "new")
        #expect(core["incident_types"] == ["aggregation-information-phishing-schemes"])
    }
}
