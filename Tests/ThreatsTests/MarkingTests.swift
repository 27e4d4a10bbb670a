import Exchange
import StrictJSON
import Testing

@testable import Threats

private let clear = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"
private let green = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
private let amber = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"
private let strict = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"
private let red = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
private let white1 = "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"
private let green1 = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"
private let amber1 = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"
private let red1 = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"
private let mistyped = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ec"
private let statement = "marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168"

/// The rules, line by line: what stands in the object, and under which label it may travel.
private let table: [(String, TLP)] = [
    ("{}", .amber),
    (#"{"object_marking_refs":[]}"#, .amber),
    (#"{"object_marking_refs":["\#(clear)"]}"#, .clear),
    (#"{"object_marking_refs":["\#(green)"]}"#, .green),
    (#"{"object_marking_refs":["\#(amber)"]}"#, .amber),
    (#"{"object_marking_refs":["\#(strict)"]}"#, .amberStrict),
    (#"{"object_marking_refs":["\#(red)"]}"#, .red),
    (#"{"object_marking_refs":["\#(white1)"]}"#, .clear),
    (#"{"object_marking_refs":["\#(green1)"]}"#, .green),
    (#"{"object_marking_refs":["\#(amber1)"]}"#, .amber),
    (#"{"object_marking_refs":["\#(red1)"]}"#, .red),
    (#"{"object_marking_refs":["\#(mistyped)"]}"#, .red),
    (#"{"object_marking_refs":["\#(red1)","\#(mistyped)"]}"#, .red),
    (#"{"object_marking_refs":["\#(clear)","\#(green)"]}"#, .green),
    (#"{"object_marking_refs":["\#(strict)","\#(amber)","\#(white1)"]}"#, .amberStrict),
    (#"{"object_marking_refs":["\#(statement)"]}"#, .amber),
    (#"{"object_marking_refs":["\#(statement)","\#(clear)"]}"#, .clear),
    (#"{"object_marking_refs":["\#(clear)","\#(mistyped)"]}"#, .red),
    (#"{"object_marking_refs":"\#(clear)"}"#, .red),
    (#"{"object_marking_refs":[7]}"#, .red),
    (#"{"granular_markings":[{"marking_ref":"\#(red)","selectors":["name"]}]}"#, .red),
    (#"{"granular_markings":[{"marking_ref":"\#(clear)","selectors":["name"]}]}"#, .amber),
    (
        #"{"object_marking_refs":["\#(clear)"],"granular_markings":[{"marking_ref":"\#(strict)","selectors":["x"]}]}"#,
        .amberStrict
    ),
    (
        #"{"object_marking_refs":["\#(green)"],"granular_markings":[{"marking_ref":"\#(clear)","selectors":["x"]}]}"#,
        .green
    ),
    (#"{"object_marking_refs":["\#(green)"],"granular_markings":[{"lang":"vi","selectors":["x"]}]}"#, .green),
    (#"{"object_marking_refs":["\#(green)"],"labels":["tlp:red"]}"#, .red),
    (#"{"object_marking_refs":["\#(green)"],"labels":["TLP-AMBR"]}"#, .red),
    (#"{"labels":["tlp:clear"]}"#, .amber),
    (#"{"object_marking_refs":["\#(green)"],"labels":["malware","tlpx"]}"#, .green),
    (#"{"object_marking_refs":["\#(green)"],"labels":["[TLP:RED]"]}"#, .red),
    (#"{"object_marking_refs":["\#(green)"],"labels":["\u200btlp:amber"]}"#, .red),
]

@Suite("Under which label an object may travel")
struct MarkingTests {
    @Test("several markings: the strictest; unknown: RED; none: AMBER; a statement restricts nothing", arguments: table)
    func label(object: String, expected: TLP) throws {
        let root = try JSONDocument(object).root
        #expect(Markings.label(of: root) { $0 == statement ? .statement : nil } == expected)
    }

    @Test(
        "what a definition of one's own says, in the form of TLP 1.0 and of 2.0",
        arguments: [
            (#"{"definition_type":"tlp","definition":{"tlp":"white"}}"#, Marking.tlp(.clear)),
            (#"{"definition_type":"tlp","definition":{"tlp":"amber"}}"#, .tlp(.amber)),
            (#"{"definition_type":"tlp","definition":{"tlp":"purple"}}"#, .tlp(.red)),
            (#"{"definition_type":"tlp"}"#, .tlp(.red)),
            (
                #"{"extensions":{"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d":"#
                    + #"{"tlp_2_0":"amber+strict"}}}"#,
                .tlp(.amberStrict)
            ),
            (
                #"{"extensions":{"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d":{"tlp_2_0":"ambr"}}}"#,
                .tlp(.red)
            ),
            (#"{"name":"TLP:RED","definition_type":"tlp","definition":{"tlp":"green"}}"#, .tlp(.red)),
            (#"{"name":"TLP:GREN","definition_type":"statement"}"#, .tlp(.red)),
            (#"{"definition_type":"statement","definition":{"statement":"© Example"}}"#, .statement),
            (#"{"definition_type":"x-own","definition":{}}"#, .unrecognised),
            (#"{"definition_type":"statement","definition":{"statement":"TLP:RED"}}"#, .tlp(.red)),
            (
                #"{"definition_type":"statement","extensions":{"extension-definition--1":{"eyes":"ours"}}}"#,
                .unrecognised
            ),
            (
                #"{"id":"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1","definition_type":"statement"}"#,
                .tlp(.red)
            ),
        ])
    func meaning(definition: String, expected: Marking) throws {
        #expect(Markings.meaning(of: try JSONDocument(definition).root) == expected)
    }

    @Test("of two things said of one marking the stricter counts, and a statement never loosens")
    func stricter() {
        #expect(Marking.statement.stricter(.tlp(.clear)) == .tlp(.amber))
        #expect(Marking.tlp(.green).stricter(.tlp(.amberStrict)) == .tlp(.amberStrict))
        #expect(Marking.tlp(.clear).stricter(.unrecognised) == .unrecognised)
        #expect(Marking.statement.stricter(.statement) == .statement)
    }

    @Test("the five definitions of OASIS are known by id and by what they say")
    func commonObjects() throws {
        let list = try #require(
            try JSONDocument(try demoFile("stix-examples/tlp2-marking-definitions.json")).root.elements)
        let labels = list.map { Markings.meaning(of: $0) }
        #expect(labels == TLP.allCases.map { Marking.tlp($0) })
        let ids = list.compactMap { $0["id"]?.string }
        #expect(ids == TLP.allCases.map { Markings.id(of: $0) })
    }
}
