import Testing
import Vocabulary
package import Web

/// What one door answered to one visitor.
package struct Knock: Sendable {
    package let route: Route
    package let status: Int
    package let location: String?

    /// Whether the guard let the visitor in: whatever the room said then.
    package var isOpen: Bool {
        if status == 401 || status == 403 { return false }
        return !(status == 303 && (location ?? "").hasPrefix("/sign-in"))
    }
}

extension Visitor {
    /// Knocks at every door of the site, with empty forms and `fill` for every `{name}`.
    ///
    /// A test compares `isOpen` with what the policies say of this visitor and the door's permission.
    package func walk(fill: String = "1") async -> [Knock] {
        var knocks: [Knock] = []
        for route in doors {
            let path = route.pattern.split(separator: "/").map { $0.hasPrefix("{") ? fill : String($0) }
            let target = "/" + path.joined(separator: "/")
            let answered =
                route.method == .post && [.form, .action].contains(route.kind)
                ? await post(target) : await send(route.method, target)
            knocks.append(Knock(route: route, status: answered.status, location: answered.location))
        }
        return knocks
    }
}
