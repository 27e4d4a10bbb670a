package import Database
package import Vocabulary

/// To whom the origin addresses an object: groups, organisations named one by one, or both.
///
/// Who really gets it is for `audience` to say: the label may allow fewer.
package struct Recipients: Sendable, Hashable {
    package let groups: Set<Group>
    package let named: Set<ID<Organisation>>

    package init(groups: Set<Group> = [], named: Set<ID<Organisation>> = []) {
        self.groups = groups
        self.named = named
    }

    package enum Group: String, Sendable, Hashable, CaseIterable {
        /// Cụm: the members of the cluster, without the national coordinator.
        case cluster
        /// Mạng lưới: whoever is on the roster, the national coordinator too.
        case network
    }

    /// Everybody on the roster.
    package static let network = Recipients(groups: [.network])
    /// The members of the cluster, and nobody else.
    package static let cluster = Recipients(groups: [.cluster])
    /// Nobody: the object stays at home.
    package static let nobody = Recipients()

    package static func named(_ organisations: Set<ID<Organisation>>) -> Recipients {
        Recipients(named: organisations)
    }

    /// The cluster and some outside it: `.cluster(and: [ID("VNCERT")])`.
    package static func cluster(and organisations: Set<ID<Organisation>>) -> Recipients {
        Recipients(groups: [.cluster], named: organisations)
    }

    package var isNobody: Bool { groups.isEmpty && named.isEmpty }
}

/// One spelling for one value, as it is signed and stored: groups sorted with a leading `@`, then codes sorted,
/// `@cluster,H40,VNCERT`; empty for nobody.
extension Recipients: CustomStringConvertible, Bindable, Readable {
    package var description: String {
        (groups.map { "@\($0.rawValue)" }.sorted() + named.map(\.text).sorted()).joined(separator: ",")
    }

    /// Nil unless `text` is the one spelling of a value.
    package init?(_ text: String) {
        var groups: Set<Group> = []
        var named: Set<ID<Organisation>> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) where !text.isEmpty {
            if part.hasPrefix("@") {
                guard let group = Group(rawValue: String(part.dropFirst())) else { return nil }
                groups.insert(group)
            } else {
                guard isOrganisationCode(part) else { return nil }
                named.insert(ID(String(part)))
            }
        }
        self.init(groups: groups, named: named)
        guard description == text else { return nil }
    }

    package var sqlValue: Value { .text(description) }

    package init?(sqlValue: Value) {
        guard case .text(let text) = sqlValue else { return nil }
        self.init(text)
    }
}

/// 1 to 32 of `A–Z a–z 0–9 . - _`, such as `H40`, `VNCERT`, `000.00.00.H40`.
package func isOrganisationCode(_ text: some StringProtocol) -> Bool {
    (1...32).contains(text.utf8.count)
        && text.utf8.allSatisfy { unit in
            switch unit {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
}
