/// What a door asks for, as `room.verb`: `incidents.report`.
///
/// A permission is only a name. Whether somebody has it is answered by `decide` in the room `Identity`.
package struct Permission: Sendable, Hashable {
    package let name: String

    package init(_ name: String) {
        self.name = name
    }

    /// Open to strangers: the sign-in page, style sheets, health.
    package static let everyone = Permission("everyone")

    /// Open to whoever is signed in, whatever the role.
    package static let signedIn = Permission("signedIn")
}
