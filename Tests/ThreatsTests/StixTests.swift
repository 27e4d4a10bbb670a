import Exchange
import Testing
import Vocabulary

@testable import Threats

@Suite("STIX objects on their way in")
struct StixTests {
    @Test("a correct object is kept byte for byte, and a few things are known about it")
    func extract() throws {
        let text = indicator(
            #","name":"Máy chủ điều khiển","valid_until":"2021-01-01T00:00:00Z","revoked":true,"#
                + #""object_refs":["malware--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"]"#
        )
        let object = try StixObject(Array(text.utf8))
        #expect(object.bytes == Array(text.utf8))
        #expect(object.type == "indicator")
        #expect(object.version == "2020-11-09T01:30:00.000Z")
        #expect(object.name == "Máy chủ điều khiển")
        #expect(object.value == "[domain-name:value = 'xau.example']")
        #expect(object.validUntil == Instant(rfc3339: "2021-01-01T00:00:00Z"))
        #expect(object.isRevoked)
        #expect(object.label == .amber)
        #expect(object.references.map(\.target) == ["malware--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"])
    }

    @Test(
        "what is wrong is named by object and pointer",
        arguments: [
            (#"{"type":"indicator"}"#, "threats.missing", "/id"),
            (#"{"id":"x"}"#, "threats.missing", "/type"),
            (#"[]"#, "threats.not-an-object", ""),
            (#"{"type":"Bad Type","id":"x"}"#, "threats.type", "/type"),
            (#"{"type":"tool","id":"malware--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"}"#, "threats.id", "/id"),
            (#"{"type":"tool","id":"tool--8g2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"}"#, "threats.id", "/id"),
            (#"{"type":"tool","id":"tool--8e2e2d2b"}"#, "threats.id", "/id"),
            (indicator().replacing("\"2.1\"", with: "\"2.0\""), "threats.version", "/spec_version"),
            (indicator().replacing(#""spec_version":"2.1","#, with: ""), "threats.missing", "/spec_version"),
            (indicator().replacing("pattern_type", with: "pattern_typ"), "threats.missing", "/pattern_type"),
            (
                indicator().replacing(
                    #""created":"2020-11-09T01:30:00.000Z""#, with: #""created":"2020-11-09T01:30:00+07:00""#),
                "threats.timestamp", "/created"
            ),
            (
                indicator().replacing("2020-11-09T01:30:00Z", with: "2020-02-30T01:30:00Z"), "threats.timestamp",
                "/valid_from"
            ),
            (indicator().replacing(#""modified":"2020"#, with: #""modified":"2019"#), "threats.order", "/modified"),
            (indicator(#","created_by_ref":"H40""#), "threats.reference", "/created_by_ref"),
            (indicator(#","object_refs":[]"#), "threats.empty", "/object_refs"),
            (indicator(#","object_refs":"x""#), "threats.value", "/object_refs"),
            (
                indicator(#","extensions":{"a":{"b_refs":["identity--1"]}}"#), "threats.reference",
                "/extensions/a/b_refs/0"
            ),
            (indicator(#","name":"a\u0000b""#), "threats.value", "/name"),
            (indicator(#","name":"a","name":"b""#), "json.duplicate-key", "/name"),
            (#"{"type":"url","id":"url--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"}"#, "threats.missing", "/value"),
            (
                #"{"type":"file","id":"file--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","spec_version":"2.1"}"#,
                "threats.missing", "/hashes"
            ),
            (
                #"{"type":"marking-definition","spec_version":"2.1","#
                    + #""id":"marking-definition--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","definition":{}}"#,
                "threats.missing", "/created"
            ),
        ])
    func faults(text: String, code: String, pointer: String) {
        let fault = #expect(throws: StixFault.self) { try StixObject(Array(text.utf8)) }
        #expect(fault?.code == code)
        #expect(fault?.pointer == pointer)
    }

    @Test("an observable has no versions: its bytes are its version")
    func observable() throws {
        let text = #"{"type":"url","id":"url--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","value":"http://xau.example/"}"#
        let object = try StixObject(Array(text.utf8))
        #expect(object.version.hasPrefix("sha256:") && object.version.count == 39)
        #expect(object.modifiedAt == nil)
    }

    @Test("the envelope is never weaker than the object's own marking, and RED has no envelope")
    func envelope() throws {
        let own = #","object_marking_refs":["\#(Markings.id(of: .amberStrict))"]"#
        let object = try StixObject(Array(indicator(own).utf8))
        #expect(object.draft(Sharing(label: .green, recipients: .cluster))?.tlp == .amberStrict)
        #expect(object.draft(Sharing(label: .red, recipients: .cluster)) == nil)
        let red = try StixObject(
            Array(indicator(own.replacing(Markings.id(of: .amberStrict), with: Markings.id(of: .red))).utf8))
        #expect(red.draft(Sharing(label: .clear, recipients: .cluster)) == nil)
    }

    @Test("deterministic ids follow RFC 9562")
    func uuidV5() {
        let dns: [UInt8] = [
            0x6B, 0xA7, 0xB8, 0x10, 0x9D, 0xAD, 0x11, 0xD1, 0x80, 0xB4, 0x00, 0xC0, 0x4F, 0xD4, 0x30, 0xC8,
        ]
        #expect(UUIDv5.make("www.example.com", in: dns) == "2ed6657d-e927-568b-95e1-2665a8aea6a2")
    }
}
