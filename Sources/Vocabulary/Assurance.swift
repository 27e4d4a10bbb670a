/// How surely somebody was recognised, by what, and when (mức bảo đảm xác thực).
package struct Assurance: Sendable, Hashable {
    /// 0: not at all. 1: by one factor, a password. 2: by two factors, or by a passkey that verified its user. Of a
    /// guest: what the node at home says that it was.
    package let level: Int
    /// How, in the words of RFC 8176: `pwd`, `otp`, `hwk`, `swk`, `user`, `mfa`.
    package let methods: [String]
    /// When it was last proved; OpenID Connect's `auth_time`.
    package let at: Instant

    package init(level: Int, methods: [String], at: Instant) {
        self.level = level
        self.methods = methods
        self.at = at
    }

    /// Nobody was recognised: strangers, nodes.
    package static let none = Assurance(level: 0, methods: [], at: Instant(milliseconds: 0))

    /// Whether it is as high as `level` and was proved within the last `seconds`.
    package func holds(level wanted: Int, withinSeconds seconds: Int64, at now: Instant) -> Bool {
        level >= wanted && now < at.adding(seconds: seconds)
    }
}
