import Database
import Identity
package import StrictJSON
import Vocabulary
import Web

/// What an application has already of a service at another node: a request that was made from here, or a grant that
/// node gave by itself. Calls go under the first grant that is in force, by the ids that they have there.
enum FarOverlap: Sendable {
    case asked(FarRequest)
    case given(HeldGrant)

    /// As lists name it.
    var id: String {
        switch self {
        case .asked(let far): far.id.text
        case .given(let held): held.id.text
        }
    }

    var path: Link {
        switch self {
        case .asked(let far): "/exchange/requests/\(far.id)"
        case .given(let held): "/exchange/held/\(held.node)/\(held.id)"
        }
    }

    var application: ID<Application> {
        switch self {
        case .asked(let far): far.application
        case .given(let held): held.application
        }
    }

    fileprivate var terms: GrantTerms {
        switch self {
        case .asked(let far): far.standing?.terms ?? far.request.terms
        case .given(let held): held.standing.terms
        }
    }

    /// Its id at the node that gave it, where it is in force.
    fileprivate var used: String? {
        let standing: RequestStanding? =
            switch self {
            case .asked(let far): far.standing
            case .given(let held): held.standing
            }
        return standing?.state == .active ? standing?.grant.text : nil
    }

    /// Whether it is, or may be, of use: neither over nor given up from here.
    fileprivate var lasts: Bool {
        switch self {
        case .asked(let far): far.isOpen && far.wish != .end && far.wish != .withdraw
        case .given(let held): held.isOpen && held.givenBack == nil
        }
    }

    fileprivate func isOf(_ service: String, at node: ID<Organisation>) -> Bool {
        switch self {
        case .asked(let far): far.request.provider == node && far.request.service == service
        case .given(let held): held.node == node && held.service == service
        }
    }
}

/// One of these with those that meet it.
struct FarOverlaps: Sendable {
    let own: FarOverlap
    /// The one that is used first.
    let others: [FarOverlap]

    /// Under which of all of them calls go; nil while none is in force.
    var used: String? { ([own] + others).filter { $0.used != nil }.min { $0.comes(before: $1) }?.id }
}

extension FarOverlap {
    fileprivate func comes(before other: FarOverlap) -> Bool {
        switch (used, other.used) {
        case (let one?, let two?): one < two
        case (_?, nil): true
        case (nil, _?): false
        case (nil, nil): id < other.id
        }
    }
}

extension Exchange {
    /// What an application has, or has asked for, of a service at another node.
    func had(
        by application: ID<Application>, of service: String, at node: ID<Organisation>, in tx: any Transaction
    ) throws -> [FarOverlap] {
        let all =
            try FarRequestStore.made(for: application, in: tx).map { FarOverlap.asked($0) }
            + HeldStore.open(for: application, in: tx).map { FarOverlap.given($0) }
        return all.filter { $0.lasts && $0.isOf(service, at: node) }.sorted { $0.comes(before: $1) }
    }

    /// Nil for one that is over, or that meets no other.
    private func overlaps(
        of own: FarOverlap, _ service: String, at node: ID<Organisation>
    ) async throws -> FarOverlaps? {
        guard own.lasts else { return nil }
        let all = try await database.read { [self] in try had(by: own.application, of: service, at: node, in: $0) }
        let others = all.filter { $0.id != own.id && $0.terms.meets(own.terms) }
        return others.isEmpty ? nil : FarOverlaps(own: own, others: others)
    }

    func overlaps(of far: FarRequest) async throws -> FarOverlaps? {
        try await overlaps(of: .asked(far), far.request.service, at: far.request.provider)
    }

    func overlaps(of held: HeldGrant) async throws -> FarOverlaps? {
        try await overlaps(of: .given(held), held.service, at: held.node)
    }

    /// As a program reads of a request that it made: `overlaps` and `used`, as of a grant of this node.
    package func farOverlapJSON(of id: String) async throws -> (overlaps: JSON, used: JSON) {
        let found = try await overlaps(of: try await farRequest(ID(id)).0)
        return (.array((found?.others ?? []).map { .string($0.id) }), .string(orNull: found?.used))
    }

    func overlapBanner(_ page: Page, _ found: FarOverlaps?) -> HTML {
        guard let found else { return "" }
        let lead: Phrase =
            switch found.used {
            case nil: .firstWillBeUsed
            case found.own.id: .thisIsUsed
            default: .otherIsUsed
            }
        return banner(
            page, .warning, .farOverlapTitle,
            "<p>\(page[lead])</p><ul>\(each: found.others, { "<li>\(overlapLine(page, $0))</li>" })</ul>")
    }

    /// Before somebody asks: what the applications that they may choose have already.
    func hadBanner(
        _ page: Page, _ applications: [Application], _ service: String, at node: ID<Organisation>,
        _ register: OrganisationRegister
    ) async throws -> HTML {
        let had = try await database.read { [self] tx in
            try applications.flatMap { application in
                try self.had(by: application.id, of: service, at: node, in: tx).map { (application, $0) }
            }
        }
        guard !had.isEmpty else { return "" }
        return banner(
            page, .warning, .isHadAlready,
            """
            <p>\(page[.isHadLead])</p>
            <ul>\(each: Array(had.prefix(50)), {
                "<li>\(applicationTitle(page, $0.0, register)): \(overlapLine(page, $0.1))</li>"
            })</ul>
            """)
    }

    private func overlapLine(_ page: Page, _ one: FarOverlap) -> HTML {
        let (tag, operations): (HTML, [String]?) =
            switch one {
            case .asked(let far): (farTag(page, far), one.terms.operations)
            case .given(let held): (heldTag(page, held), one.terms.operations)
            }
        let what = operations?.prefix(10).joined(separator: ", ") ?? page[.allOperations]
        return "<a href=\"\(link: one.path)\"><code>\(one.id)</code></a> \(tag) <code>\(what)</code>"
    }
}

extension Phrase {
    static let farOverlapTitle = Phrase(
        vi: "Ứng dụng này đã có, hoặc đã đề nghị, quyền cho cùng thao tác",
        en: "The application has, or has asked for, the same operations already")
    static let firstWillBeUsed = Phrase(
        vi: "Chưa quyền nào hiệu lực. Khi nhiều quyền cùng hiệu lực, cổng dùng quyền được đề nghị trước:",
        en: "None is in force yet. When several are, calls go under the one that was asked for first:")
    static let isHadAlready = Phrase(
        vi: "Dịch vụ này đã được cấp hoặc đang được đề nghị", en: "This service is granted or asked for already")
    static let isHadLead = Phrase(
        vi: "Một đề nghị nữa cho cùng thao tác chỉ cần khi quyền đã có không đủ:",
        en: "Another request for the same operations is needed only where these are not enough:")
}
