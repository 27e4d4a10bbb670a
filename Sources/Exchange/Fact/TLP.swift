package import Database

/// Nhãn hạn chế chia sẻ: the five labels of the Traffic Light Protocol 2.0 (FIRST, August 2022), mildest first.
package enum TLP: String, Sendable, Hashable, CaseIterable, Comparable, Bindable, Readable {
    case clear = "TLP:CLEAR"
    case green = "TLP:GREEN"
    case amber = "TLP:AMBER"
    case amberStrict = "TLP:AMBER+STRICT"
    case red = "TLP:RED"

    /// Reads a label that somebody else wrote: `tlp:white` (TLP 1.0) is CLEAR; whatever claims to be a TLP label but is
    /// none of the five is RED, so that a slip of the pen never widens an audience.
    package init(written label: String) {
        self = TLP(rawValue: label.uppercased()) ?? (label.uppercased() == "TLP:WHITE" ? .clear : .red)
    }

    /// What holds when an object carries several labels: the strictest. None at all: AMBER.
    package static func strictest(_ labels: some Sequence<TLP>) -> TLP {
        labels.max() ?? .amber
    }

    package static func < (milder: TLP, stricter: TLP) -> Bool {
        milder.strictness < stricter.strictness
    }

    private var strictness: Int {
        switch self {
        case .clear: 0
        case .green: 1
        case .amber: 2
        case .amberStrict: 3
        case .red: 4
        }
    }
}
