import Gateway
import Contracts
import Database
import Ledger
import StrictJSON
package import Vocabulary

extension Events {
    /// Registers a type with its first schema, or puts a newer schema in force under a type that is there.
    ///
    /// A newer one that breaks those who follow or publish the type under a grant of now is refused, naming them.
    @discardableResult
    package func register(_ draft: EventTypeDraft, by author: Person?) async throws -> EventType {
        let (text, _) = try Events.checked(draft)
        guard neighbours.mayRegister(author, draft.organisation) else { throw Problem.forbidden }
        guard try await neighbours.organisationName(draft.organisation) != nil else {
            throw Problem.invalid(["organisation": .noSuchOrganisation])
        }
        let type = try await put(draft, text, by: author)
        if type.offeredAt == nil { try await offer(type, by: author) }
        let shelf = types
        try await database.read { try shelf.load(in: $0) }
        return type
    }

    private static func checked(_ draft: EventTypeDraft) throws(Problem) -> (ContractText, SchemaProgram) {
        var errors: [String: Phrase] = [:]
        if !EventType.isCode(draft.code) { errors["code"] = .typeCodeIsWrong }
        if !EventType.isName(draft.name) { errors["name"] = .typeNameIsWrong }
        if !(1...200).contains(draft.title.vi.count) || !(1...200).contains(draft.title.en.count) {
            errors["title"] = .titleIsMissing
        }
        if draft.about.count > 2000 { errors["about"] = .aboutIsTooLong }
        if !EventType.dataClasses.contains(draft.dataClass) { errors["class"] = .classIsWrong }
        do {
            let ready = try ReadyType.read(draft.schema)
            guard errors.isEmpty else { throw Problem.invalid(errors) }
            return ready
        } catch let flaws as Flaws {
            let words = flaws.errors
            errors["schema"] = Phrase(
                vi: words.map { $0.sentence(in: .vi) }.joined(separator: "\n"),
                en: words.map { $0.sentence(in: .en) }.joined(separator: "\n"))
            throw .invalid(errors)
        } catch {
            throw .invalid(errors)
        }
    }

    /// Writes down a new type, or a newer schema of one that is there.
    ///
    /// Reading and comparing schemas take long: nobody else's writing waits for them. Who was faster meanwhile makes it
    /// be compared again.
    private func put(_ draft: EventTypeDraft, _ text: ContractText, by author: Person?) async throws -> EventType {
        let at = now()
        while true {
            let before = try await database.read { tx -> (type: EventType, schema: [UInt8])? in
                guard let type = try EventTypeStore.type(draft.code, in: tx) else { return nil }
                guard let schema = try EventTypeStore.schema(type.code, type.revision, in: tx) else {
                    throw Problem.notFound
                }
                return (type, schema)
            }
            if let before {
                guard before.type.name == draft.name, before.type.organisation == draft.organisation else {
                    throw Problem.invalid(["code": .codeIsTaken])
                }
                if before.schema == draft.schema { return before.type }
                let older = try ReadyType.read(before.schema).0
                try refuseBreaking(before.type.name, from: older, to: text, at: at)
            }
            let written = try await database.write { [self] tx -> EventType? in
                guard try EventTypeStore.type(draft.code, in: tx)?.revision == before?.type.revision else { return nil }
                guard let before else { return try insert(draft, by: author, at: at, in: tx) }
                return try replace(before.type, with: draft, by: author, at: at, in: tx)
            }
            if let written { return written }
        }
    }

    private func insert(
        _ draft: EventTypeDraft, by author: Person?, at: Instant, in tx: any Transaction
    ) throws -> EventType {
        guard try EventTypeStore.named(draft.name, in: tx) == nil else {
            throw Problem.invalid(["name": .typeNameIsTaken])
        }
        let type = EventType(
            code: draft.code, name: draft.name, organisation: draft.organisation,
            title: Phrase(vi: Folding.compose(draft.title.vi), en: Folding.compose(draft.title.en)),
            about: Folding.compose(draft.about), dataClass: draft.dataClass, revision: 1, createdAt: at, offeredAt: nil)
        try EventTypeStore.insert(type, by: author, in: tx)
        try EventTypeStore.insert(draft.schema, of: type.code, 1, by: author, at: at, in: tx)
        try record("events.type-registered", type, draft.schema, by: author, at: at, in: tx)
        return type
    }

    private func replace(
        _ before: EventType, with draft: EventTypeDraft, by author: Person?, at: Instant, in tx: any Transaction
    ) throws -> EventType {
        try EventTypeStore.insert(draft.schema, of: before.code, before.revision + 1, by: author, at: at, in: tx)
        guard let type = try EventTypeStore.type(before.code, in: tx) else { throw Problem.notFound }
        try record("events.schema-replaced", type, draft.schema, by: author, at: at, in: tx)
        return type
    }

    /// Followers rely on what was promised, publishers on what was taken.
    private func refuseBreaking(
        _ name: String, from older: ContractText, to newer: ContractText, at: Instant
    ) throws(Problem) {
        let rights = rights
        var sentences: [Phrase] = []
        for (people, direction) in [
            (rights.followers(of: name, at: at), SchemaDirection.response),
            (rights.publishers(of: name, at: at), .request),
        ] where !people.isEmpty {
            let broken = Compatibility.breakages(from: older, to: newer, direction)
            guard !broken.isEmpty else { continue }
            sentences.append(
                .breaks(people.map(\.name.description), broken.map(\.words), isFollowing: direction == .response))
        }
        guard sentences.isEmpty else {
            throw .invalid([
                "schema": Phrase(
                    vi: sentences.map(\.vi).joined(separator: "\n"), en: sentences.map(\.en).joined(separator: "\n"))
            ])
        }
    }

    func record(
        _ kind: String, _ type: EventType, _ schema: [UInt8], by author: Person?, at: Instant, in tx: any Transaction
    ) throws {
        try outbox.record(
            kind,
            [
                "type": .string(type.name), "revision": .integer(Int64(type.revision)),
                "sha256": .string(LedgerHash(sha256: schema).description), "by": .string(orNull: author?.id.text),
            ], subject: type.code, at: at, in: tx)
    }
}
