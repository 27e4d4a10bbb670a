import StrictJSON
import Testing
import Vocabulary

@testable import Scim

@Suite("SCIM PATCH")
struct PatchTests {
    let person = #"""
        "userName":"an","name":{"familyName":"Đỗ","givenName":"An"},
        "emails":[{"value":"a@w.vn","type":"work","primary":true},{"value":"a@h.vn","type":"home"}]
        """#

    private func emails(_ operations: String) throws -> [JSON] {
        try patched(try sample(person), operations).elements("emails")
    }

    @Test("adds to lists, sets single values, merges complex ones")
    func add() throws {
        let changed = try patched(
            try sample(person),
            #"""
            {"op":"add","path":"emails","value":[{"value":"b@w.vn","type":"work"},{"value":"a@h.vn","type":"home"}]},
            {"op":"add","path":"code","value":"X"},{"op":"Add","path":"name","value":{"givenName":"Bình"}},
            {"op":"add","path":"urn:test:More:unit","value":"P1"}
            """#)
        #expect(changed.elements("emails").count == 3, "what is there already is not added again")
        #expect(changed.text("code") == "X")
        #expect(changed.values["name"] == ["familyName": "Đỗ", "givenName": "Bình"])
        #expect(changed.text("urn:test:More:unit") == "P1")
    }

    @Test("a new primary element takes the word from the old one")
    func primary() throws {
        let found = try emails(#"{"op":"add","path":"emails","value":[{"value":"c@w.vn","primary":true}]}"#)
        #expect(found.filter { $0["primary"] == true }.map { $0["value"] } == ["c@w.vn"])
    }

    @Test("removes all, some, or a part; a required value stays")
    func remove() throws {
        #expect(try emails(#"{"op":"remove","path":"emails"}"#) == [])
        #expect(try emails(#"{"op":"remove","path":"emails[type eq \"home\"]"}"#).count == 1)
        #expect(try emails(#"{"op":"remove","path":"emails[type eq \"x\"]"}"#).count == 2)
        #expect(try emails(#"{"op":"remove","path":"emails","value":[{"value":"a@h.vn"}]}"#).count == 1)
        #expect(try emails(#"{"op":"remove","path":"emails[value co \"h.vn\"].type"}"#)[1] == ["value": "a@h.vn"])
        #expect { try emails(#"{"op":"remove","path":"userName"}"#) } throws: {
            ($0 as? ScimError)?.kind == .mutability
        }
    }

    @Test("replaces elements, parts of elements, and everything without a path")
    func replace() throws {
        let one = try emails(#"{"op":"replace","path":"emails[type eq \"work\"].value","value":"n@w.vn"}"#)
        #expect(one.map { $0["value"] } == ["n@w.vn", "a@h.vn"])
        let all = try patched(
            try sample(person), #"{"op":"replace","value":{"code":"Z","emails":[{"value":"only@w.vn"}]}}"#)
        #expect(all.elements("emails") == [["value": "only@w.vn"]])
        #expect(all.text("code") == "Z")
        #expect {
            try emails(#"{"op":"replace","path":"emails[type eq \"x\"].value","value":"a"}"#)
        } throws: { ($0 as? ScimError)?.kind == .noTarget }
    }

    @Test("makes the element that a path describes when it is added to")
    func describe() throws {
        let none = try sample(#""userName":"an""#)
        let made = try patched(none, #"{"op":"add","path":"emails[type eq \"work\"].value","value":"n@w.vn"}"#)
        #expect(made.elements("emails") == [["value": "n@w.vn", "type": "work"]])
    }

    @Test(
        "refuses what cannot be",
        arguments: [
            (#"{"op":"remove"}"#, ScimError.Kind.noTarget), (#"{"op":"add","path":"x","value":1}"#, .invalidPath),
            (#"{"op":"add","path":"emails[type eq].value","value":1}"#, .invalidFilter),
            (#"{"op":"replace","path":"groups","value":[]}"#, .mutability),
            (#"{"op":"replace","path":"active","value":"perhaps"}"#, .invalidValue),
            (#"{"op":"replace","path":"emails.type","value":"moon"}"#, .invalidValue),
            (#"{"op":"swap","path":"code","value":"1"}"#, .invalidSyntax),
            (#"{"op":"add","path":"code"}"#, .invalidSyntax),
        ])
    func refused(operation: String, kind: ScimError.Kind) {
        #expect { try patched(try sample(person), operation) } throws: { ($0 as? ScimError)?.kind == kind }
    }

    @Test("documents: unknown and read-only members are left out, null and empty lists are no value")
    func documents() throws {
        let read = try sample(
            #""USERNAME":"an","moon":1,"groups":[{"value":"g"}],"code":null,"emails":[],"active":"True""#)
        #expect(read.values == ["userName": "an", "active": true])
        #expect { try sample(#""userName":5"#) } throws: { ($0 as? ScimError)?.kind == .invalidValue }
        #expect { try sample(#""active":true"#).checkRequired(.sample) } throws: { $0 is ScimError }
        #expect { try sample(#""userName":"a","UserName":"b""#) } throws: { ($0 as? ScimError)?.kind == .invalidSyntax }
    }

    @Test("schemas name each schema once, foreign extensions too; lists of names hold names, counts are whole")
    func schemas() throws {
        func user(_ schemas: String) throws {
            _ = try ScimDocument(try JSONDocument("{\"schemas\":\(schemas)}").root, of: .sample)
        }
        try user(#"["urn:test:Sample","urn:test:More","urn:elsewhere:Their"]"#)
        for schemas in [
            #"["urn:test:Sample","URN:test:sample"]"#, #"["urn:test:Sample",7]"#, #"["urn:test:More"]"#, "7",
        ] {
            #expect { try user(schemas) } throws: { ($0 as? ScimError)?.kind == .invalidSyntax }
        }
        func search(_ more: String) throws -> ScimQuery {
            try ScimQuery(try JSONDocument("{\"schemas\":[\"\(ScimQuery.searchSchema)\"],\(more)}").root)
        }
        #expect(try search(#""attributes":["userName"]"#).attributes == ["userName"])
        #expect(try search(#""count":7,"startIndex":2"#).count == 7)
        let wrong = [
            #""attributes":["userName",5]"#, #""excludedAttributes":["userName",5]"#, #""count":2.5"#,
            #""startIndex":1e-40"#,
        ]
        for more in wrong {
            #expect { try search(more) } throws: { ($0 as? ScimError)?.kind == .invalidValue }
        }
    }

    @Test("projections keep what is always returned, and parts by name")
    func projections() throws {
        var document = try sample(person)
        document.values["id"] = "1"
        let few = try ScimProjection(attributes: ["emails.value", "nothing"], excluding: [], of: .sample)
        #expect(
            few.apply(to: document, of: .sample).values == [
                "id": "1", "emails": [["value": "a@w.vn"], ["value": "a@h.vn"]],
            ])
        let most = try ScimProjection(attributes: [], excluding: ["name.givenName", "emails", "id"], of: .sample)
        #expect(
            most.apply(to: document, of: .sample).values == ["id": "1", "userName": "an", "name": ["familyName": "Đỗ"]])
    }
}
