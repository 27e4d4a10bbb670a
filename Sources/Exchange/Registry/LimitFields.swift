import Gateway
import Vocabulary
import Web

/// The limits of a service on its pages.
extension Exchange {
    func limitFields(_ page: Page, _ limits: ServiceLimits) -> HTML {
        func field(_ limit: ServiceLimit) -> HTML {
            let unit = limit.pageUnit
            let value = limits.chosen(limit).map { page[.figure($0 / unit, decimals: 6, grouping: false)] }
            return textField(
                page, limit.rawValue, limit.phrase, hint: limit.hint(unit: unit), type: .decimal, required: false,
                value: value, maxLength: 20)
        }
        return formSection(
            page, .limitsOfService, hint: .limitsLead,
            """
            \(each: ServiceLimit.allCases.filter { $0 != .healthSeconds }, field)\
            \(textField(page, ServiceLimit.healthPath, .healthPath, hint: .healthPathHint, required: false,
                value: limits.healthPath, maxLength: ServiceLimit.healthPathBytes))\
            \(field(.healthSeconds))
            """)
    }

    /// What a form says: empty is what is usual, and a comma is as good as a point.
    func fill(_ limits: inout ServiceLimits, _ fields: Fields) throws(Problem) {
        var wrong: [String: Phrase] = [:]
        for limit in ServiceLimit.allCases {
            guard let text = fields[limit.rawValue] else {
                try limits.set(limit, to: nil)
                continue
            }
            do throws(Problem) {
                guard let value = Double(text.replacing(",", with: ".")) else {
                    throw Problem.invalid([limit.rawValue: limit.boundsWords])
                }
                let own = value * limit.pageUnit
                try limits.set(limit, to: limit.isCount && limit.pageUnit > 1 ? own.rounded() : own)
            } catch {
                if case .invalid(let words) = error { wrong.merge(words) { first, _ in first } }
            }
        }
        do throws(Problem) {
            try limits.setHealthPath(fields[ServiceLimit.healthPath])
        } catch {
            if case .invalid(let words) = error { wrong.merge(words) { first, _ in first } }
        }
        guard wrong.isEmpty else { throw .invalid(wrong) }
    }

    /// For reading: each limit as it holds now.
    func limitRows(_ page: Page, _ limits: ServiceLimits) -> [(Phrase, HTML)] {
        ServiceLimit.allCases.map { ($0.phrase, HTML(page[.figure(limits[$0] / $0.pageUnit)])) } + [
            (
                .healthPath,
                limits.healthPath.map { "<code>\($0)</code>" } ?? HTML(page[.connectionOnly])
            )
        ]
    }
}

extension ServiceLimit {
    /// On pages bytes are MiB.
    var pageUnit: Double {
        switch self {
        case .requestBytes, .responseBytes: Double(1 << 20)
        default: 1
        }
    }
}
