/// What a key or a token opens on the axis (phạm vi). The word stands in tables, in tokens of OAuth and in policies.
package enum AxisScope: String, Sendable, Hashable, CaseIterable {
    /// Whatever the person may do who let an application act for them; a program by itself never has it.
    case everything = "axis"
    /// Reads the catalogue, services, applications, grants and requests.
    case read = "axis.read"
    /// Registers services and keeps them: versions, documents, instances.
    case services = "axis.services"
    /// Registers applications, asks for grants, takes requests back and gives grants back.
    case ask = "axis.ask"
    /// Issues and revokes what applications are known by. Whoever holds that may call as each of them.
    case keys = "axis.keys"
}
