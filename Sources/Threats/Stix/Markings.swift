package import Exchange
package import StrictJSON

/// What a data marking (STIX 2.1 §7.2) means for who may see an object.
package enum Marking: Sendable, Hashable {
    case tlp(TLP)
    /// Copyright, terms of use: restricts nothing.
    case statement
    /// Something that we do not understand, perhaps a mistyped TLP: nobody but us.
    case unrecognised
}

/// Finds the marking that an id stands for; nil when nobody told us.
package typealias MarkingLookup = (String) -> Marking?

package enum Markings {
    static let extensionID = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"

    /// The marking-definition of TLP 2.0 for each label (facts of the OASIS common objects).
    static func id(of label: TLP) -> String {
        switch label {
        case .clear: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"
        case .green: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
        case .amber: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"
        case .amberStrict: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"
        case .red: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
        }
    }

    /// TLP 2.0 and the four of TLP 1.0 (STIX 2.1 §7.2.1.4), whatever anybody else says about these ids.
    fileprivate static let wellKnown: [String: TLP] = {
        var known = [
            "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": TLP.clear,
            "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": .green,
            "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": .amber,
            "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": .red,
        ]
        for label in TLP.allCases { known[id(of: label)] = label }
        return known
    }()

    /// What a marking-definition object says. An extension that we do not know may restrict in ways we do not know.
    package static func meaning(of definition: JSONValue) -> Marking {
        if let id = definition["id"]?.string, let label = wellKnown[id] { return .tlp(label) }
        var labels: [TLP] = []
        if let level = definition["extensions"]?[extensionID]?["tlp_2_0"] {
            labels.append(TLP(written: "tlp:" + (level.string ?? "")))
        }
        if definition["definition_type"]?.spells("tlp") == true {
            labels.append(TLP(written: "tlp:" + (definition["definition"]?["tlp"]?.string ?? "")))
        }
        for words in [definition["name"], definition["definition"]?["statement"]] {
            if let words = words?.string, claimsTLP(words) { labels.append(TLP(written: words)) }
        }
        var isExtended = false
        definition["extensions"]?.eachMember { name, _ in isExtended = isExtended || !name.spells(extensionID) }
        if isExtended { return .unrecognised }
        if let label = labels.max() { return .tlp(label) }
        return definition["definition_type"]?.spells("statement") == true ? .statement : .unrecognised
    }

    /// The label under which an object may travel: of several markings, also of parts (granular), the strictest; one
    /// that nobody knows is RED; none is AMBER; a statement restricts nothing. An object of which only parts are marked
    /// is otherwise unmarked, so at least AMBER. Words in `labels` such as `tlp:red` can only make it stricter.
    package static func label(of object: JSONValue, _ lookup: MarkingLookup = { _ in nil }) -> TLP {
        ObjectMarkings(of: object).label(lookup)
    }

    /// Whether a word means to be a TLP label: `tlp:amber`, `TLP-RED`, `[TLP AMBER]`.
    static func claimsTLP(_ word: String) -> Bool {
        let start = word.drop { !$0.isLetter }.prefix(4).lowercased()
        return start == "tlp" || start.hasPrefix("tlp") && !(start.last?.isLetter ?? true)
    }
}

/// The markings that one object carries, to be asked again when somebody has explained one of them.
struct ObjectMarkings: Sendable, Hashable {
    private enum Mark: Sendable, Hashable {
        case label(TLP)
        /// A marking definition that is not one of the well-known.
        case definition(String)
    }

    /// What marks the whole object, and what marks parts of it or is only said in its labels.
    private var whole: [Mark] = []
    private var parts: [Mark] = []

    init(of object: JSONValue) {
        object["object_marking_refs"]?.eachElement { whole.append(ObjectMarkings.mark($0)) }
        if let refs = object["object_marking_refs"], refs.kind != .array { whole.append(.label(.red)) }
        object["granular_markings"]?.eachElement { marking in
            if let ref = marking["marking_ref"] { parts.append(ObjectMarkings.mark(ref)) }
        }
        object["labels"]?.eachElement { word in
            if let word = word.string, Markings.claimsTLP(word) { parts.append(.label(TLP(written: word))) }
        }
    }

    func label(_ lookup: MarkingLookup) -> TLP {
        let parts = parts.compactMap { ObjectMarkings.restriction($0, lookup) }
        return max(TLP.strictest(whole.compactMap { ObjectMarkings.restriction($0, lookup) }), parts.max() ?? .clear)
    }

    /// The markings that `lookup` does not know: why the object is RED, until somebody says what they mean. None of an
    /// object with more than anybody needs: it stays RED.
    func unexplained(_ lookup: MarkingLookup) -> [String] {
        var ids: Set<String> = []
        for case .definition(let id) in whole + parts where StixRules.isID(id) && lookup(id) == nil { ids.insert(id) }
        return ids.count > 20 ? [] : ids.sorted()
    }

    private static func mark(_ ref: JSONValue) -> Mark {
        guard let id = ref.string else { return .label(.red) }
        return Markings.wellKnown[id].map { .label($0) } ?? .definition(id)
    }

    private static func restriction(_ mark: Mark, _ lookup: MarkingLookup) -> TLP? {
        switch mark {
        case .label(let label): return label
        case .definition(let id):
            switch lookup(id) {
            case .tlp(let label): return label
            case .statement: return nil
            case .unrecognised, nil: return .red
            }
        }
    }
}
