import Contracts
import StrictJSON
import Synchronization
package import Vocabulary

/// A kind of event that an organisation tells (loại sự kiện), with the shape of its data.
package struct EventType: Sendable, Hashable {
    /// Unique at the node: its address, and its code in the registry of services.
    package let code: String
    /// The attribute `type`, as `vn.gov.hanam.dossier.changed`.
    package let name: String
    package let organisation: ID<Organisation>
    package let title: Phrase
    package let about: String
    package let dataClass: String
    /// Which schema is in force, counted from 1.
    package let revision: Int
    package let createdAt: Instant
    /// When it was put into the registry of services, without which nobody can be granted anything of it.
    package let offeredAt: Instant?

    static let dataClasses = ["open", "internal", "personal"]

    static func isCode(_ text: String) -> Bool {
        let units = Array(text.utf8)
        guard (2...40).contains(units.count), (97...122).contains(units[0]), units.last != UInt8(ascii: "-") else {
            return false
        }
        return units.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }

    /// Reverse-DNS and what else people use, without spaces: it is part of the name of an operation.
    static func isName(_ text: String) -> Bool {
        (3...120).contains(text.utf8.count)
            && text.utf8.allSatisfy { unit in
                (97...122).contains(unit | 0x20) || (48...57).contains(unit) || [45, 46, 47, 95].contains(unit)
            }
    }
}

/// What somebody wants to register.
package struct EventTypeDraft: Sendable {
    package var code: String
    package var name: String
    package var organisation: ID<Organisation>
    package var title: Phrase
    package var about: String
    package var dataClass: String
    /// JSON Schema 2020-12 of `data`, as JSON or YAML.
    package var schema: [UInt8]

    package init(
        code: String, name: String, organisation: ID<Organisation>, title: Phrase, about: String = "",
        dataClass: String = "internal", schema: [UInt8]
    ) {
        self.code = code
        self.name = name
        self.organisation = organisation
        self.title = title
        self.about = about
        self.dataClass = dataClass
        self.schema = schema
    }
}

/// A type that is ready to check data.
struct ReadyType: Sendable {
    let type: EventType
    let text: ContractText
    let program: SchemaProgram

    /// - Throws: `Flaws`.
    init(_ type: EventType, _ bytes: [UInt8]) throws(Flaws) {
        self.type = type
        (text, program) = try ReadyType.read(bytes)
    }

    static func read(_ bytes: [UInt8]) throws(Flaws) -> (ContractText, SchemaProgram) {
        var limits = ContractText.Limits()
        limits.bytes = 256 << 10
        limits.nodes = 20_000
        let text = try ContractText(bytes, limits: limits)
        return (text, try SchemaProgram(text.root, of: text, dialect: .draft2020))
    }

    /// What is wrong with the data of an event; empty when it fits.
    func misfits(_ event: CloudEvent) -> [Misfit] {
        // What is no JSON fits where no shape is asked for.
        let json: [UInt8] =
            switch event.data {
            case .json(let bytes): bytes
            case nil: Array("null".utf8)
            case .text, .bytes: Array("false".utf8)
            }
        guard let document = try? JSONDocument(json) else { return [] }
        return program.accepts(document.root) ? [] : program.misfits(document.root)
    }
}

/// The types of this node, ready to check.
final class TypeShelf: Sendable {
    private struct State {
        var byName: [String: ReadyType] = [:]
        var count: Int64 = -1
    }

    private let state = Mutex(State())

    subscript(name: String) -> ReadyType? { state.withLock { $0.byName[name] } }

    /// How often the types had changed when they were read.
    var count: Int64 { state.withLock { $0.count } }

    func put(_ ready: [ReadyType], _ count: Int64) {
        let byName = Dictionary(ready.map { ($0.type.name, $0) }, uniquingKeysWith: { first, _ in first })
        state.withLock { $0 = State(byName: byName, count: count) }
    }

    var all: [EventType] { state.withLock { $0.byName.values.map(\.type) }.sorted { $0.name < $1.name } }
}
