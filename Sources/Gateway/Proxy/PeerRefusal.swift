import StrictJSON

/// A refusal of the provider's node, for a consumer that does not speak X-Road as nodes do among themselves.
///
/// X-Road has neither our codes nor our statuses, so both come in a field of their own, `truc-problem: 429 rate`, which
/// no service can write; the reason is the message of the body.
struct PeerRefusal {
    static let limitBytes = 4096

    private let status: Int
    private let code: String
    private let retryAfterSeconds: Int64?
    private let allowed: [String]
    private var body: [UInt8] = []

    /// Nil when the head is that of the service's own answer.
    init?(_ bytes: UnsafeRawBufferPointer, _ head: Head) {
        guard let told = head.value(.problem)?.text(bytes) else { return nil }
        let parts = told.split(separator: " ")
        guard parts.count == 2, let status = Int(parts[0]), (400...599).contains(status), parts[1].count <= 64,
            parts[1].utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D })
        else { return nil }
        self.status = status
        code = String(parts[1])
        func field(_ name: StaticString) -> String? {
            head.lines.first {
                HeadReader.resembles(Place(Int($0.line.start), Int($0.nameEnd)).bytes(bytes), name)
            }?.value.text(bytes)
        }
        retryAfterSeconds = field("retry-after").flatMap { Int64($0) }
        allowed = field("allow")?.split(separator: ",").map { $0.trimmingSpaces() } ?? []
    }

    /// What is longer than a refusal of ours is not kept.
    mutating func add(_ content: UnsafeRawBufferPointer) {
        body.append(contentsOf: content.prefix(PeerRefusal.limitBytes - body.count))
    }

    var refusal: Refusal {
        let message = try? JSONDocument(body).root.requireString("message")
        return Refusal(
            status, code, message ?? "The provider's node refused the call.", road: "Server.ServerProxy",
            retryAfterSeconds: retryAfterSeconds, allowed: allowed)
    }
}

extension Substring {
    fileprivate func trimmingSpaces() -> String { String(drop { $0 == " " }.prefix { $0 != " " }) }
}
