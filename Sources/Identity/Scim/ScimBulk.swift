import Scim
import StrictJSON
import Vocabulary
import Web

/// Many calls in one: RFC 7644 §3.7. Each is a transaction of its own; `bulkId` lets one name what another makes, also
/// one that stands later.
struct ScimBulk: Sendable {
    static let operationsMax = 500
    private static let request = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"

    struct Operation: Sendable {
        let method: Web.Method
        let path: String
        let bulkID: String?
        let version: String?
        let data: JSON?
    }

    let operations: [Operation]
    let failuresMax: Int?

    init(_ body: JSONValue) throws {
        try JSONValue.checkSchemas(body["schemas"], name: ScimBulk.request)
        guard let listed = body["Operations"]?.elements, !listed.isEmpty else {
            throw ScimError.syntax("there are no Operations")
        }
        guard listed.count <= ScimBulk.operationsMax else {
            throw ScimError(413, .tooMany, "there are more than \(ScimBulk.operationsMax) operations")
        }
        failuresMax = try body.optionalInteger("failOnErrors").map { Int(clamping: max(1, $0)) }
        operations = try listed.map { value in
            guard let method = (try value.requireString("method")).uppercased() as String?,
                let method = Web.Method(rawValue: method), [.post, .put, .patch, .delete].contains(method)
            else { throw ScimError.syntax("method is one of POST, PUT, PATCH, DELETE") }
            let bulkID = try value.optionalString("bulkId")
            guard method != .post || bulkID?.isEmpty == false else {
                throw ScimError.syntax("an operation that creates needs a bulkId")
            }
            return Operation(
                method: method, path: try value.requireString("path"), bulkID: bulkID,
                version: try value.optionalString("version"), data: try value.optional("data").map { JSON($0) })
        }
        let ids = operations.compactMap(\.bulkID)
        guard Set(ids).count == ids.count else { throw ScimError.syntax("a bulkId stands there twice") }
    }

    /// The names of what the operation needs made first.
    static func needs(_ operation: Operation) -> Set<String> {
        var found: Set<String> = []
        collect(.string(operation.path), &found)
        if let data = operation.data { collect(data, &found) }
        return found
    }

    private static func collect(_ value: JSON, _ found: inout Set<String>) {
        switch value {
        case .string(let text):
            for word in text.split(separator: "/") where word.hasPrefix("bulkId:") {
                found.insert(String(word.dropFirst("bulkId:".count)))
            }
        case .array(let elements): for element in elements { collect(element, &found) }
        case .object(let members): for member in members { collect(member.value, &found) }
        default: break
        }
    }

    static func resolve(_ value: JSON, _ made: [String: String]) -> JSON {
        switch value {
        case .string(let text): .string(resolve(text, made))
        case .array(let elements): .array(elements.map { resolve($0, made) })
        case .object(let members): .object(members.map { JSON.Member($0.key, resolve($0.value, made)) })
        default: value
        }
    }

    static func resolve(_ text: String, _ made: [String: String]) -> String {
        guard text.contains("bulkId:") else { return text }
        return text.split(separator: "/", omittingEmptySubsequences: false).map { word in
            guard word.hasPrefix("bulkId:") else { return String(word) }
            return made[String(word.dropFirst("bulkId:".count))] ?? String(word)
        }.joined(separator: "/")
    }
}

extension Identity {
    func scimBulk(_ request: ScimRequest, _ caller: ScimCaller) async throws -> ScimAnswer {
        let bulk = try ScimBulk(try request.json())
        let named = Set(bulk.operations.compactMap(\.bulkID))
        var waiting = bulk.operations.enumerated().map { offset, operation in
            (offset: offset, operation: operation, needs: ScimBulk.needs(operation))
        }
        var (made, results): ([String: String], [Int: JSON]) = ([:], [:])
        var failures = 0
        while !waiting.isEmpty {
            let place = waiting.firstIndex { $0.needs.allSatisfy { made[$0] != nil || !named.contains($0) } }
            // Those that are left need each other, or what could not be made.
            let next = waiting.remove(at: place ?? 0)
            let result = try await perform(
                next.operation, made, caller, isPossible: place != nil && next.needs.allSatisfy { made[$0] != nil })
            results[next.offset] = result.json
            if let name = next.operation.bulkID, let id = result.id { made[name] = id }
            if result.hasFailed { failures += 1 }
            if let most = bulk.failuresMax, failures >= most { break }
        }
        return ScimAnswer(json: [
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkResponse"],
            "Operations": .array(results.sorted { $0.key < $1.key }.map(\.value)),
        ])
    }

    private struct BulkResult {
        var json: JSON
        var id: String?
        var hasFailed: Bool
    }

    private func perform(
        _ operation: ScimBulk.Operation, _ made: [String: String], _ caller: ScimCaller, isPossible: Bool
    ) async throws -> BulkResult {
        var told: JSON = ["method": .string(operation.method.rawValue)]
        if let name = operation.bulkID { told["bulkId"] = .string(name) }
        do {
            guard isPossible else {
                throw ScimError(409, nil, "a bulkId names nothing that was made, or two operations need each other")
            }
            let path = ScimBulk.resolve(operation.path, made).split(separator: "/").map(String.init)
            guard path.first != "Bulk", path.last != ".search" else { throw ScimError.notFound }
            let body = try operation.data.map { try JSONDocument(ScimBulk.resolve($0, made).encoded()).root }
            let answer = try await scim(
                ScimRequest(
                    method: operation.method, path: path, body: body,
                    ifMatch: ScimRequest.tags(operation.version.map { [$0] } ?? [])), caller)
            told["status"] = .string(String(answer.status))
            if let location = answer.location { told["location"] = .string(location) }
            if let version = answer.version { told["version"] = .string(version) }
            return BulkResult(json: told, id: answer.json?["id"]?.scimText, hasFailed: false)
        } catch {
            let refusal = try ScimBulk.refusal(error)
            told["status"] = .string(String(refusal.status))
            told["response"] = refusal.json
            return BulkResult(json: told, id: nil, hasFailed: true)
        }
    }
}

extension ScimBulk {
    /// What was refused. Everything else is nobody's fault here and is thrown on, to be logged.
    fileprivate static func refusal(_ error: any Error) throws -> ScimError {
        switch error {
        case let error as ScimError: return error
        case let error as JSONError: return .syntax("\(error)")
        case let problem as Problem: return try ScimError(problem)
        default: throw error
        }
    }
}
