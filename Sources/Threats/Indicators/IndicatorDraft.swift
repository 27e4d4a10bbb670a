package import Exchange
import StrictJSON
package import Vocabulary

/// An indicator that somebody of ours typed in, before it is a STIX object.
package struct IndicatorDraft: Sendable {
    package var observable: Observable
    package var description: String
    package var label: TLP
    package var validUntil: Instant?

    package init(_ observable: Observable, description: String = "", label: TLP, validUntil: Instant? = nil) {
        self.observable = observable
        self.description = description
        self.label = label
        self.validUntil = validUntil
    }

    /// The bytes that are stored and signed.
    func stix(id: String, author: ID<Organisation>, at now: Instant) -> [UInt8] {
        let time = JSON.string(now.rfc3339)
        var object: JSON = [
            "type": "indicator", "spec_version": "2.1", "id": .string("indicator--" + id),
            "created_by_ref": .string(StixIdentity.id(of: author)), "created": time, "modified": time,
            "name": .string(observable.value),
        ]
        if !description.isEmpty { object["description"] = .string(description) }
        object["indicator_types"] = ["malicious-activity"]
        object["pattern"] = .string(observable.pattern)
        object["pattern_type"] = "stix"
        object["pattern_version"] = "2.1"
        object["valid_from"] = time
        if let validUntil { object["valid_until"] = .string(validUntil.rfc3339) }
        object["object_marking_refs"] = [.string(Markings.id(of: label))]
        return object.encoded()
    }
}

/// The STIX identity of an organisation of ours, the same on every node.
enum StixIdentity {
    static func id(of organisation: ID<Organisation>) -> String {
        "identity--" + UUIDv5.make("organisation:" + organisation.text, in: UUIDv5.truc)
    }
}
