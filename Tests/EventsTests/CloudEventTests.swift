@testable import Events
import StrictJSON
import Testing
import Vocabulary
import Web

@Suite("CloudEvents in their three forms")
struct CloudEventTests {
    static let structured = #"""
        {"specversion":"1.0","id":"A-1","source":"/a","type":"t.x","subject":"hồ sơ","time":"2020-11-09T01:00:00Z",
        "datacontenttype":"application/json","count":3,"flag":true,"note":"\u0111","data":{"a":[1,2.50]}}
        """#

    @Test("The structured form is read and written again, data byte for byte")
    func structured() throws {
        let event = try CloudEvent(structured: Array(Self.structured.utf8))
        #expect(event.data == .json(Array(#"{"a":[1,2.50]}"#.utf8)))
        #expect(event.extensions.map(\.name) == ["count", "flag", "note"])
        #expect(event.extensions.map(\.value) == [.integer(3), .flag(true), .text("đ")])
        #expect(try CloudEvent(structured: event.structured) == event)
        #expect(String(decoding: event.structured, as: UTF8.self).contains(#""data":{"a":[1,2.50]}"#))
    }

    @Test("The binary form percent-encodes what a header cannot carry, and gives it back")
    func binary() throws {
        let event = try CloudEvent(
            id: "50% \"x\"", source: "/a", type: "t.x", subject: "Hà Nội €", data: ["a": 1])
        let (headers, body) = event.binary
        #expect(headers["ce-id"] == "50%25%20%22x%22")
        #expect(headers["ce-subject"] == "H%C3%A0%20N%E1%BB%99i%20%E2%82%AC")
        #expect(try CloudEvent.read(headers, body) == [event])
        // A quoted value is taken apart before it is decoded.
        #expect(HeaderText.decode(#""a \"b\" %C3%A0""#) == #"a "b" à"#)
    }

    @Test(
        "A value in a header that is no percent-encoded UTF-8 is refused",
        arguments: ["%", "%4", "%zz", "%ff", "%C0%80", "\"a", "\"a\\\""])
    func brokenHeader(value: String) throws {
        #expect(HeaderText.decode(value) == nil)
        let headers: Headers = ["ce-specversion": "1.0", "ce-id": value, "ce-source": "/a", "ce-type": "t"]
        #expect(throws: CloudEventFault.self) { try CloudEvent.read(headers, []) }
    }

    @Test("Data that is no JSON travels as text or base64, in either form")
    func otherData() throws {
        let headers: Headers = [
            "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/a", "ce-type": "t", "content-type": "image/png",
        ]
        let picture = try CloudEvent.read(headers, [0x89, 0, 0xFF])
        #expect(picture.first?.data == .bytes([0x89, 0, 0xFF]))
        let again = try CloudEvent(structured: picture[0].structured)
        #expect(again == picture[0] && again.binary.body == [0x89, 0, 0xFF])
        let text =
            #"{"specversion":"1.0","id":"1","source":"/a","type":"t","datacontenttype":"text/xml","data":"<a/>"}"#
        let xml = try CloudEvent(structured: Array(text.utf8))
        #expect(xml.data == .text("<a/>") && xml.binary.headers["content-type"] == "text/xml")
    }

    @Test(
        "What is no event is refused",
        arguments: [
            #"{"specversion":"0.3","id":"1","source":"/a","type":"t"}"#, #"{"id":"1","source":"/a","type":"t"}"#,
            #"{"specversion":"1.0","source":"/a","type":"t"}"#,
            #"{"specversion":"1.0","id":"","source":"/a","type":"t"}"#,
            #"{"specversion":"1.0","id":"1","source":"a b","type":"t"}"#,
            #"{"specversion":"1.0","id":1,"source":"/a","type":"t"}"#,
            #"{"specversion":"1.0","id":"1","source":"/a","type":"t","time":"yesterday"}"#,
            #"{"specversion":"1.0","id":"1","source":"/a","type":"t","Bad":"x"}"#,
            #"{"specversion":"1.0","id":"1","source":"/a","type":"t","x":{"y":1}}"#,
            #"{"specversion":"1.0","id":"1","source":"/a","type":"t","x":4294967296}"#,
            #"{"specversion":"1.0","id":"1","source":"/a","type":"t","data":1,"data_base64":"AA=="}"#,
            #"{"specversion":"1.0","id":"1","source":"/a","type":"t","data_base64":"A"}"#,
            #"{"specversion":"1.0","id":"1","id":"2","source":"/a","type":"t"}"#,
            #"{"specversion":"1.0","id":"a\u0001","source":"/a","type":"t"}"#, #"[]"#,
        ])
    func refused(text: String) {
        #expect(throws: (any Error).self) { try CloudEvent(structured: Array(text.utf8)) }
    }

    @Test("What grows beyond the limit as it is stored is refused in every form: base64, escapes")
    func growth() throws {
        var headers: Headers = [
            "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/a", "ce-type": "t", "content-type": "image/png",
        ]
        let limit = CloudEvent.Limits.eventBytes
        #expect(throws: CloudEventFault.tooLarge) { try CloudEvent.read(headers, Array(repeating: 0xFF, count: limit)) }
        #expect(try CloudEvent.read(headers, Array(repeating: 0xFF, count: limit / 2)).count == 1)
        headers["content-type"] = "text/plain"
        #expect(throws: CloudEventFault.tooLarge) {
            try CloudEvent.read(headers, Array(repeating: 1, count: limit / 2))
        }
    }

    @Test("A code is one of few: what the sender called an extension is in the words alone")
    func codes() throws {
        let named = Array(##"{"specversion":"1.0","id":"1","source":"/a","type":"t","A\"<b>":"x"}"##.utf8)
        let fault = try #require(throws: CloudEventFault.self) { try CloudEvent(structured: named) }
        #expect(fault.code == "cloudevent.extension" && fault.words.en.contains("A\"<b>"))
        let source = Array(#"{"specversion":"1.0","id":"1","source":" ","type":"t"}"#.utf8)
        let other = try #require(throws: CloudEventFault.self) { try CloudEvent(structured: source) }
        #expect(other.code == "cloudevent.source")
    }

    @Test("An attribute that is null is not there")
    func nothing() throws {
        let text = #"{"specversion":"1.0","id":"1","source":"/a","type":"t","subject":null,"x":null}"#
        let event = try CloudEvent(structured: Array(text.utf8))
        #expect(event.subject == nil && event.extensions.isEmpty)
    }

    @Test("A batch is as many events as it has, and is bounded")
    func batch() throws {
        let one = try CloudEvent(id: "1", source: "/a", type: "t").structured
        let two = try CloudEvent(id: "2", source: "/a", type: "t").structured
        #expect(try CloudEvent.batch(CloudEvent.batch(of: [one, two])).map(\.id) == ["1", "2"])
        #expect(try CloudEvent.batch(Array("[]".utf8)).isEmpty)
        let many = CloudEvent.batch(of: Array(repeating: one, count: 1001))
        #expect(throws: CloudEventFault.self) { try CloudEvent.batch(many) }
    }

    @Test("What is taken in a batch can be read again alone, however many values it has")
    func manyValues() throws {
        let data = "[" + Array(repeating: "0", count: 130_000).joined(separator: ",") + "]"
        let text = #"{"specversion":"1.0","id":"1","source":"/a","type":"t","data":\#(data)}"#
        let event = try #require(try CloudEvent.batch(Array("[\(text)]".utf8)).first)
        #expect(try CloudEvent(structured: event.structured) == event)
        let (headers, body) = event.binary
        #expect(try CloudEvent(binary: headers, body).data == event.data)
    }
}
