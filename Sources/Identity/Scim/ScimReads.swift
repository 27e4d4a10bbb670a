import Database
import Ledger
import Scim
import StrictJSON
import Vocabulary

/// Reading over SCIM. Whoever reads people leaves a fact in the ledger, in the same transaction.
extension Identity {
    func scimRead(
        _ type: ScimResourceType, _ id: String, _ request: ScimRequest, _ caller: ScimCaller
    ) async throws -> ScimAnswer {
        let projection = try request.projection(type)
        let document = try await database.write { tx in
            let document = try found(type, id, ScimReach(caller, try OrganisationStore.all(in: tx)), tx)
            if type.name == "User" {
                try note(
                    reading: [ID(id)], by: caller.author, how: .scim, for: caller.purpose, at: caller.at, in: tx)
            }
            return document
        }
        guard !request.isUnchanged(document) else {
            return ScimAnswer(status: 304, json: nil, version: document.version)
        }
        return ScimAnswer(
            json: projection.apply(to: document, of: type).json(type), version: document.version,
            location: caller.location(type, id))
    }

    /// One type, or with nil both: people first.
    func scimSearch(_ type: ScimResourceType?, _ query: ScimQuery, _ caller: ScimCaller) async throws -> ScimAnswer {
        if let type { return try await scimList(type, query, caller) }
        var (found, total): ([JSON], Int) = ([], 0)
        for type in ScimResourceType.all {
            var part = query
            // What the filter or the order names may be known to one of the two alone.
            if let filter = query.filter, (try? ScimFilter(filter, in: type)) == nil { continue }
            if let name = query.sortBy, (try? ScimPath(name, in: type)) == nil { part.sortBy = nil }
            part.startIndex = max(1, query.startIndex - total)
            part.count = max(0, query.count - found.count)
            let (resources, count) = try await scimPage(type, part, caller)
            found += resources
            total += count
        }
        if let filter = query.filter {
            let errors = ScimResourceType.all.compactMap { type -> ScimError? in
                do throws(ScimError) {
                    _ = try ScimFilter(filter, in: type)
                    return nil
                } catch { return error }
            }
            if errors.count == ScimResourceType.all.count, let error = errors.first { throw error }
        }
        return ScimAnswer(json: ScimQuery.list(found, total: total, startIndex: query.startIndex))
    }

    private func scimList(
        _ type: ScimResourceType, _ query: ScimQuery, _ caller: ScimCaller
    ) async throws -> ScimAnswer {
        let (resources, total) = try await scimPage(type, query, caller)
        return ScimAnswer(json: ScimQuery.list(resources, total: total, startIndex: query.startIndex))
    }

    private func scimPage(
        _ type: ScimResourceType, _ query: ScimQuery, _ caller: ScimCaller
    ) async throws -> (resources: [JSON], total: Int) {
        let projection = try ScimProjection(
            attributes: query.attributes, excluding: query.excludedAttributes, of: type)
        return try await database.write { tx in
            let reach = ScimReach(caller, try OrganisationStore.all(in: tx))
            let (documents, total) =
                type.name == "User"
                ? try UserStore(reach: reach, tx: tx).list(query)
                : try GroupStore(reach: reach, tx: tx).list(query, withMembers: projection.wants("members"))
            if type.name == "User", !documents.isEmpty {
                try note(
                    reading: documents.map { ID($0.id) }, by: caller.author, how: .scim, for: caller.purpose,
                    at: caller.at, in: tx)
            }
            return (documents.map { projection.apply(to: $0, of: type).json(type) }, total)
        }
    }
}
