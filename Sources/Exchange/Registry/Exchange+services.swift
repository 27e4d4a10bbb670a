import Contracts
package import Database
package import Gateway
import Identity
import Ledger
import StrictJSON
package import Vocabulary
import Web

/// A service as somebody registers it.
package struct ServiceDraft: Sendable {
    package var organisation: ID<Organisation>
    package var code: String
    package var subsystem = "services"
    package var name: Phrase
    package var about = ""
    package var contact: String
    package var dataClass: DataClass
    package var evidence: EvidenceClass?
    /// Of calls between nodes; nil: before release.
    package var evidenceAcross: EvidenceClass?
    package var first: VersionDraft

    package init(
        organisation: ID<Organisation>, code: String, name: Phrase, contact: String, dataClass: DataClass,
        evidence: EvidenceClass? = nil, first: VersionDraft
    ) {
        self.organisation = organisation
        self.code = code
        self.name = name
        self.contact = contact
        self.dataClass = dataClass
        self.evidence = evidence
        self.first = first
    }
}

/// A version as somebody registers it.
package struct VersionDraft: Sendable {
    package struct Address: Sendable {
        package var address: String
        package var pin: String?
        package var node: String?

        package init(_ address: String, pin: String? = nil, node: String? = nil) {
            self.address = address
            self.pin = pin
            self.node = node
        }
    }

    package var document: [UInt8]
    package var validates = false
    package var addresses: [Address] = []
    /// An administrator's word that addresses may lie in closed networks.
    package var mayBePrivate = false

    package init(
        document: [UInt8], validates: Bool = false, addresses: [Address] = [], mayBePrivate: Bool = false
    ) {
        self.document = document
        self.validates = validates
        self.addresses = addresses
        self.mayBePrivate = mayBePrivate
    }
}

extension Exchange {
    /// A new service with its first version. The document is checked whole before anything is written.
    package func registerService(_ draft: ServiceDraft, by author: Person?) async throws -> OfferedVersion {
        var errors = ServiceRecord.check(name: draft.name, about: draft.about, contact: draft.contact)
        if !ServiceRecord.isCode(draft.code) { errors["code"] = .codeIsWrong }
        if !ServiceRecord.isCode(draft.subsystem) { errors["subsystem"] = .codeIsWrong }
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        guard try await authorization.organisations()[draft.organisation] != nil else {
            throw Problem.invalid(["organisation": .noSuchOrganisation])
        }
        let at = now()
        let service = ServiceRecord(
            id: ID(newID()), organisation: draft.organisation, subsystem: draft.subsystem, code: draft.code,
            name: Phrase(vi: Folding.compose(draft.name.vi), en: Folding.compose(draft.name.en)),
            about: Folding.compose(draft.about), contact: Folding.compose(draft.contact), dataClass: draft.dataClass,
            evidence: try draft.dataClass.evidence(draft.evidence),
            evidenceAcross: try draft.dataClass.evidenceAcross(draft.evidenceAcross), createdAt: at, endedAt: nil)
        try authorization.require(
            author, .register, on: .registered(service.id.text, by: service.organisation, as: .service))
        let ready = try prepare(draft.first, by: author)
        return try await changeRegistry { [self] tx in
            guard try ServiceStore.service(code: service.code, in: tx) == nil else {
                throw Problem.invalid(["code": .codeIsTaken])
            }
            try ServiceStore.insert(service, by: author?.id, in: tx)
            try record(
                "exchange.service-registered",
                [
                    "service": "\(service.id)", "organisation": "\(service.organisation)",
                    "code": .string(service.code), "data-class": .string(service.dataClass.rawValue),
                    "evidence": .string(service.evidence.rawValue),
                    "evidence-across": .string(orNull: service.evidenceAcross?.rawValue),
                ], about: service.id.text, by: author, at: at, in: tx)
            return try insert(ready, number: 1, of: service, by: author, at: at, in: tx)
        }
    }

    /// Whether an organisation offers a service with this operation in its first version already.
    package func offers(_ code: String, of organisation: ID<Organisation>, operation: String) async throws -> Bool {
        try await database.read { [self] tx in
            guard let offered = try ServiceStore.offered(code: code, number: 1, in: tx),
                offered.service.organisation == organisation, offered.service.endedAt == nil
            else { return false }
            return try contract(of: offered.version, in: tx).document.operation(operation) != nil
        }
    }

