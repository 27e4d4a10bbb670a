import Exchange
import StrictJSON
import Vocabulary

/// A MISP event (MISP core format), whose attributes become STIX objects with ids of their own making.
struct MispEvent {
    let event: JSONValue
    private let title: String
    private let uuid: String
    private let date: Instant?
    private let organisation: (name: String, uuid: String)?
    private let tags: [String]

    /// Nil when `value` is no event.
    init?(_ value: JSONValue) {
        guard let event = value["Event"], event.kind == .object, let uuid = event["uuid"]?.string,
            !uuid.utf8.contains(0)
        else { return nil }
        self.event = event
        self.uuid = uuid
        title = event["info"]?.string ?? ""
        date = event["date"]?.string.flatMap { Day($0) }.map { Instant(milliseconds: $0.daysSince1970 * 86_400_000) }
        tags = MispEvent.tags(of: event)
        if let source = event["Orgc"], let name = source["name"]?.string, !name.isEmpty {
            organisation = (name, source["uuid"]?.string ?? name)
        } else {
            organisation = nil
        }
    }

    /// Attributes of the event and of its objects, deleted ones aside.
    func eachAttribute<E: Error>(_ body: (JSONValue) throws(E) -> Void) throws(E) {
        func walk(_ holder: JSONValue) throws(E) {
            guard let attributes = holder["Attribute"] else { return }
            try attributes.eachElement { attribute throws(E) in
                if !MispEvent.isTrue(attribute["deleted"]) { try body(attribute) }
            }
        }
        try walk(event)
        guard let objects = event["Object"] else { return }
        try objects.eachElement { object throws(E) in
            if !MispEvent.isTrue(object["deleted"]) { try walk(object) }
        }
    }

    /// What the event's own tags say: who made it is told to nobody who may not know the event.
    private var ownLabel: TLP {
        TLP.strictest(tags.filter(Markings.claimsTLP).map { TLP(written: $0) })
    }

    /// Who made the event, as a STIX identity: one for each label, so that none lends its name to a milder one.
    var identity: [UInt8]? {
        guard let organisation, let identityID else { return nil }
        let object: JSON = [
            "type": "identity", "spec_version": "2.1", "id": .string(identityID), "created": "2011-01-01T00:00:00.000Z",
            "modified": "2011-01-01T00:00:00.000Z", "name": .string(organisation.name),
            "identity_class": "organization",
            "object_marking_refs": [.string(Markings.id(of: ownLabel))],
        ]
        return object.encoded()
    }

    private var identityID: String? {
        let label = ownLabel == .clear ? "" : ":" + ownLabel.rawValue
        return organisation.map { "identity--" + UUIDv5.make("misp-organisation:" + $0.uuid + label, in: UUIDv5.truc) }
    }

    /// The object that an attribute becomes.
    func stix(_ attribute: JSONValue) throws(StixFault) -> [UInt8] {
        guard let uuid = attribute["uuid"]?.string, let type = attribute["type"]?.string,
            let value = attribute["value"]?.string, !value.isEmpty, !value.utf8.contains(0)
        else { throw StixFault("threats.misp", at: attribute.pointer) }
        let isWarning = MispEvent.isTrue(attribute["to_ids"])
        if !isWarning, let observable = MispKinds.observable(type, value) {
            return self.observable(observable, value, attribute)
        }
        if type.contains("|"), !value.contains("|") {
            throw StixFault("threats.misp", at: attribute.pointer + "/value", of: "\(type) \(uuid)")
        }
        guard let pattern = MispKinds.pattern(type, value) else {
            throw StixFault("threats.attribute", at: attribute.pointer, of: "\(type) \(uuid)")
        }
        return indicator(pattern, value, uuid, attribute)
    }

    private func indicator(_ pattern: String, _ value: String, _ uuid: String, _ attribute: JSONValue) -> [UInt8] {
        let modified = MispEvent.seconds(attribute["timestamp"]) ?? date ?? Instant(milliseconds: 0)
        let created = min(date ?? modified, modified)
        let first = attribute["first_seen"]?.string.flatMap { Instant(rfc3339: $0) } ?? created
        var object: JSON = [
            "type": "indicator", "spec_version": "2.1",
            "id": .string("indicator--" + UUIDv5.make("misp-attribute:" + uuid, in: UUIDv5.truc)),
            "created": .string(created.rfc3339), "modified": .string(modified.rfc3339), "name": .string(value),
        ]
        if let identityID { object["created_by_ref"] = .string(identityID) }
        if let comment = attribute["comment"]?.string, !comment.isEmpty { object["description"] = .string(comment) }
        object["pattern"] = .string(pattern)
        object["pattern_type"] = "stix"
        object["pattern_version"] = "2.1"
        object["valid_from"] = .string(first.rfc3339)
        decorate(&object, attribute)
        return object.encoded()
    }

    private func observable(
        _ kind: (type: String, property: String), _ value: String, _ attribute: JSONValue
    ) -> [UInt8] {
        let name = JSON.object([JSON.Member(kind.property, .string(value))]).canonical()
        let uuid = UUIDv5.make(String(decoding: name, as: UTF8.self), in: UUIDv5.stix)
        let object: JSON = .object([
            JSON.Member("type", .string(kind.type)), JSON.Member("spec_version", "2.1"),
            JSON.Member("id", .string("\(kind.type)--\(uuid)")), JSON.Member(kind.property, .string(value)),
            JSON.Member("object_marking_refs", [.string(Markings.id(of: label(of: attribute)))]),
        ])
        return object.encoded()
    }

    private func decorate(_ object: inout JSON, _ attribute: JSONValue) {
        let words = (tags + MispEvent.tags(of: attribute)).filter { !Markings.claimsTLP($0) }
        if !words.isEmpty { object["labels"] = .array(words.map { .string($0) }) }
        object["external_references"] = [
            ["source_name": "misp-event", "description": .string(title), "external_id": .string(uuid)]
        ]
        object["object_marking_refs"] = [.string(Markings.id(of: label(of: attribute)))]
    }

    /// The strictest of the TLP tags of the event and the attribute; none is AMBER.
    func label(of attribute: JSONValue) -> TLP {
        TLP.strictest((tags + MispEvent.tags(of: attribute)).filter(Markings.claimsTLP).map { TLP(written: $0) })
    }

    private static func tags(of holder: JSONValue) -> [String] {
        (holder["Tag"]?.elements ?? []).compactMap { $0["name"]?.string }.filter { !$0.isEmpty && !$0.utf8.contains(0) }
    }

    /// MISP writes true, 1 and "1".
    private static func isTrue(_ value: JSONValue?) -> Bool {
        value?.bool ?? value?.integer.map { $0 != 0 } ?? value.map { $0.spells("1") || $0.spells("true") } ?? false
    }

    /// MISP writes seconds since 1970 as text.
    private static func seconds(_ value: JSONValue?) -> Instant? {
        (value?.string.flatMap { Int64($0) } ?? value?.integer).flatMap { seconds in
            (0..<100_000_000_000).contains(seconds) ? Instant(milliseconds: seconds * 1000) : nil
        }
    }
}
