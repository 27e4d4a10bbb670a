/// What must hold within each consumer, service and grant before they are put together.
extension Table {
    static func check(_ table: Table) throws(TableFault) {
        var credentials = Set<Credential>()
        try unique(table.consumers.map(\.id), "consumer")
        try unique(table.services.map(\.id), "service")
        try unique(table.grants.map(\.id), "grant")
        for consumer in table.consumers {
            try check(consumer)
            for credential in consumer.credentials where !credentials.insert(credential).inserted {
                throw TableFault(kind: .duplicate, subject: consumer.id, reason: "shares a credential with another")
            }
        }
        var paths = Set<String>()
        for service in table.services {
            try check(service)
            for path in [service.path, service.xroadPath] where !paths.insert(path).inserted {
                throw TableFault(kind: .duplicate, subject: service.id, reason: "another service has the path \(path)")
            }
        }
        for grant in table.grants { try check(grant) }
    }

    private static func unique(_ ids: [String], _ what: String) throws(TableFault) {
        var seen = Set<String>()
        for id in ids {
            guard (1...64).contains(id.utf8.count), id.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw TableFault(kind: .invalid, subject: id, reason: "no id of a \(what)")
            }
            guard seen.insert(id).inserted else {
                throw TableFault(kind: .duplicate, subject: id, reason: "there are two \(what)s of this id")
            }
        }
    }

    private static func check(_ consumer: Consumer) throws(TableFault) {
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

    private static func check(_ service: Service) throws(TableFault) {
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

    private static func check(_ grant: Grant) throws(TableFault) {
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
