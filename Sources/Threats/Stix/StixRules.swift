/// What STIX 2.1 (OASIS Standard, 10 June 2021) demands of each type, §4 to §7.
enum StixRules {
    enum Family: Sendable {
        /// Has `created` and `modified`: domain objects, relationships, sightings, language content, extensions.
        case versioned
        /// Has `created` and never changes.
        case marking
        /// Cyber-observable: neither.
        case observable
    }

    struct Rule: Sendable {
        let family: Family
        var required: [String] = []
        /// At least one of these.
        var oneOf: [String] = []
    }

    static func rule(for type: String) -> Rule? { table[type] }

    private static func domain(_ required: String..., oneOf: [String] = []) -> Rule {
        Rule(family: .versioned, required: required, oneOf: oneOf)
    }

    private static func observable(_ required: String..., oneOf: [String] = []) -> Rule {
        Rule(family: .observable, required: required, oneOf: oneOf)
    }

    private static let table: [String: Rule] = [
        "attack-pattern": domain("name"),
        "campaign": domain("name"),
        "course-of-action": domain("name"),
        "grouping": domain("context", "object_refs"),
        "identity": domain("name"),
        "incident": domain("name"),
        "indicator": domain("pattern", "pattern_type", "valid_from"),
        "infrastructure": domain("name"),
        "intrusion-set": domain("name"),
        "location": domain(oneOf: ["region", "country", "latitude"]),
        "malware": domain("is_family"),
        "malware-analysis": domain("product", oneOf: ["result", "analysis_sco_refs"]),
        "note": domain("content", "object_refs"),
        "observed-data": domain(
            "first_observed", "last_observed", "number_observed", oneOf: ["objects", "object_refs"]),
        "opinion": domain("opinion", "object_refs"),
        "report": domain("name", "published", "object_refs"),
        "threat-actor": domain("name"),
        "tool": domain("name"),
        "vulnerability": domain("name"),
        "relationship": domain("relationship_type", "source_ref", "target_ref"),
        "sighting": domain("sighting_of_ref"),
        "language-content": domain("object_ref", "contents"),
        "extension-definition": domain("created_by_ref", "name", "schema", "version", "extension_types"),
        "marking-definition": Rule(family: .marking, oneOf: ["definition", "extensions"]),
        "artifact": observable(oneOf: ["payload_bin", "url"]),
        "autonomous-system": observable("number"),
        "directory": observable("path"),
        "domain-name": observable("value"),
        "email-addr": observable("value"),
        "email-message": observable("is_multipart"),
        "file": observable(oneOf: ["hashes", "name"]),
        "ipv4-addr": observable("value"),
        "ipv6-addr": observable("value"),
        "mac-addr": observable("value"),
        "mutex": observable("name"),
        "network-traffic": observable("protocols", oneOf: ["src_ref", "dst_ref"]),
        "process": observable(),
        "software": observable("name"),
        "url": observable("value"),
        "user-account": observable(),
        "windows-registry-key": observable(),
        "x509-certificate": observable(),
    ]

    /// Top-level properties that are timestamps wherever they stand.
    static let timestamps = [
        "created", "modified", "valid_from", "valid_until", "first_seen", "last_seen", "first_observed",
        "last_observed",
        "published", "start_time", "stop_time",
    ]

    /// §3.1: 3 to 250 of a–z, 0–9 and hyphen.
    static func isType(_ text: String) -> Bool {
        (3...250).contains(text.utf8.count)
            && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }

    /// §3.1 for the names of properties: what no standard name has is not worth an index.
    static func isProperty(_ text: String) -> Bool {
        (1...250).contains(text.utf8.count)
            && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
    }

    /// §2.9: `type--UUID`. RFC 4122 §3 reads hexadecimal digits in either case, and the examples of OASIS use both.
    static func isID(_ text: String) -> Bool {
        typeOfID(text) != nil
    }

    static func typeOfID(_ text: String) -> String? {
        let units = Array(text.utf8)
        guard units.count > 38, units.count <= 288, units[units.count - 38] == 45, units[units.count - 37] == 45 else {
            return nil
        }
        for (place, unit) in units.suffix(36).enumerated() {
            let isHyphen = [8, 13, 18, 23].contains(place)
            let isHex = (48...57).contains(unit) || (97...102).contains(unit) || (65...70).contains(unit)
            guard isHyphen ? unit == 45 : isHex else { return nil }
        }
        let type = String(decoding: units.dropLast(38), as: UTF8.self)
        return isType(type) ? type : nil
    }
}
