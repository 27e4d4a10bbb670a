package import Vocabulary

/// A table made ready to be asked on the hot path: lookups on bytes where they lie, nothing allocated for a call.
package final class CompiledTable: Sendable {
    let consumers: [Consumer]
    /// `truc-consumer: …` of each, and line breaks around it.
    let consumerFields: [[UInt8]]
    let services: [CompiledOffer]
    let grants: [CompiledGrant]
    private let paths: BytesIndex
    private let apiKeys: BytesIndex
    private let certificates: BytesIndex
    private let clients: [String: Int]
    private let signers: [String: Int]
    /// Grants by consumer and service, in the order of the table.
    private let held: [UInt64: [Int32]]

    /// - Parameter old: the table of before: what has been counted and seen of grants and instances goes on.
    package convenience init(_ table: Table, after old: CompiledTable? = nil) throws(TableFault) {
        try self.init(table, after: old, quotas: nil)
    }

    init(_ table: Table, after old: CompiledTable?, quotas: QuotaBook?) throws(TableFault) {
        try Table.check(table)
        consumers = table.consumers
        consumerFields = table.consumers.map { Array("\r\ntruc-consumer: \($0.id)\r\n".utf8) }
        let before = Dictionary(
            (old?.services ?? []).map { ($0.service.id, $0) }, uniquingKeysWith: { first, _ in first })
        var services: [CompiledOffer] = []
        for service in table.services {
            services.append(try CompiledOffer(service, after: before[service.id]))
        }
        self.services = services
        let consumerPlaces = CompiledTable.places(table.consumers.map(\.id))
        let servicePlaces = CompiledTable.places(table.services.map(\.id))
        let known = Dictionary((old?.grants ?? []).map { ($0.grant.id, $0) }, uniquingKeysWith: { first, _ in first })
        var grants: [CompiledGrant] = []
        var held: [UInt64: [Int32]] = [:]
        for grant in table.grants {
            guard let consumer = consumerPlaces[grant.consumer], let service = servicePlaces[grant.service] else {
                throw TableFault(
                    kind: .unknown, subject: grant.id,
                    reason: "no consumer \(grant.consumer) or service \(grant.service)")
            }
            held[CompiledTable.key(consumer, service), default: []].append(Int32(grants.count))
            grants.append(
                try CompiledGrant(
                    grant, consumer: table.consumers[consumer], service: services[service], after: known[grant.id],
                    quotas: quotas))
        }
        (self.grants, self.held) = (grants, held)
        paths = BytesIndex(
            services.enumerated().flatMap { place, service in
                [(Array(service.service.path.utf8), place), (Array(service.service.xroadPath.utf8), place)]
            })
        var keys: [(key: [UInt8], value: Int)] = []
        var shown: [(key: [UInt8], value: Int)] = []
        var (clients, signers) = ([String: Int](), [String: Int]())
        for (place, consumer) in table.consumers.enumerated() {
            for credential in consumer.credentials {
                switch credential {
                case .apiKey(let digest): keys.append((digest, place))
                case .certificate(let digest): shown.append((digest, place))
                case .oauthClient(let client): clients[client] = place
                case .signer(let key): signers[key] = place
                }
            }
        }
        (apiKeys, certificates, self.clients, self.signers) = (BytesIndex(keys), BytesIndex(shown), clients, signers)
    }

    private static func places(_ ids: [String]) -> [String: Int] {
        Dictionary(ids.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private static func key(_ consumer: Int, _ service: Int) -> UInt64 { UInt64(consumer) << 32 | UInt64(service) }
}

/// Who is it?
extension CompiledTable {
    func consumer(apiKey digest: UnsafeRawBufferPointer) -> Int? { apiKeys.find(digest) }
    func consumer(certificate digest: UnsafeRawBufferPointer) -> Int? { certificates.find(digest) }
    func consumer(oauthClient client: String) -> Int? { clients[client] }
    func consumer(signer key: String) -> Int? { signers[key] }
}

/// What do they ask, and may they?
extension CompiledTable {
    /// The service whose path begins this one, and where the rest begins.
    func service(_ path: UnsafeRawBufferPointer) -> (service: Int, rest: Int)? {
        var hash = BytesHash()
        var found: (service: Int, rest: Int)?
        for end in 0..<path.count {
            if path[end] == UInt8(ascii: "/"), end > 0,
                let service = paths.find(UnsafeRawBufferPointer(rebasing: path[..<end]), hash)
            {
                found = (service, end)
            }
            hash = hash.adding(path[end])
        }
        return found
    }

    enum GrantAnswer: Equatable {
        case grant(Int)
        case none
        /// There are grants, but not for this operation.
        case otherOperations
        /// There is one, but not today.
        case notInForce
    }

    /// The first grant in force that covers the operation, or the one that the caller names.
    func grant(
        consumer: Int, service: Int, operation: Int, named name: UnsafeRawBufferPointer?, at now: Instant
    ) -> GrantAnswer {
        guard let held = held[CompiledTable.key(consumer, service)] else { return .none }
        var answer = GrantAnswer.none
        for place in held {
            let grant = grants[Int(place)]
            if let name, !grant.isNamed(name) { continue }
            guard grant.covers(operation) else {
                if answer == .none { answer = .otherOperations }
                continue
            }
            guard grant.grant.from <= now, now < grant.grant.until else {
                answer = .notInForce
                continue
            }
            return .grant(Int(place))
        }
        return answer
    }

    /// What the table says, for whoever compares it with what it was compiled from.
    ///
    /// - Returns: the id of the grant under which the consumer may call, nil when it may not.
    package func grantFor(consumer id: String, method: String, path: String, at now: Instant) -> String? {
        guard let consumer = consumers.firstIndex(where: { $0.id == id }) else { return nil }
        let (path, method) = (Array(path.utf8), Array(method.utf8))
        return path.withUnsafeBytes { path -> String? in
            guard let (service, rest) = service(path) else { return nil }
            let below = UnsafeRawBufferPointer(rebasing: path[rest...])
            guard PathRules.fault(below) == nil,
                case .operation(let operation) = method.withUnsafeBytes({
                    services[service].tree.match(below, method: $0)
                }),
                case .grant(let grant) = grant(
                    consumer: consumer, service: service, operation: operation, named: nil, at: now)
            else { return nil }
            return grants[grant].grant.id
        }
    }
}
