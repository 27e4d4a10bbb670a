import Database
package import StrictJSON
package import Vocabulary
import Web

/// Grants of one application for the same operations at the same time. The gateway uses the first of them, by their
/// ids, unless a call names another (`Truc-Grant`): whoever gives one more must know of it.
extension Exchange {
    /// Those in force beside this one, in the gateway's order.
    package func overlaps(of id: ID<AccessGrant>) async throws -> [AccessGrant] {
        try await database.read { tx in
            guard let grant = try GrantStore.grant(id, in: tx) else { return [] }
            return try GrantStore.held(by: grant.application, in: tx).filter { grant.overlaps($0) }.sorted {
                $0.id.text < $1.id.text
            }
        }
    }

    /// `overlaps`: ids of the grants in force beside it. `used`: the one that calls go under, it or the first of these.
    package func overlapJSON(of id: ID<AccessGrant>) async throws -> (overlaps: JSON, used: JSON) {
        let others = try await overlaps(of: id)
        let first = (others.map(\.id.text) + [id.text]).min()
        return (.array(others.map { "\($0.id)" }), .string(orNull: others.isEmpty ? nil : first))
    }

    func overlapBanner(_ page: Page, _ grant: AccessGrant) async throws -> HTML {
        let others = try await overlaps(of: grant.id)
        guard let first = others.first else { return "" }
        let used = first.id.text < grant.id.text ? first.id : grant.id
        let lead: Phrase = used == grant.id ? .thisIsUsed : .otherIsUsed
        return banner(
            page, .warning, .overlapTitle,
            """
            <p>\(page[lead])</p>
            <ul>\(each: others, {
                "<li><a href=\"\(link: "/exchange/grants/\($0.id)")\"><code>\($0.id.text)</code></a></li>"
            })</ul>
            """)
    }
}

extension AccessGrant {
    /// Whether another one is in force for the same operations while this one gives something or would.
    fileprivate func overlaps(_ other: AccessGrant) -> Bool {
        let mayGive = state == .waiting || state == .active || state == .suspended
        guard id != other.id, version == other.version, mayGive, other.state == .active else { return false }
        return terms.meets(other.terms)
    }
}

extension GrantTerms {
    /// Whether both give some operation at some time.
    func meets(_ other: GrantTerms) -> Bool {
        if let operations, let theirs = other.operations, Set(operations).isDisjoint(with: theirs) { return false }
        return max(from, other.from) < min(until, other.until)
    }
}

extension Phrase {
    static let overlapTitle = Phrase(
        vi: "Ứng dụng này còn có quyền khai thác khác cho cùng thao tác",
        en: "The application holds another grant for the same operations")
    static let otherIsUsed = Phrase(
        vi: """
            Cổng dùng quyền đầu tiên dưới đây, không dùng quyền này, trừ khi lượt gọi nêu tên nó (Truc-Grant). Muốn \
            dùng quyền này, hãy chấm dứt quyền kia:
            """,
        en: """
            The gateway uses the first of these, not this one, unless a call names it (Truc-Grant). For this one to be \
            used, end the other:
            """)
    static let thisIsUsed = Phrase(
        vi: "Cổng dùng quyền này trước các quyền dưới đây, trừ khi lượt gọi nêu tên quyền khác (Truc-Grant):",
        en: "The gateway uses this one before these, unless a call names another (Truc-Grant):")
}
