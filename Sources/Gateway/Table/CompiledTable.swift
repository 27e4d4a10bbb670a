package import Vocabulary

/// A table made ready to be asked on the hot path: lookups on bytes where they lie, nothing allocated for a call. What
/// a change leaves as it was is shared with the table of before.
package final class CompiledTable: Sendable {
    /// Rows at places that stay theirs as long as they are in the table, and what they are found by.
    struct Parts: Sendable {
        var consumers = Slots<CompiledConsumer>()
        var services = Slots<CompiledOffer>()
        var grants = Slots<CompiledGrant>()
        var consumerIDs = ShardedIndex()
        var serviceIDs = ShardedIndex()
        var grantIDs = ShardedIndex()
        /// Of services: their own, and those of X-Road.
        var paths = ShardedIndex()
        var apiKeys = ShardedIndex()
        var certificates = ShardedIndex()
        var clients = ShardedIndex()
        var signers = ShardedIndex()
    }

    let parts: Parts

    init(_ parts: Parts) {
        self.parts = parts
    }

    /// Everything from nothing.
    package convenience init(_ table: Table) throws(TableFault) {
        try self.init(TableChange(whole: table))
    }

    /// - Parameter old: the table of before: what has been counted and seen of grants and instances goes on.
    package convenience init(_ change: TableChange, after old: CompiledTable? = nil) throws(TableFault) {
        var draft = TableDraft(change, after: old)
        while try draft.work(rows: .max) {}
        self.init(draft.parts)
    }
}

extension CompiledTable.Parts {
    /// What a whole table does not name.
    func notNamed(in change: TableChange) -> TableChange.Gone {
        var gone = TableChange.Gone()
        if !consumers.isEmpty {
            let ids = Set(change.consumers.map(\.id))
            gone.consumers = consumers.all.map(\.consumer.id).filter { !ids.contains($0) }
        }
        if !services.isEmpty {
            let ids = Set(change.services.map(\.id))
            gone.services = services.all.map(\.service.id).filter { !ids.contains($0) }
        }
        if !grants.isEmpty {
            let ids = Set(change.grants.map(\.id))
            gone.grants = grants.all.map(\.grant.id).filter { !ids.contains($0) }
        }
        return gone
    }

    /// False when another has it.
    mutating func add(_ credential: Credential, at place: Int) -> Bool {
        switch credential {
        case .apiKey(let digest): apiKeys.insert(digest, place) == nil
        case .certificate(let digest): certificates.insert(digest, place) == nil
        case .oauthClient(let client): clients.insert(Array(client.utf8), place) == nil
        case .signer(let key): signers.insert(Array(key.utf8), place) == nil
        }
    }

    /// Of those that it shows, what is not another's by now.
    mutating func removeCredentials(of consumer: Consumer, at place: Int) {
        for credential in consumer.credentials {
            switch credential {
            case .apiKey(let digest): if apiKeys.find(digest) == place { apiKeys.remove(digest) }
            case .certificate(let digest): if certificates.find(digest) == place { certificates.remove(digest) }
            case .oauthClient(let client): if clients.find(client) == place { clients.remove(Array(client.utf8)) }
            case .signer(let key): if signers.find(key) == place { signers.remove(Array(key.utf8)) }
            }
        }
    }

    mutating func removePaths(of service: Service) {
        paths.remove(Array(service.path.utf8))
        paths.remove(Array(service.xroadPath.utf8))
    }
}

/// Who is it?
extension CompiledTable {
    func consumer(apiKey digest: UnsafeRawBufferPointer) -> CompiledConsumer? { consumer(parts.apiKeys.find(digest)) }

    func consumer(certificate digest: UnsafeRawBufferPointer) -> CompiledConsumer? {
        consumer(parts.certificates.find(digest))
    }

    func consumer(oauthClient client: String) -> CompiledConsumer? { consumer(parts.clients.find(client)) }
    func consumer(signer key: String) -> CompiledConsumer? { consumer(parts.signers.find(key)) }
    func consumer(id: String) -> CompiledConsumer? { consumer(parts.consumerIDs.find(id)) }

    private func consumer(_ place: Int?) -> CompiledConsumer? { place.flatMap { parts.consumers[$0] } }
}