    /// Another version beside those that are there.
    package func openVersion(
        of id: ID<ServiceRecord>, _ draft: VersionDraft, by author: Person?
    ) async throws -> OfferedVersion {
        let at = now()
        let ready = try prepare(draft, by: author)
        return try await changeRegistry { [self] tx in
            let service = try ownService(id, by: author, in: tx)
            let number = (try ServiceStore.versions(of: id, in: tx).map(\.number).max() ?? 0) + 1
            return try insert(ready, number: number, of: service, by: author, at: at, in: tx)
        }
    }

    package func addInstance(
        _ address: VersionDraft.Address, to id: ID<ServiceVersion>, mayBePrivate: Bool, by author: Person?
    ) async throws {
        let at = now()
        let upstreams = try self.upstreams([address], mayBePrivate: mayBePrivate, by: author)
        try await changeRegistry { [self] tx in
            let offered = try ownVersion(id, by: author, in: tx)
            guard offered.instances.count < 16 else { throw Problem.invalid(["address": .tooManyInstances]) }
            try insert(upstreams, of: offered.version, offered.service, by: author, at: at, in: tx)
        }
    }

    package func removeInstance(
        _ instance: ID<ServiceInstance>, from id: ID<ServiceVersion>, by author: Person?
    ) async throws {
        let at = now()
        try await changeRegistry { [self] tx in
            let offered = try ownVersion(id, by: author, in: tx)
            try checkInstanceMayGo(offered, in: tx)
            try remove(instance, from: offered, by: author, at: at, in: tx)
        }
    }
}

/// What the verbs share.
extension Exchange {
    struct ReadyVersion: Sendable {
        let draft: VersionDraft
        let contract: Contract
        let upstreams: [Upstream]
    }

    private func prepare(_ draft: VersionDraft, by author: Person?) throws -> ReadyVersion {
        guard draft.addresses.count <= 16 else { throw Problem.invalid(["address": .tooManyInstances]) }
        return ReadyVersion(
            draft: draft, contract: try Exchange.contract(draft.document, isChecking: draft.validates),
            upstreams: try upstreams(draft.addresses, mayBePrivate: draft.mayBePrivate, by: author))
    }

    /// Flaws become the words of the field `document`, each on its line.
    static func contract(_ bytes: [UInt8], isChecking: Bool) throws(Problem) -> Contract {
        do throws(Flaws) {
            let contract = try Contract(bytes, isChecking: isChecking)
            let flaws = isChecking ? contract.uncheckable : []
            guard flaws.isEmpty else { throw Flaws(flaws) }
            return contract
        } catch {
            let (vi, en) = (
                error.errors.map { $0.sentence(in: .vi) }.joined(separator: "\n"),
                error.errors.map { $0.sentence(in: .en) }.joined(separator: "\n")
            )
            throw .invalid(["document": Phrase(vi: vi, en: en)])
        }
    }

    func upstreams(
        _ addresses: [VersionDraft.Address], mayBePrivate: Bool, by author: Person?
    ) throws(Problem) -> [Upstream] {
        // Only an administrator's word opens closed networks; whoever owns the folder is one.
        let allowed = mayBePrivate && authorization.allows(author, .administerExchange, on: .none)
        if mayBePrivate, !allowed { throw .forbidden }
        var upstreams: [Upstream] = []
        for address in addresses {
            upstreams.append(
                try Upstream.reading(
                    address.address, pin: address.pin, mayBePrivate: allowed, node: address.node))
        }
        return upstreams
    }

    private func insert(
        _ ready: ReadyVersion, number: Int, of service: ServiceRecord, by author: Person?, at now: Instant,
        in tx: any Transaction
    ) throws -> OfferedVersion {
        let version = ServiceVersion(
            id: ID(newID()), service: service.id, number: number, validates: ready.draft.validates, revision: 1,
            createdAt: now, closedAt: nil)
        try ServiceStore.insert(version, in: tx)
        try store(ready.draft.document, ready.contract, revision: 1, of: version.id, by: author, at: now, in: tx)
        try insert(ready.upstreams, of: version, service, by: author, at: now, in: tx)
        return OfferedVersion(
            service: service, version: version, instances: try ServiceStore.instances(of: version.id, in: tx))
    }

