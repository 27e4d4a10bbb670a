/// What a field of an OpenAPI object may hold.
indirect enum OpenAPIField {
    case text
    /// Text, where a number is read as text with a warning: `version: 1.0` in YAML.
    case looseText
    case flag
    case anything
    case choice([String])
    case schema
    case part(OpenAPIPart)
    case partOrReference(OpenAPIPart)
    case list(OpenAPIField)
    case map(OpenAPIField)
    /// A map among whose names `x-…` is an extension: paths and responses.
    case open(OpenAPIField)
}

/// The objects of OpenAPI 3.0.4 and 3.1.1 (§4.7 and §4.8), each with its fields. `x-` fields may stand anywhere.
enum OpenAPIPart {
    case document, info, contact, license, server, serverVariable, pathItem, operation, externalDocs, parameter, header
    case requestBody, mediaType, encoding, response, example, link, tag, components, securityScheme, flows, flow

    typealias Fields = [String: (kind: OpenAPIField, isRequired: Bool)]

    func fields(isNewer: Bool) -> Fields {
        switch self {
        case .document: documentFields(isNewer)
        case .info:
            fields(
                ["title": .text, "version": .looseText],
                [
                    "description": .text, "termsOfService": .text, "contact": .part(.contact),
                    "license": .part(.license),
                ], newer: isNewer ? ["summary": .text] : [:])
        case .contact: fields([:], ["name": .text, "url": .text, "email": .text])
        case .license: fields(["name": .text], ["url": .text], newer: isNewer ? ["identifier": .text] : [:])
        case .server: fields(["url": .text], ["description": .text, "variables": .map(.part(.serverVariable))])
        case .serverVariable: fields(["default": .text], ["enum": .list(.text), "description": .text])
        case .externalDocs: fields(["url": .text], ["description": .text])
        case .tag: fields(["name": .text], ["description": .text, "externalDocs": .part(.externalDocs)])
        case .pathItem, .operation, .parameter, .header, .requestBody, .mediaType, .encoding, .response:
            operationFields(isNewer)
        case .example:
            fields([:], ["summary": .text, "description": .text, "value": .anything, "externalValue": .text])
        case .link:
            fields(
                [:],
                [
                    "operationRef": .text, "operationId": .text, "parameters": .map(.anything),
                    "requestBody": .anything, "description": .text, "server": .part(.server),
                ])
        case .components: componentFields(isNewer)
        case .securityScheme:
            fields(
                ["type": .choice(["apiKey", "http", "oauth2", "openIdConnect"] + (isNewer ? ["mutualTLS"] : []))],
                [
                    "description": .text, "name": .text, "in": .choice(["query", "header", "cookie"]),
                    "scheme": .text, "bearerFormat": .text, "flows": .part(.flows), "openIdConnectUrl": .text,
                ])
        case .flows:
            fields(
                [:],
                [
                    "implicit": .part(.flow), "password": .part(.flow), "clientCredentials": .part(.flow),
                    "authorizationCode": .part(.flow),
                ])
        case .flow:
            fields(["scopes": .map(.text)], ["authorizationUrl": .text, "tokenUrl": .text, "refreshUrl": .text])
        }
    }

    private func documentFields(_ isNewer: Bool) -> Fields {
        let paths: [String: OpenAPIField] = ["paths": .open(.part(.pathItem))]
        return fields(
            isNewer
                ? ["openapi": .text, "info": .part(.info)]
                : paths.merging(
                    ["openapi": .text, "info": .part(.info)]) { first, _ in first },
            [
                "servers": .list(.part(.server)), "components": .part(.components),
                "security": .list(.map(.list(.text))), "tags": .list(.part(.tag)),
                "externalDocs": .part(.externalDocs),
            ],
            newer: isNewer
                ? paths.merging(["jsonSchemaDialect": .text, "webhooks": .map(.partOrReference(.pathItem))]) {
                    first, _ in first
                } : [:])
    }

    private func operationFields(_ isNewer: Bool) -> Fields {
        let shaped: [String: OpenAPIField] = [
            "description": .text, "required": .flag, "deprecated": .flag, "allowEmptyValue": .flag, "style": .text,
            "explode": .flag, "allowReserved": .flag, "schema": .schema, "example": .anything,
            "examples": .map(.partOrReference(.example)), "content": .map(.part(.mediaType)),
        ]
        switch self {
        case .pathItem:
            var optional: [String: OpenAPIField] = [
                "summary": .text, "description": .text, "servers": .list(.part(.server)),
                "parameters": .list(.partOrReference(.parameter)), "$ref": .text,
            ]
            for method in OpenAPIPart.methods { optional[method] = .part(.operation) }
            return fields([:], optional)
        case .operation:
            return fields(
                isNewer ? [:] : ["responses": .open(.partOrReference(.response))],
                [
                    "tags": .list(.text), "summary": .text, "description": .text,
                    "externalDocs": .part(.externalDocs), "operationId": .text,
                    "parameters": .list(.partOrReference(.parameter)),
                    "requestBody": .partOrReference(.requestBody), "deprecated": .flag,
                    "responses": .open(.partOrReference(.response)),
                    "callbacks": .map(.anything), "security": .list(.map(.list(.text))),
                    "servers": .list(.part(.server)),
                ])
        case .parameter:
            return fields(
                ["name": .text, "in": .choice(["query", "header", "path", "cookie"])], shaped)
        case .header: return fields([:], shaped)
        case .requestBody:
            return fields(["content": .map(.part(.mediaType))], ["description": .text, "required": .flag])
        case .mediaType:
            return fields(
                [:],
                [
                    "schema": .schema, "example": .anything, "examples": .map(.partOrReference(.example)),
                    "encoding": .map(.part(.encoding)),
                ])
        case .encoding:
            return fields(
                [:],
                [
                    "contentType": .text, "headers": .map(.partOrReference(.header)), "style": .text,
                    "explode": .flag, "allowReserved": .flag,
                ])
        default:
            return fields(
                ["description": .text],
                [
                    "headers": .map(.partOrReference(.header)), "content": .map(.part(.mediaType)),
                    "links": .map(.partOrReference(.link)),
                ])
        }
    }

    private func componentFields(_ isNewer: Bool) -> Fields {
        fields(
            [:],
            [
                "schemas": .map(.schema), "responses": .map(.partOrReference(.response)),
                "parameters": .map(.partOrReference(.parameter)), "examples": .map(.partOrReference(.example)),
                "requestBodies": .map(.partOrReference(.requestBody)), "headers": .map(.partOrReference(.header)),
                "securitySchemes": .map(.partOrReference(.securityScheme)), "links": .map(.partOrReference(.link)),
                "callbacks": .map(.anything),
            ], newer: isNewer ? ["pathItems": .map(.partOrReference(.pathItem))] : [:])
    }

    static let methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]

    private func fields(
        _ required: [String: OpenAPIField], _ optional: [String: OpenAPIField], newer: [String: OpenAPIField] = [:]
    ) -> Fields {
        var fields: Fields = [:]
        for (name, kind) in optional.merging(newer, uniquingKeysWith: { first, _ in first }) {
            fields[name] = (kind, false)
        }
        for (name, kind) in required { fields[name] = (kind, true) }
        return fields
    }
}