/// What do they ask, and may they?
extension CompiledTable {
    /// The service whose path begins this one, and where the rest begins.
    func service(_ path: UnsafeRawBufferPointer) -> (place: Int, rest: Int)? {
        var hash = BytesHash()
        var found: (place: Int, rest: Int)?
        for end in 0..<path.count {
            if path[end] == UInt8(ascii: "/"), end > 0,
                let place = parts.paths.find(UnsafeRawBufferPointer(rebasing: path[..<end]), hash)
            {
                found = (place, end)
            }
            hash = hash.adding(path[end])
        }
        return found
    }

    /// The service of this id.
    func service(id: String) -> CompiledOffer? { parts.serviceIDs.find(id).flatMap { parts.services[$0] } }

    /// The node at which a service stands; nil for one of ours.
    package func node(ofService id: String) -> String? { service(id: id)?.service.upstreams.first?.node }

    /// Whether calls are still sent to this instance.
    func sends(to instance: Instance) -> Bool {
        guard let place = parts.paths.find(instance.xroadPath), let offer = parts.services[place] else { return false }
        return offer.instances.contains { $0 === instance }
    }

    /// Why a call of the operation of this id under a grant of this table or of one before may not go on; nil when it
    /// may.
    func refusal(of grant: CompiledGrant, for operation: String, at now: Instant) -> Refusal? {
        guard let known = parts.grantIDs.find(grant.grant.id).flatMap({ parts.grants[$0] })?.grant,
            known.consumer == grant.grant.consumer, known.service == grant.grant.service
        else { return .noGrant }
        return switch known.standing(at: now) {
        case .inForce: known.operations?.contains(operation) != false ? nil : .operationNotGranted
        case .suspended: .grantSuspended
        case .early: .grantNotInForce
        case .over: .noGrant
        }
    }

    enum GrantAnswer {
        case grant(CompiledGrant)
        /// There is none, or none any more.
        case none
        /// There are grants, but not for this operation.
        case otherOperations
        /// There is one that begins later.
        case notInForce
        /// There is one that is suspended.
        case suspended

        /// What a call is told for which there is no grant.
        var refusal: Refusal? {
            switch self {
            case .grant: nil
            case .none: .noGrant
            case .otherOperations: .operationNotGranted
            case .notInForce: .grantNotInForce
            case .suspended: .grantSuspended
            }
        }
    }

    /// With which code a call of an operation is refused for want of a grant; nil when there is one.
    package func refusalCode(
        consumer: String, service: String, operation: String, at now: Instant
    ) -> String? {
        guard let consumer = self.consumer(id: consumer) else { return Refusal.unknownCaller.code }
        guard let place = parts.serviceIDs.find(service), let offer = parts.services[place] else {
            return Refusal.unknownService.code
        }
        guard let number = offer.service.operations.firstIndex(where: { $0.id == operation }) else {
            return Refusal.unknownOperation.code
        }
        return consumer.grant(for: place, number, named: nil, at: now).refusal?.code
    }

    /// What the table says, for whoever compares it with what it was compiled from.
    ///
    /// - Returns: the id of the grant under which the consumer may call, nil when it may not.
    package func grantFor(consumer id: String, method: String, path: String, at now: Instant) -> String? {
        guard let consumer = consumer(id: id) else { return nil }
        let (path, method) = (Array(path.utf8), Array(method.utf8))
        return path.withUnsafeBytes { path -> String? in
            guard let (place, rest) = service(path), let service = parts.services[place] else { return nil }
            let below = UnsafeRawBufferPointer(rebasing: path[rest...])
            guard PathRules.fault(below) == nil,
                case .operation(let operation) = method.withUnsafeBytes({ service.tree.match(below, method: $0) }),
                case .grant(let grant) = consumer.grant(for: place, operation, named: nil, at: now)
            else { return nil }
            return grant.grant.id
        }
    }
}

extension CompiledConsumer {
    /// The first grant in force that covers the operation, or the one that the caller names.
    func grant(
        for service: Int, _ operation: Int, named name: UnsafeRawBufferPointer?, at now: Instant
    ) -> CompiledTable.GrantAnswer {
        guard let held = held[service] else { return .none }
        var answer = CompiledTable.GrantAnswer.none
        for grant in held {
            if let name, !grant.isNamed(name) { continue }
            let standing = grant.grant.standing(at: now)
            switch (standing, answer) {
            case (.over, _): continue
            case _ where !grant.covers(operation): if case .none = answer { answer = .otherOperations }
            case (.inForce, _): return .grant(grant)
            case (.suspended, _): answer = .suspended
            case (.early, .suspended): continue
            case (.early, _): answer = .notInForce
            }
        }
        return answer
    }
}
