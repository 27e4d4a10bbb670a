import Vocabulary

/// A trie over path segments. A literal segment goes before `{name}`, and that before `{name...}`, which stands last
/// and takes all that is left, slashes included.
struct Routes: Sendable {
    private final class Node: Sendable {
        let literals: [String: Node]
        let parameter: Node?
        let rest: Node?
        let doors: [Method: Door]

        init(literals: [String: Node] = [:], parameter: Node? = nil, rest: Node? = nil, doors: [Method: Door] = [:]) {
            self.literals = literals
            self.parameter = parameter
            self.rest = rest
            self.doors = doors
        }
    }

    struct Door: Sendable {
        let route: Route
        let names: [String]
    }

    enum Match {
        case door(Route, [String: String])
        /// The path is there, the method is not.
        case otherMethods([Method])
        /// The same path without its last slash is there.
        case withoutSlash
        case none
    }

    private var root = Node()
    /// Doors whose pattern is a plain path, by it: most calls need no walk through the trie.
    private var plain: [String: [Method: Route]] = [:]
    private(set) var table: [Route] = []

    mutating func add(_ route: Route) {
        let segments = Routes.segments(route.pattern)
        let names = Routes.parameterNames(route.pattern)
        root = Routes.adding(Door(route: route, names: names), at: segments[...], to: root)
        table.append(route)
        if names.isEmpty, !route.pattern.contains("%") { plain[route.pattern, default: [:]][route.method] = route }
    }

    /// `path` as it was sent, percent-encoded.
    func match(_ method: Method, _ path: String) -> Match {
        guard path.utf8.first == UInt8(ascii: "/") else { return .none }
        if let route = plain[path]?[method] { return .door(route, [:]) }
        guard path == "/" || path.utf8.last != UInt8(ascii: "/") else {
            let shorter = String(path.dropLast())
            guard shorter.utf8.last != UInt8(ascii: "/"), !shorter.isEmpty else { return .none }
            if case .none = match(method, shorter) { return .none }
            return .withoutSlash
        }
        let raw = path == "/" ? [] : path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        var segments: [String] = []
        for segment in raw {
            guard !segment.isEmpty, let plain = PercentCoding.decode(segment.utf8), plain != ".", plain != ".." else {
                return .none
            }
            segments.append(plain)
        }
        var others: Set<Method> = []
        if let (door, values) = Routes.find(method, segments[...], in: root, &others) {
            return .door(door.route, Dictionary(zip(door.names, values)) { first, _ in first })
        }
        return others.isEmpty ? .none : .otherMethods(others.sorted { $0.rawValue < $1.rawValue })
    }

    /// Whether a method means something on a path. A door for many paths takes it on some of them: those it documents.
    /// What a literal documents is no name of another: `/Users/.search` is nobody's id.
    func takes(_ method: Method, _ path: String) -> Bool {
        guard case .door(let route, _) = match(method, path), let own = Routes.names(route, path) else { return false }
        guard own > 0 else { return true }
        return Method.allCases.allSatisfy { other in
            guard case .door(let route, _) = match(other, path), let names = Routes.names(route, path) else {
                return true
            }
            return names >= own
        }
    }

    /// How many segments of a path stand for names at the place of the door that fits it best; nil when none does.
    private static func names(_ route: Route, _ path: String) -> Int? {
        guard let places = route.about?.places, !places.isEmpty else { return 0 }
        let sent = Routes.segments(path)
        return places.compactMap { place in
            let pattern = Routes.segments(place.path)
            let fits =
                pattern.count == sent.count && zip(pattern, sent).allSatisfy { Routes.isParameter($0) || $0 == $1 }
            return fits ? pattern.filter(Routes.isParameter).count : nil
        }.min()
    }

    private static func find(
        _ method: Method, _ segments: ArraySlice<String>, in node: Node, _ others: inout Set<Method>
    ) -> (Door, [String])? {
        guard let segment = segments.first else {
            return door(method, of: node, &others).map { ($0, []) }
        }
        if let next = node.literals[segment], let found = find(method, segments.dropFirst(), in: next, &others) {
            return found
        }
        if let next = node.parameter, let (door, values) = find(method, segments.dropFirst(), in: next, &others) {
            return (door, [segment] + values)
        }
        // A slash that was sent encoded is no separator: `..%2F..` must not become one.
        guard let rest = node.rest, !segments.contains(where: { $0.contains("/") || $0.contains("\\") }),
            let door = door(method, of: rest, &others)
        else { return nil }
        return (door, [segments.joined(separator: "/")])
    }

    private static func door(_ method: Method, of node: Node, _ others: inout Set<Method>) -> Door? {
        let door = node.doors[method] ?? (method == .head ? node.doors[.get] : nil)
        if door == nil { others.formUnion(allowed(node)) }
        return door
    }

    private static func allowed(_ node: Node) -> [Method] {
        Array(node.doors.keys) + (node.doors[.get] == nil ? [] : [.head])
    }

    private static func adding(_ door: Door, at segments: ArraySlice<String>, to node: Node) -> Node {
        guard let segment = segments.first else {
            var doors = node.doors
            doors[door.route.method] = door
            return Node(literals: node.literals, parameter: node.parameter, rest: node.rest, doors: doors)
        }
        if isRest(segment) {
            let rest = adding(door, at: [], to: node.rest ?? Node())
            return Node(literals: node.literals, parameter: node.parameter, rest: rest, doors: node.doors)
        }
        if isParameter(segment) {
            let next = adding(door, at: segments.dropFirst(), to: node.parameter ?? Node())
            return Node(literals: node.literals, parameter: next, rest: node.rest, doors: node.doors)
        }
        var literals = node.literals
        literals[segment] = adding(door, at: segments.dropFirst(), to: literals[segment] ?? Node())
        return Node(literals: literals, parameter: node.parameter, rest: node.rest, doors: node.doors)
    }

    private static func segments(_ pattern: String) -> [String] {
        pattern.split(separator: "/").map(String.init)
    }

    static func parameterNames(_ pattern: String) -> [String] {
        segments(pattern).filter(isParameter).map { String($0.dropFirst().dropLast(isRest($0) ? 4 : 1)) }
    }

    private static func isRest(_ segment: String) -> Bool {
        isParameter(segment) && segment.hasSuffix("...}")
    }

    private static func isParameter(_ segment: String) -> Bool {
        segment.hasPrefix("{") && segment.hasSuffix("}")
    }
}
