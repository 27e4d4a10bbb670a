import Crypto
import Gateway
import Vocabulary

/// As many services as grants, each for a consumer of its own; the first of each is the one that is called.
struct AxisTable: Sendable {
    let backend: Int
    let basePath: String
    let grants: Int
    let evidence: EvidenceClass

    /// - Parameter round: makes tables differ, as an edited grant would.
    func make(_ round: Int) -> Table {
        var table = Table()
        for number in 0..<max(grants, 1) {
            let provider = SubsystemName(instance: "VN", memberClass: "GOV", member: "H36", subsystem: "s\(number)")
            let client = SubsystemName(instance: "VN", memberClass: "GOV", member: "H42", subsystem: "c\(number)")
            let key = Array(SHA256.hash(data: Array("bench-key-\(number)".utf8)))
            table.consumers.append(Consumer(id: "c\(number)", name: client, credentials: [.apiKey(sha256: key)]))
            table.services.append(
                Service(
                    id: "s\(number)", provider: provider, code: "items", path: "/s\(number)/v1",
                    operations: [
                        Operation(id: "list", method: "GET", template: "/items"),
                        Operation(id: "read", method: "GET", template: "/items/{item}"),
                        Operation(id: "store", method: "PUT", template: "/items/{item}"),
                    ],
                    upstreams: [
                        Upstream(host: "127.0.0.1", port: backend, basePath: basePath, mayBePrivate: true)
                    ]))
            table.grants.append(grant(number, round))
        }
        return table
    }

    private func grant(_ number: Int, _ round: Int) -> Grant {
        Grant(
            id: "g\(number)", consumer: "c\(number)", service: "s\(number)", purpose: "Đo hiệu năng, lần \(round)",
            legalBasis: "47/2020/NĐ-CP", rate: Rate(perSecond: 1e6, burst: 1_000_000),
            quota: Quota(calls: 1 << 50, windowSeconds: 86_400), from: Instant(milliseconds: 0),
            until: Instant(milliseconds: 1 << 46), evidence: evidence)
    }

    /// So many grants as the round has them, other ones in each round.
    func change(_ round: Int, rows: Int) -> TableChange {
        var change = TableChange()
        change.grants = (0..<rows).map { grant((round * rows + $0) % max(grants, 1), round) }
        return change
    }
}
