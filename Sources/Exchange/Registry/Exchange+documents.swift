package import Contracts
import Database
import Identity
package import StrictJSON
package import Vocabulary
import Web

extension Exchange {
    /// Another document in place of the one in force. Refused, with the list, when it would break somebody who holds a
    /// grant for the version, in what he is granted.
    ///
    /// - Returns: what would break whoever is granted all; it breaks nobody who holds a grant.
    @discardableResult
    package func replaceDocument(
        of id: ID<ServiceVersion>, with bytes: [UInt8], by author: Person?
    ) async throws -> [Breakage] {
        let at = now()
        let (before, older, grants) = try await database.read { [self] tx in
            let offered = try ownVersion(id, by: author, in: tx)
            let contract = try contract(of: offered.version, in: tx)
            return (offered.version, contract, try GrantStore.using(id, in: tx))
        }
        // Reading and comparing take long: nobody else's writing waits for them.
        var change = DocumentChange(
            from: older, to: try Exchange.contract(bytes, isChecking: before.validates))
        for grant in grants { change.judge(grant.terms) }
        while let meanwhile = try await put(bytes, change, in: before, by: author, at: at) {
            for grant in meanwhile { change.judge(grant.terms) }
        }
        return change.all
    }

    /// - Returns: grants of which nobody has judged yet what the change does to them; nil when it is done.
    private func put(
        _ bytes: [UInt8], _ change: DocumentChange, in before: ServiceVersion, by author: Person?, at now: Instant
    ) async throws -> [AccessGrant]? {
        try await changeRegistry { [self] tx in
            let version = try ownVersion(before.id, by: author, in: tx).version
            guard version.revision == before.revision else { throw Problem.conflict(.documentWasReplaced) }
            let grants = try GrantStore.using(version.id, in: tx)
            let unknown = grants.filter { change.breakages(under: $0.terms) == nil }
            guard unknown.isEmpty else { return unknown }
            let broken = try Exchange.broken(by: change, grants, in: tx)
            guard broken.isEmpty else { throw Problem.conflict(.breaks(broken)) }
            try store(bytes, change.newer, revision: version.revision + 1, of: version.id, by: author, at: now, in: tx)
            try ServiceStore.setRevision(version.revision + 1, of: version.id, in: tx)
            return nil
        }
    }

    /// Each once, whatever grants he holds, and those of other nodes as those of this one.
    private static func broken(
        by change: DocumentChange, _ grants: [AccessGrant], in tx: any Transaction
    ) throws -> [BrokenConsumer] {
        try Dictionary(grouping: grants, by: \.application).compactMap { id, grants -> BrokenConsumer? in
            var what: [Breakage] = []
            for breakage in grants.flatMap({ change.breakages(under: $0.terms) ?? [] }) where !what.contains(breakage) {
                what.append(breakage)
            }
            guard !what.isEmpty, let application = try ApplicationStore.application(id, in: tx) else { return nil }
            return BrokenConsumer(name: "\(application.organisation) \(application.name)", what: what)
        }.sorted { $0.name < $1.name }
    }
}

/// What is said of it.
extension Exchange {
    /// After a change that would break somebody, if he had been granted it.
    func replacedView(_ page: Page, _ offered: OfferedVersion, _ harmless: [Breakage]) -> View {
        let lines = harmless.prefix(Exchange.toldBreakages).map { breakage -> HTML in
            "<li><code>\(breakage.operation)</code>: \(page[breakage.words]) <code>\(breakage.code)</code></li>"
        }
        let rest = harmless.count - lines.count
        return View(
            title: page[.replaceDocument], about: offered.title(page),
            body: """
                \(banner(page, .success, .documentReplaced, "<p>\(page[.breaksNobodyInUse])</p>"))
                <ul>\(each: lines, { $0 })\(if: rest > 0, "<li>… +\(rest)</li>")</ul>
                \(buttonLink(page, .toService, "/exchange/services/\(offered.service.id)"))
                """)
    }

    static let breaksNobodySchema = Schema.array(
        .object(["operation": .string, "code": .string, "words": .object(["vi": .string, "en": .string])]))

    /// What a program is told of it.
    package static func json(_ harmless: [Breakage]) -> JSON {
        .array(
            harmless.prefix(toldBreakages).map {
                [
                    "operation": .string($0.operation), "code": .string($0.code),
                    "words": ["vi": .string($0.words.vi), "en": .string($0.words.en)],
                ]
            })
    }

    private static let toldBreakages = 50
}
