import Crypto
import Vocabulary

/// Who published at another node, as the log here names it: `node:H42/9f86d081884c7d65`.
///
/// The mark behind the node tells its publishers apart without naming them. It travels in the id of the fact, so that
/// what one publisher calls (source, id) takes nobody else's place, here or on the way.
enum ForeignPublisher {
    private static let factWord = "event--"
    private static let nodeWord = "node:"
    private static let markLength = 16

    /// `event--MARK-DIGEST`: of the publisher, and of what it calls (source, id).
    static func factID(of event: StoredEvent) -> String {
        let mark = Hex.encode(SHA256.hash(data: Array(event.publisher.utf8)).prefix(markLength / 2))
        let name = SHA256.hash(data: Array(event.source.utf8) + [0] + Array(event.id.utf8))
        return factWord + mark + "-" + Hex.encode(name.prefix(16))
    }

    /// Facts without a mark, as nodes of before send them, have one publisher a node.
    static func name(_ factID: String, at node: ID<Organisation>) -> String {
        let mark = factID.dropFirst(factWord.count).prefix { $0 != "-" }
        let isMarked = factID.hasPrefix(factWord) && mark.utf8.count == markLength && Hex.decode(String(mark)) != nil
        return nodeWord + node.text + (isMarked ? "/" + mark : "")
    }

    /// The node of a publisher; nil for an application of here.
    static func node(of publisher: String) -> ID<Organisation>? {
        guard publisher.hasPrefix(nodeWord) else { return nil }
        return ID(String(publisher.dropFirst(nodeWord.count).prefix { $0 != "/" }))
    }
}
