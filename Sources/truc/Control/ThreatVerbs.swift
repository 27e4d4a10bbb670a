import StrictJSON
import Threats
import Vocabulary

extension Control {
    static let threatVerbs = [
        Verb(name: "threats.import") { node, input in
            // Whoever may open the socket owns the node: she acts for its organisation.
            let owner = Person(
                id: ID("control"), name: "control", organisation: node.organisation, roles: [.incidentHandler])
            let id = try await node.threats.importFile(try input.requireString("path"), as: owner)
            return ["import": .string(id.text)]
        },
        Verb(name: "threats.import-state") { node, input in
            guard let state = try await node.threats.find(ID(try input.requireString("import"))) else {
                throw Problem.notFound
            }
            return [
                "state": .string(state.state.rawValue), "done": .integer(Int64(state.done)),
                "total": state.total.map { .integer(Int64($0)) } ?? .null, "added": .integer(Int64(state.added)),
                "faults": .integer(Int64(state.faults)), "problem": .string(orNull: state.problem),
            ]
        },
    ]
}
