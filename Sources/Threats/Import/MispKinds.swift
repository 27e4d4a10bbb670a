import Vocabulary

/// What a MISP attribute looks for, as a STIX 2.1 pattern; nil for kinds that we do not convert.
enum MispKinds {
    static func pattern(_ type: String, _ value: String) -> String? {
        let halves = value.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if let direct = single(type, value) { return "[\(direct)]" }
        let kinds = type.split(separator: "|").map(String.init)
        guard kinds.count == 2, halves.count == 2, let left = single(kinds[0], halves[0]),
            let right = single(kinds[1], halves[1])
        else { return nil }
        return "[\(left) AND \(right)]"
    }

    private static func single(_ type: String, _ value: String) -> String? {
        let text = Observable.quoted(value)
        switch type {
        case "domain", "hostname": return "domain-name:value = \(text)"
        case "ip-dst":
            return "network-traffic:dst_ref.type = '\(address(value))' AND network-traffic:dst_ref.value = \(text)"
        case "ip-src":
            return "network-traffic:src_ref.type = '\(address(value))' AND network-traffic:src_ref.value = \(text)"
        case "ip": return "\(address(value)):value = \(text)"
        case "port": return Int(value).map { "network-traffic:dst_port = \($0)" }
        case "url", "uri": return "url:value = \(text)"
        case "email", "email-src", "email-dst": return email(type, text)
        case "email-subject": return "email-message:subject = \(text)"
        case "md5": return "file:hashes.MD5 = \(text)"
        case "sha1": return "file:hashes.'SHA-1' = \(text)"
        case "sha256": return "file:hashes.'SHA-256' = \(text)"
        case "sha512": return "file:hashes.'SHA-512' = \(text)"
        case "ssdeep": return "file:hashes.SSDEEP = \(text)"
        case "tlsh": return "file:hashes.TLSH = \(text)"
        case "filename": return "file:name = \(text)"
        case "mutex": return "mutex:name = \(text)"
        case "regkey": return "windows-registry-key:key = \(text)"
        case "mac-address": return "mac-addr:value = \(text)"
        case "AS": return Int(value.uppercased().replacing("AS", with: "")).map { "autonomous-system:number = \($0)" }
        case "user-agent":
            return "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = \(text)"
        default: return nil
        }
    }

    private static func address(_ value: String) -> String {
        value.contains(":") ? "ipv6-addr" : "ipv4-addr"
    }

    private static func email(_ type: String, _ text: String) -> String {
        switch type {
        case "email-src": "email-message:from_ref.value = \(text)"
        case "email-dst": "email-message:to_refs[*].value = \(text)"
        default: "email-addr:value = \(text)"
        }
    }

    /// The observable of an attribute that is no warning by itself (`to_ids` false).
    static func observable(_ type: String, _ value: String) -> (type: String, property: String)? {
        switch type {
        case "domain", "hostname": ("domain-name", "value")
        case "ip-dst", "ip-src", "ip": (address(value), "value")
        case "url", "uri", "link": ("url", "value")
        case "email", "email-src", "email-dst": ("email-addr", "value")
        case "filename": ("file", "name")
        case "mutex": ("mutex", "name")
        case "mac-address": ("mac-addr", "value")
        default: nil
        }
    }
}
