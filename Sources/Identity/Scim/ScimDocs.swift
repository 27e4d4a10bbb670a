import Scim
import StrictJSON
import Vocabulary
import Web

/// What the OpenAPI document says of SCIM: one entry for each resource, its shape from the schemas of RFC 7643 that the
/// node itself goes by.
extension APIDoc {
    static func scim(_ method: Web.Method) -> APIDoc {
        var about = APIDoc(
            Phrase(
                vi: "SCIM 2.0: người dùng và nhóm (\(method.rawValue)); xem /scim/v2/ServiceProviderConfig",
                en: "SCIM 2.0: people and groups (\(method.rawValue)); see /scim/v2/ServiceProviderConfig"))
        about.places = ScimDocs.places(method)
        return about
    }
}

private enum ScimDocs {
    static let mediaType = "application/scim+json"

    static func places(_ method: Method) -> [APIDoc.Place] {
        let resources = ScimResourceType.all.flatMap { type -> [APIDoc.Place] in
            let (list, one) = ("\(Identity.scimBase)/\(type.endpoint)", "\(Identity.scimBase)/\(type.endpoint)/{id}")
            let resource = Schema(json: resource(type, isAnswer: true), mediaType: mediaType)
            let sent = Schema(json: ScimDocs.resource(type, isAnswer: false), mediaType: mediaType)
            switch method {
            case .get:
                return [
                    place(list, .list(type.name), response: listed, query: query),
                    place(one, .one(type.name), response: resource, query: projection),
                ]
            case .post:
                return [
                    place(list, .new(type.name), request: sent, response: resource, query: projection, status: 201),
                    place("\(list)/.search", .list(type.name), request: search, response: listed),
                ]
            case .put: return [place(one, .replaced(type.name), request: sent, response: resource, query: projection)]
            case .patch:
                return [place(one, .changed(type.name), request: patch, response: resource, query: projection)]
            case .delete: return [place(one, .deleted(type.name), status: 204)]
            default: return []
            }
        }
        return resources + others(method)
    }

    private static func others(_ method: Method) -> [APIDoc.Place] {
        let base = Identity.scimBase
        switch method {
        case .get:
            return [
                place("\(base)/ServiceProviderConfig", .scimDiscovery, response: named("ServiceProviderConfig")),
                place("\(base)/ResourceTypes", .scimDiscovery, response: listed),
                place("\(base)/ResourceTypes/{id}", .scimDiscovery, response: named("ResourceType")),
                place("\(base)/Schemas", .scimDiscovery, response: listed),
                place("\(base)/Schemas/{id}", .scimDiscovery, response: named("Schema")),
            ]
        case .post:
            return [
                place("\(base)/.search", .list("User, Group"), request: search, response: listed),
                place(
                    "\(base)/Bulk", .scimBulk, request: bulk, response: message("BulkResponse", ["Operations": .list])),
            ]
        default: return []
        }
    }

    private static func place(
        _ path: String, _ words: Phrase, request: Schema? = nil, response: Schema? = nil,
        query: [APIDoc.Parameter] = [], status: Int = 200
    ) -> APIDoc.Place {
        var about = APIDoc(
            words, request: request, response: response, query: query, tags: ["scim"], status: status)
        about.proofs = [.bearer]
        about.refusal = message("Error", ["status": .string, "detail": .string])
        return APIDoc.Place(path, about)
    }

    // MARK: Shapes

    /// Names of schemas: this one, and whatever extensions somebody else knows.
    private static func names(_ id: String) -> JSON {
        ["type": "array", "items": ["type": "string"], "uniqueItems": true, "contains": ["const": .string(id)]]
    }

    /// A message of RFC 7644: it names its schema.
    private static func message(_ name: String, _ parts: KeyValuePairs<String, Schema>) -> Schema {
        var json = Schema.object(parts).json
        json["properties"]?["schemas"] = names("urn:ietf:params:scim:api:messages:2.0:\(name)")
        json["required"] = .array((["schemas"] + parts.map(\.key)).map { .string($0) })
        return Schema(json: json, mediaType: mediaType)
    }

    private static func named(_ name: String) -> Schema {
        Schema(
            json: [
                "type": "object", "required": ["schemas"],
                "properties": ["schemas": names("urn:ietf:params:scim:schemas:core:2.0:\(name)")],
            ], mediaType: mediaType)
    }

    private static let listed = message(
        "ListResponse",
        ["totalResults": .integer, "startIndex": .integer, "itemsPerPage": .integer, "Resources": .list])

    private static let search: Schema = {
        var schema = Schema.object(
            [
                "schemas": Schema(json: names(ScimQuery.searchSchema)), "filter": Schema.string.orNull,
                "sortBy": Schema.string.orNull, "sortOrder": Schema.oneOf(["ascending", "descending"]).orNull,
                "startIndex": Schema.integer.orNull, "count": Schema.integer.orNull,
                "attributes": Schema.array(.string).orNull, "excludedAttributes": Schema.array(.string).orNull,
            ],
            optional: [
                "filter", "sortBy", "sortOrder", "startIndex", "count", "attributes", "excludedAttributes",
            ])
        schema.mediaType = mediaType
        return schema
    }()

    private static let patch: Schema = {
        let operation = Schema.object(
            ["op": .oneOf(["add", "replace", "remove"]), "path": Schema.string.orNull, "value": .any],
            optional: ["path", "value"])
        let operations = Schema.array(operation).with([
            "minItems": 1, "maxItems": .integer(Int64(ScimPatch.operationsMax)),
        ])
        return Schema.object(["schemas": Schema(json: names(ScimPatch.schema)), "Operations": operations])
            .sent(as: mediaType)
    }()

