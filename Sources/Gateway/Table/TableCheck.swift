/// What must hold within each consumer, service and grant; that no two share what only one may have shows when they
/// are put together.
extension Table {
    static func check(_ id: String, of what: StaticString) throws(TableFault) {
        guard (1...64).contains(id.utf8.count), id.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw TableFault(kind: .invalid, subject: id, reason: "no id of a \(what)")
        }
    }

    static func check(_ consumer: Consumer) throws(TableFault) {
        try check(consumer.id, of: "consumer")
        guard consumer.name.isSpeakable else {
            throw TableFault(kind: .invalid, subject: consumer.id, reason: "no X-Road name: \(consumer.name)")
        }
        for credential in consumer.credentials {
            switch credential {
            case .apiKey(let digest), .certificate(let digest):
                guard digest.count == 32 else {
                    throw TableFault(kind: .invalid, subject: consumer.id, reason: "a SHA-256 has 32 bytes")
                }
            case .oauthClient, .signer: break
            }
        }
    }

    static func check(_ service: Service) throws(TableFault) {
        try check(service.id, of: "service")
        let segments = service.path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard service.path.hasPrefix("/"), segments.allSatisfy({ SubsystemName.isPart(String($0)) }),
            segments.first != "r1"
        else { throw TableFault(kind: .invalid, subject: service.id, reason: "no path of a service: \(service.path)") }
        guard service.provider.isSpeakable, SubsystemName.isPart(service.code) else {
            throw TableFault(kind: .invalid, subject: service.id, reason: "no X-Road name: \(service.xroadPath)")
        }
        for upstream in service.upstreams {
            let path = upstream.basePath
            guard !upstream.host.isEmpty, upstream.host.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x2F }),
                (1...65_535).contains(upstream.port),
                path.isEmpty || path.hasPrefix("/") && !path.hasSuffix("/"),
                path.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x3F && $0 != 0x23 })
            else { throw TableFault(kind: .invalid, subject: service.id, reason: "no address: \(upstream.host)") }
        }
        let limits = service.limits
        if let path = limits.healthPath {
            guard path.hasPrefix("/"), path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw TableFault(kind: .invalid, subject: service.id, reason: "no path to ask: \(path)")
            }
        }
        guard limits.requestBytes >= 0, limits.responseBytes > 0, limits.connectSeconds > 0, limits.answerSeconds > 0,
            limits.wholeSeconds > 0, (1...5).contains(limits.tries), limits.failuresToEject > 0,
            limits.ejectSeconds > 0,
            limits.healthSeconds >= 1
        else { throw TableFault(kind: .invalid, subject: service.id, reason: "a limit that cannot be kept") }
    }

    static func check(_ grant: Grant) throws(TableFault) {
        try check(grant.id, of: "grant")
        if let rate = grant.rate,
            !(rate.perSecond >= 0.001 && rate.perSecond <= 1e9 && (1...1_000_000).contains(rate.burst))
        {
            throw TableFault(kind: .invalid, subject: grant.id, reason: "no rate: \(rate.perSecond) a second")
        }
        if let quota = grant.quota, quota.calls < 0 || !(1...366 * 86_400).contains(quota.windowSeconds) {
            throw TableFault(kind: .invalid, subject: grant.id, reason: "no quota: \(quota.calls)")
        }
    }
}