    func remove(
        _ instance: ID<ServiceInstance>, from offered: OfferedVersion, by author: Person?, at now: Instant,
        in tx: any Transaction
    ) throws {
        guard try ServiceStore.delete(instance, of: offered.version.id, in: tx) else { throw Problem.notFound }
        try record(
            "exchange.instance-removed", ["version": "\(offered.version.id)", "instance": "\(instance)"],
            about: offered.service.id.text, by: author, at: now, in: tx)
    }

    func insert(
        _ upstreams: [Upstream], of version: ServiceVersion, _ service: ServiceRecord, by author: Person?,
        at now: Instant, in tx: any Transaction
    ) throws {
        for upstream in upstreams {
            let instance = ServiceInstance(id: ID(newID()), upstream: upstream)
            try ServiceStore.insert(instance, of: version.id, by: author?.id, at: now, in: tx)
            try record(
                "exchange.instance-added",
                [
                    "version": "\(version.id)", "instance": "\(instance.id)", "address": .string(instance.address),
                    "may-be-private": .bool(upstream.mayBePrivate),
                ], about: service.id.text, by: author, at: now, in: tx)
        }
    }

    func store(
        _ bytes: [UInt8], _ contract: Contract, revision: Int, of version: ID<ServiceVersion>, by author: Person?,
        at now: Instant, in tx: any Transaction
    ) throws {
        let document = StoredDocument(
            revision: revision, bytes: bytes, sha256: ContractShelf.digest(bytes), title: contract.document.title,
            documentVersion: contract.document.version, storedAt: now)
        try ServiceStore.insert(document, of: version, by: author?.id, in: tx)
        try record(
            "exchange.contract-stored",
            [
                "version": "\(version)", "revision": .integer(Int64(revision)), "sha256": .string(document.sha256),
            ], about: version.text, by: author, at: now, in: tx)
    }

    func ownService(
        _ id: ID<ServiceRecord>, by author: Person?, in tx: any Transaction
    ) throws -> ServiceRecord {
        guard let service = try ServiceStore.service(id, in: tx), service.endedAt == nil else { throw Problem.notFound }
        try authorization.require(author, .register, on: .registered(id.text, by: service.organisation, as: .service))
        return service
    }

    /// - Throws: `Problem.conflict` with the day of a version that is closed.
    func ownVersion(
        _ id: ID<ServiceVersion>, by author: Person?, in tx: any Transaction
    ) throws -> OfferedVersion {
        guard let offered = try ServiceStore.offered(id, in: tx), offered.service.endedAt == nil else {
            throw Problem.notFound
        }
        try authorization.require(
            author, .register, on: .registered(id.text, by: offered.service.organisation, as: .service))
        if let closed = offered.version.closedAt { throw Problem.conflict(.versionClosedOn(Day(closed))) }
        return offered
    }

    /// The contract in force, as it was read before when it was.
    func contract(of version: ServiceVersion, in tx: any Transaction) throws -> Contract {
        guard let digest = try ServiceStore.digest(of: version, in: tx) else { throw Problem.notFound }
        return try contracts.contract(digest, isChecking: version.validates) {
            guard let stored = try ServiceStore.document(of: version.id, revision: version.revision, in: tx) else {
                throw Problem.notFound
            }
            return stored.bytes
        }
    }

    /// A change of what the gateway's table is made of: counted in its transaction, told after its commit.
    @discardableResult
    func changeRegistry<T: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> T
    ) async throws -> T {
        let at = now()
        let result = try await database.write { tx in
            let result = try body(tx)
            try RegistryRevision.bump(in: tx)
            try Events.add("registry", [:], at: at, in: tx)
            return result
        }
        registryHasChanged()
        return result
    }

    /// Told after the commit: to the gateway, to open pages, and to the nodes whose requests stand otherwise now.
    func registryHasChanged() {
        bells.registry.ring()
        bells.events.ring()
        for node in standings.touched() { bells.ring(node).ring() }
    }

    func record(
        _ kind: String, _ content: JSON, about subject: String, by author: Person?, at now: Instant,
        in tx: any Transaction
    ) throws {
        var content = content
        content["by"] = .string(orNull: author?.id.text)
        try outbox.record(kind, content, subject: subject, at: now, in: tx)
    }
}