    private static let bulk: Schema = {
        let operation = Schema.object(
            [
                "method": .oneOf(["POST", "PUT", "PATCH", "DELETE"]), "path": .string, "bulkId": Schema.string.orNull,
                "version": Schema.string.orNull, "data": .any,
            ], optional: ["bulkId", "version", "data"])
        let operations = Schema.array(operation).with([
            "minItems": 1, "maxItems": .integer(Int64(ScimBulk.operationsMax)),
        ])
        return message("BulkRequest", ["Operations": operations])
    }()

    private static let projection: [APIDoc.Parameter] = [
        .init("attributes", Phrase(vi: "Chỉ các thuộc tính này", en: "These attributes alone")),
        .init(
            "excludedAttributes", Phrase(vi: "Mọi thuộc tính trừ các thuộc tính này", en: "All attributes but these")),
    ]

    private static let query: [APIDoc.Parameter] =
        [
            .init("filter", Phrase(vi: "Bộ lọc (RFC 7644 §3.4.2.2)", en: "A filter (RFC 7644 §3.4.2.2)")),
            .init("sortBy", Phrase(vi: "Sắp theo thuộc tính", en: "The attribute to sort by")),
            .init(
                "sortOrder", Phrase(vi: "Chiều sắp", en: "The order"), schema: .oneOf(["ascending", "descending"])),
            .init("startIndex", Phrase(vi: "Bắt đầu từ, đếm từ 1", en: "Where to begin, from 1"), schema: .integer),
            .init("count", Phrase(vi: "Số dòng nhiều nhất", en: "Lines at most"), schema: .integer),
        ] + projection

    private static func resource(_ type: ScimResourceType, isAnswer: Bool) -> JSON {
        var properties: JSON = ["schemas": names(type.core.id)]
        var required: [JSON] = ["schemas"]
        for attribute in type.attributes where attribute.extended == nil {
            guard isAnswer || attribute.mutability != .readOnly else { continue }
            properties[attribute.name] = isAnswer ? answered(attribute) : sent(attribute)
            if attribute.isRequired, !attribute.isAssumed, !isAnswer { required.append(.string(attribute.name)) }
        }
        for schema in type.extensions {
            let attributes = schema.attributes.filter { isAnswer || $0.mutability != .readOnly }
            let shapes = attributes.map { JSON.Member($0.name, isAnswer ? answered($0) : sent($0)) }
            let shape = Schema(json: ["type": "object", "properties": .object(shapes)])
            properties[schema.id] = isAnswer ? shape.json : shape.orNull.json
        }
        return ["type": "object", "properties": properties, "required": .array(required)]
    }

    private static func answered(_ attribute: ScimAttribute) -> JSON { shape(attribute, isAnswer: true) }

    private static func sent(_ attribute: ScimAttribute) -> JSON { shape(attribute, isAnswer: false) }

    private static func shape(_ attribute: ScimAttribute, isAnswer: Bool) -> JSON {
        var one: JSON
        switch attribute.kind {
        case .boolean: one = ["type": "boolean"]
        case .dateTime: one = ["type": "string", "format": "date-time"]
        case .complex:
            let parts = attribute.parts.filter { isAnswer || $0.mutability != .readOnly }
            one = [
                "type": "object", "properties": .object(parts.map { .init($0.name, shape($0, isAnswer: isAnswer)) }),
            ]
            let required = parts.filter { $0.isRequired }.map { JSON.string($0.name) }
            if !required.isEmpty { one["required"] = .array(required) }
        case .string, .reference:
            one = ["type": "string"]
            if !isAnswer {
                one["maxLength"] = .integer(Int64(attribute.isMultiValued ? 200 : attribute.longest))
                one["pattern"] = .string(attribute.name == "userName" ? Login.pattern : "^[^\\u0000-\\u001f]*$")
            }
            if !attribute.canonical.isEmpty {
                one = ["type": "string", "enum": .array(attribute.canonical.map { .string($0) })]
            }
        }
        // RFC 7643 §2.5: null is as good as nothing, and so it is in a list.
        let mayBeNothing = !isAnswer && (!attribute.isRequired || attribute.isAssumed)
        func orNull(_ json: JSON) -> JSON { mayBeNothing ? Schema(json: json).orNull.json : json }
        guard attribute.isMultiValued else { return orNull(one) }
        return orNull(["type": "array", "items": orNull(one), "maxItems": .integer(Int64(attribute.longest))])
    }
}

extension Schema {
    fileprivate static let list = Schema(json: ["type": "array"])
}

extension Phrase {
    fileprivate static func list(_ what: String) -> Phrase {
        Phrase(vi: "SCIM: tìm \(what)", en: "SCIM: finds \(what)")
    }
    fileprivate static func one(_ what: String) -> Phrase { Phrase(vi: "SCIM: một \(what)", en: "SCIM: one \(what)") }
    fileprivate static func new(_ what: String) -> Phrase {
        Phrase(vi: "SCIM: tạo \(what)", en: "SCIM: makes a \(what)")
    }
    fileprivate static func replaced(_ what: String) -> Phrase {
        Phrase(vi: "SCIM: thay \(what)", en: "SCIM: replaces a \(what)")
    }
    fileprivate static func changed(_ what: String) -> Phrase {
        Phrase(vi: "SCIM: sửa \(what)", en: "SCIM: changes a \(what)")
    }
    fileprivate static func deleted(_ what: String) -> Phrase {
        Phrase(vi: "SCIM: cho \(what) thôi", en: "SCIM: gives a \(what) up")
    }
    fileprivate static let scimDiscovery = Phrase(vi: "SCIM: nút này làm được gì", en: "SCIM: what this node can do")
    fileprivate static let scimBulk = Phrase(vi: "SCIM: nhiều việc một lần", en: "SCIM: many calls in one")
}
