import Exchange
import Foundation
import StrictJSON
import Testing

@testable import Threats

@Suite("Files")
struct FileTests {
    private func bundle(_ objects: String...) -> [UInt8] {
        Array(
            #"{"type":"bundle","id":"b","objects":[\#(objects.joined(separator: ", \n"))],"x":{"objects":[{}]}}"#
                .utf8)
    }

    @Test("the objects of a bundle come out one by one, byte for byte, however the text is cut")
    func splitter() {
        let first = #"{"a":"}]\"{","b":[{"c":{}}]}"#
        let text = bundle(first, "{}", #"{"objects":[{"x":1}]}"#)
        for size in [1, 2, 3, 7, 1000] {
            var splitter = ObjectSplitter()
            var found: [[UInt8]] = []
            for start in stride(from: 0, to: text.count, by: size) {
                found += splitter.take(Array(text[start..<min(start + size, text.count)]))
            }
            #expect(found.map { String(decoding: $0, as: UTF8.self) } == [first, "{}", #"{"objects":[{"x":1}]}"#])
            #expect((try? JSONDocument(splitter.frame))?.root["objects"]?.elements?.count == 3)
        }
    }

    @Test("what stands between objects is read strictly too")
    func frame() throws {
        let damaged = Array(#"{"type":"bundle","objects":[{} {}]}"#.utf8)
        #expect(try items(of: damaged).compactMap(\.fault).map(\.code) == ["json.syntax"])
        let strays = bundle(#"{"type":"x"}"#, "7", #""text""#)
        #expect(
            try items(of: strays).compactMap(\.fault).map(\.code) == ["threats.not-an-object", "threats.not-an-object"])
        #expect(try items(of: Array("hello".utf8)).compactMap(\.fault).map(\.code) == ["json.syntax"])
        #expect(try items(of: Array(#"{"a":1}"#.utf8)).compactMap(\.fault).map(\.code) == ["threats.not-an-object"])
    }

    @Test("one object and a list of objects are files too")
    func single() throws {
        let single = try items(of: Array(indicator().utf8))
        #expect(single.compactMap(\.object) == [Array(indicator().utf8)])
        #expect(try items(of: Array("[\(indicator()),\(indicator())]".utf8)).compactMap(\.object).count == 2)
    }

    @Test("an archive that unpacks to too much, or into too many files, is refused")
    func bombs() throws {
        let feed = try demoFile("infoblox-misp-feed.tar.gz")
        var small = ArchiveLimits()
        small.totalBytes = 1 << 20
        #expect(throws: FileProblem.self) { try items(of: feed, limits: small) }
        var few = ArchiveLimits()
        few.entries = 5
        #expect(throws: FileProblem.self) { try items(of: feed, limits: few) }
        #expect(throws: FileProblem.self) { try items(of: Array(feed.prefix(200_000))) }
        #expect(throws: FileProblem.self) { try items(of: []) }
    }

    @Test(
        "the eight examples of OASIS",
        arguments: [
            ("indicator-for-c2-ip-address.json", 1), ("indicator-to-campaign-relationship.json", 3),
            ("indicators-for-C2-with-COA.json", 8), ("infrastructure.json", 0), ("interop-objectmarking-test.json", 1),
            ("malicious-email-indicator-with-attachment.json", 0), ("apt1.json", 0), ("poisonivy.json", 0),
        ])
    func examples(name: String, count: Int) throws {
        let found = try items(of: try demoFile("stix-examples/" + name))
        #expect(!found.isEmpty)
        for item in found {
            let bytes = try #require(item.object)
            do throws(StixFault) {
                _ = try StixObject(bytes)
            } catch {
                Issue.record("\(name): \(error)")
            }
        }
    }

    @Test("every object of ATT&CK is correct: 28,617 objects of 28,601 ids, marked with a statement only")
    func attack() throws {
        var (count, faults, labels, ids) = (0, [String](), [TLP: Int](), Set<String>())
        let file = try ThreatFile(try demoFile("attack-all-28617.stix21.json.xz"))
        while let items = try file.next() {
            for item in items {
                count += 1
                guard let bytes = item.object else { continue }
                do throws(StixFault) {
                    let object = try StixObject(bytes) { _ in .statement }
                    labels[object.label, default: 0] += 1
                    ids.insert(object.id)
                } catch {
                    faults.append("\(error)")
                }
            }
        }
        #expect(count == 28_617)
        #expect(faults.isEmpty, "\(faults.count): \(faults.prefix(5))")
        #expect(Set(labels.keys) == [.amber])
        #expect(ids.count == 28_601)
    }
}

@Suite("MISP")
struct MispTests {
    private let event = #"""
        {"Event":{"uuid":"5f0c","info":"Chiến dịch mẫu","date":"2020-11-01","Orgc":{"name":"Tổ chức mẫu","uuid":"0a1b"},
         "Tag":[{"name":"tlp:green"},{"name":"phishing"}],
         "Attribute":[
          {"uuid":"a1","type":"domain","value":"xau.example","to_ids":true,"timestamp":"1604883600","comment":"C2"},
          {"uuid":"a2","type":"filename|sha256",
           "value":"a'b.exe|e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
           "to_ids":"1","timestamp":"1604883600"},
          {"uuid":"a3","type":"ip-dst","value":"192.0.2.9","to_ids":false,"timestamp":"1604883600"},
          {"uuid":"a4","type":"comment","value":"chữ","to_ids":false},
          {"uuid":"a5","type":"domain","value":"xoa.example","to_ids":true,"deleted":true},
          {"uuid":"a6","type":"url","value":"http://xau.example/","to_ids":true,"Tag":[{"name":"tlp:ambre"}]}],
         "Object":[{"name":"file","Attribute":[
          {"uuid":"a7","type":"md5","value":"d41d8cd98f00b204e9800998ecf8427e","to_ids":true}]}]}}
        """#

    @Test("attributes become indicators and observables under the event's label; nothing passes in silence")
    func convert() throws {
        let found = try items(of: Array(event.utf8))
        let objects = try found.compactMap(\.object).map { try StixObject($0) }
        #expect(objects.map(\.type) == ["identity", "indicator", "indicator", "ipv4-addr", "indicator", "indicator"])
        #expect(objects.map(\.label) == [.green, .green, .green, .green, .red, .green])
        #expect(objects[1].value == "[domain-name:value = 'xau.example']")
        #expect(objects[2].value.hasPrefix(#"[file:name = 'a\'b.exe' AND file:hashes.'SHA-256' = 'e3b0"#))
        #expect(found.compactMap(\.fault).map(\.code) == ["threats.attribute"])
        #expect(objects[1].version == "2020-11-09T01:00:00.000Z")
    }

    @Test("the same event gives the same objects, bit for bit")
    func deterministic() throws {
        let (first, second) = (try items(of: Array(event.utf8)), try items(of: Array(event.utf8)))
        #expect(first.compactMap(\.object) == second.compactMap(\.object))
    }

    @Test("the feed: 41 events, 61,070 attributes under CLEAR, of which one has no file name and is reported")
    func feed() throws {
        let found = try items(of: try demoFile("infoblox-misp-feed.tar.gz"))
        var (companions, objects, faults) = (0, 0, 0)
        for item in found {
            switch item {
            case .companion: companions += 1
            case .object: objects += 1
            case .fault: faults += 1
            }
        }
        #expect(companions == 41 && objects == 61_069 && faults == 1)
        let fault = found.compactMap(\.fault).first
        #expect(fault?.code == "threats.misp")
        #expect(fault?.object == "filename|sha256 e1763fb6-c003-48bf-b51e-a255340b4160")
        for item in found.enumerated().filter({ $0.offset % 100 == 0 }).map(\.element) {
            #expect(try StixObject(try #require(item.object)).label == .clear)
        }
    }
}
