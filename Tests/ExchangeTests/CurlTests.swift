import Contracts
import Testing

@testable import Exchange

@Suite("Calls to paste")
struct CurlTests {
    private func command(_ operation: String) throws -> String {
        let document = try OpenAPIDocument(
            try ContractText(
                Array(
                    """
                    openapi: 3.1.0
                    info: {title: Ví dụ, version: 1.0.0}
                    paths:
                      /units/{code}:
                        parameters:
                          - {name: code, in: path, required: true, schema: {type: string}, example: "Ninh Bình/1"}
                        \(operation)
                    components:
                      schemas:
                        Kind: {type: string, enum: [xã, phường]}
                        Unit:
                          type: object
                          required: [name, kind, since, seats]
                          properties:
                            name: {type: string}
                            kind: {$ref: '#/components/schemas/Kind'}
                            since: {type: string, format: date}
                            seats: {type: array, items: {type: integer, minimum: 3}}
                            note: {type: string}
                    """.utf8)))
        let first = try #require(document.operations.first)
        let body = Curl.body(first, of: document, isChecked: false)
        return Curl().command(first, of: document, at: "https://g/units/v1", sending: body)
    }

    @Test("what is required stands in it with an example or a value that fits, encoded where it must be")
    func query() throws {
        let said = try command(
            """
            get:
                      operationId: read
                      parameters:
                        - {name: asOf, in: query, required: true, schema: {type: string, format: date}}
                        - {name: kind, in: query, required: true, schema: {$ref: '#/components/schemas/Kind'}}
                        - {name: level, in: query, required: true, schema: {type: integer, minimum: 2}}
                        - {name: free, in: query, schema: {type: string}}
                        - {name: X-Office, in: header, required: true, schema: {type: string}}
                      responses: {"200": {description: Một}}
            """)
        #expect(
            said == """
                curl --fail-with-body \
                'https://g/units/v1/units/Ninh%20B%C3%ACnh%2F1?asOf=2025-07-01&kind=x%C3%A3&level=2' \
                -H 'X-Api-Key: KEY' -H 'X-Office: X-OFFICE'
                """)
    }

    @Test("a body is one that its schema takes")
    func body() throws {
        let said = try command(
            """
            put:
                      operationId: write
                      requestBody:
                        content: {application/json: {schema: {$ref: '#/components/schemas/Unit'}}}
                      responses: {"200": {description: Một}}
            """)
        #expect(
            said.hasSuffix(
                #"--data-raw '{"name":"NAME","kind":"xã","since":"2025-07-01","seats":[3]}'"#), "\(said)")
    }

    @Test("no example makes whoever pastes it send a file of theirs")
    func files() throws {
        let said = try command(
            """
            post:
                      operationId: write
                      requestBody:
                        content: {text/plain: {schema: {type: string}, example: "@.ssh/id_ed25519"}}
                      responses: {"200": {description: Một}}
            """)
        #expect(said.hasSuffix("-H 'Content-Type: text/plain' --data-raw '@.ssh/id_ed25519'"), "\(said)")
    }

    @Test("a key that no authority signed for is the only one that is taken")
    func pin() throws {
        #expect(
            Curl(pin: "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU").receipts(at: "https://g") == """
                curl --fail-with-body --insecure --pinnedpubkey 'sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' \
                'https://g/evidence/CALL' -H 'X-Api-Key: KEY' -o receipts.json
                """)
    }
}
