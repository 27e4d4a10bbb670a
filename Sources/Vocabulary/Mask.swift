/// Personal data with just enough left to tell two apart (che dữ liệu cá nhân).
package enum Mask {
    /// `Người Báo Mẫu` becomes `N••• B••• M•••`.
    package static func name(_ name: String) -> String {
        name.split(separator: " ").map { "\($0.prefix(1))•••" }.joined(separator: " ")
    }

    /// Of a number the last three digits.
    package static func phone(_ phone: String) -> String {
        let digits = phone.filter(\.isNumber)
        return phone.isEmpty ? "" : digits.count > 6 ? "•••\(digits.suffix(3))" : "•••"
    }

    /// The first letter, and whose server it is.
    package static func email(_ email: String) -> String {
        guard let at = email.lastIndex(of: "@"), at > email.startIndex else { return text(email) }
        return "\(email.prefix(1))•••\(email[at...])"
    }

    package static func text(_ text: String) -> String { text.isEmpty ? "" : "•••" }
}
