import Database
package import Vocabulary

/// What people call applications and services (tên gọi), for pages that know them by their X-Road names alone.
package struct AxisNames: Sendable {
    private(set) var applications: [String: String] = [:]
    private(set) var services: [String: Phrase] = [:]

    /// Of `VN/GOV/H23/portal`; nil for one that is not registered here.
    package func application(_ xroadName: String) -> String? { applications[xroadName] }

    /// Of `VN/GOV/H40/services/units-v1`; nil for one that is offered neither here nor, as far as is known, elsewhere.
    package func service(_ xroadName: String) -> Phrase? { services[xroadName] }

    fileprivate mutating func read(
        applications: Set<String>, services: Set<String>, in tx: any Transaction
    ) throws {
        for name in applications {
            let parts = name.split(separator: "/").map(String.init)
            guard parts.count == 4 else { continue }
            self.applications[name] = try ApplicationStore.application(parts[3], of: ID(parts[2]), in: tx)?.name
        }
        for name in services {
            guard let (organisation, code, number) = AxisNames.version(name),
                let offered = try ServiceStore.offered(code: code, number: number, in: tx),
                offered.service.organisation == organisation
            else { continue }
            self.services[name] = offered.service.name.versioned(number)
        }
    }

    fileprivate mutating func read(_ services: Set<String>, from offered: [FarOffer]) {
        for name in services where self.services[name] == nil {
            guard let (organisation, code, number) = AxisNames.version(name) else { continue }
            let found = offered.first {
                $0.organisation == organisation && $0.code == code && $0.version == number
            }
            self.services[name] = found?.name.versioned(number)
        }
    }

    /// Who provides it, its code and number: `OfferedVersion.code` is the last part of its X-Road name.
    private static func version(_ xroadName: String) -> (ID<Organisation>, code: String, number: Int)? {
        let parts = xroadName.split(separator: "/").map(String.init)
        guard parts.count == 5, let dash = parts[4].lastIndex(of: "-"), parts[4][dash...].hasPrefix("-v"),
            let number = Int(parts[4][dash...].dropFirst(2))
        else { return nil }
        return (ID(parts[2]), String(parts[4][..<dash]), number)
    }
}

extension Phrase {
    fileprivate func versioned(_ number: Int) -> Phrase { Phrase(vi: "\(vi) v\(number)", en: "\(en) v\(number)") }
}

extension Exchange {
    /// The names of those, given by their X-Road names.
    package func names(
        ofApplications applications: Set<String> = [], services: Set<String> = []
    ) async throws -> AxisNames {
        var names = try await database.read { tx in
            var names = AxisNames()
            try names.read(applications: applications, services: services, in: tx)
            return names
        }
        if services.contains(where: { names.services[$0] == nil }) {
            names.read(services, from: try await allOffered().flatMap(\.services))
        }
        return names
    }
}
