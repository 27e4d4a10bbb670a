import Vocabulary

/// The words of the policies: Cedar's schema, with the actions that the table of permissions declares.
enum PolicySchema {
    static let text = things + "\n" + actions

    private static let things = """
        entity Organisation in [Organisation];
        entity Person in [Organisation] {
          officer?: Set<Organisation>, lead?: Set<Organisation>, handler?: Set<Organisation>,
          administrator?: Set<Organisation>, unit?: Set<Organisation>, auditor?: Set<Organisation>,
          units: Set<Organisation>, opened: Set<String>, lenders: Set<Person>
        };
        entity Stranger;
        entity Peer;
        entity Program in [Organisation] { home: Organisation, scopes: Set<String> };
        entity Service { owner: Organisation };
        entity Node;
        entity Operation {
          callers: Set<Service>, owner: Organisation, service: String, name: String, kind?: String
        };
        entity Record {
          id: String, owner?: Organisation, label: String, author?: Person, handlers: Set<Person>, named: Set<Person>,
          recipients: Set<Organisation>, kinds: Set<String>
        };
        entity Request { by: Person, subject: Person };
        type Moment = { assurance: Long, suspended: Bool };
        """

    private static var actions: String {
        let groups = [
            "open", "signed-in", "peer", "officer", "lead", "handler", "administrator", "unit", "auditor", "held",
            "own",
            "export", "approval",
        ]
        let anybody = "principal: [Stranger, Person, Peer]"
        let lines = Permissions.all.map { line in
            """
            action "\(line.action.name)" in [\(line.groups.map { "\"\($0)\"" }.joined(separator: ", "))]
              appliesTo {
                \(line.isForPrograms ? "principal: [Stranger, Person, Peer, Program]" : anybody),
                resource: [Node, Record], context: Moment
              };
            """
        }
        return """
            action \(groups.map { "\"\($0)\"" }.joined(separator: ", "));
            \(lines.joined(separator: "\n"))
            action "exchange.call" appliesTo { principal: [Service], resource: [Operation], context: Moment };
            action "identity.approve" in ["approval"]
              appliesTo { principal: [Person], resource: [Request], context: Moment };
            action "oblige.mask", "oblige.watermark" appliesTo { \(anybody), resource: [Record], context: Moment };
            """
    }
}
