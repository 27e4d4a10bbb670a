/// gzip, RFC 1952.
enum Gzip {
    static func compress(_ bytes: [UInt8]) -> [UInt8]? { nil }

    static func isAccepted(by request: Request) -> Bool {
        request.headers.all("accept-encoding").contains { list in
            list.split(separator: ",").contains {
                $0.trimmed.lowercased().prefix { $0 != ";" } == "gzip" && !$0.contains("q=0")
            }
        }
    }
}
