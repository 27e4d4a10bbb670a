/// One message of a live stream: WHATWG HTML §9.2.
package struct ServerEvent: Sendable, Hashable {
    /// Its sequence number: the browser sends the last one it had when it comes back.
    package let sequence: Int64
    /// One word; scripts listen for it.
    package let name: String
    /// Any text, mostly JSON.
    package let data: String

    package init(sequence: Int64, name: String = "message", data: String) {
        self.sequence = sequence
        self.name = name
        self.data = data
    }

    /// As it goes over the wire. A line end inside `data` begins another `data:` line.
    var wire: String {
        let word = name.filter { !$0.isNewline }
        let lines = data.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
        return "id: \(sequence)\nevent: \(word)\n" + lines.map { "data: \($0)\n" }.joined() + "\n"
    }
}
