import Gateway
import StrictJSON
import Vocabulary
import Web

/// Why a subscription is given nothing of one of its types now (không được giao): it follows by a grant, which may be
/// over, be suspended or begin later. By the codes with which the gateway refuses a call.
enum Withholding: String, Sendable, Hashable, CaseIterable {
    case noGrant = "no-grant"
    case suspended = "grant-suspended"
    case early = "grant-not-in-force"

    /// - Parameter grants: those for the type, of whatever standing; the one that says most of a return counts.
    init?(_ grants: [Grant], at now: Instant) {
        var found = Withholding.noGrant
        for grant in grants {
            switch grant.standing(at: now) {
            case .inForce: return nil
            case .suspended: found = .suspended
            case .early: if found == .noGrant { found = .early }
            case .over: break
            }
        }
        self = found
    }

    var phrase: Phrase {
        switch self {
        case .noGrant:
            Phrase(vi: "không còn quyền khai thác", en: "no grant in force")
        case .suspended: Phrase(vi: "quyền khai thác đang tạm ngừng", en: "the grant is suspended")
        case .early: Phrase(vi: "quyền khai thác chưa bắt đầu", en: "the grant has not begun yet")
        }
    }

    static let schema = Schema.object(["type": .string, "reason": .oneOf(allCases.map(\.rawValue))])
}

extension Events {
    /// The types of which it is given nothing now, in order, each with why. None while nobody knows the grants.
    func withheld(from subscription: Subscription) -> [(type: String, why: Withholding)] {
        guard knowsRights else { return [] }
        let (at, application) = (now(), rights.applications[subscription.application])
        return subscription.types.sorted().compactMap { type in
            Withholding(application?.followed[type] ?? [], at: at).map { (type, $0) }
        }
    }
}
