/// What can go wrong with the log. None of it is for people: a node logs it, and stops when it happens at the start.
package enum LedgerError: Error, Sendable, Hashable {
    /// A leaf, a name or a size is outside its bounds; the text says which.
    case invalid(String)
    /// Another process writes this log.
    case locked(folder: String)
    /// The files were changed by something other than a power loss.
    case damaged(LedgerDamage)
    /// The log was signed with another key, or for another origin.
    case wrongKey(String)
    /// A system call failed. Nothing that was acknowledged is lost; the log takes no leaves until the disk does again.
    case disk(call: String, code: Int32)
    /// Too many leaves wait for the disk; try again.
    case busy
    case closed
    /// The log has fewer leaves than were asked for.
    case outOfRange(index: Int64, size: Int64)
    /// The database remembers leaves that this log does not hold: one of the two was replaced or restored alone.
    case notTheLogOfThisDatabase(String)
}

/// Where a log is damaged: the file, the byte, and the leaf if it is known.
package struct LedgerDamage: Error, Sendable, Hashable, CustomStringConvertible {
    package let file: String
    package let offset: Int
    /// The first leaf that is affected.
    package let leaf: Int64?
    package let reason: String

    package init(file: String, offset: Int = 0, leaf: Int64? = nil, reason: String) {
        self.file = file
        self.offset = offset
        self.leaf = leaf
        self.reason = reason
    }

    package var description: String {
        let place = leaf.map { "leaf \($0), " } ?? ""
        return "\(place)\(file) at byte \(offset): \(reason)"
    }
}

extension LedgerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalid(let what): what
        case .locked(let folder): "another process writes the log in \(folder)"
        case .damaged(let damage): "the log is damaged: \(damage)"
        case .wrongKey(let what): what
        case .disk(let call, let code): "\(call) failed with error \(code)"
        case .busy: "too many leaves wait for the disk"
        case .closed: "the log is closed"
        case .outOfRange(let index, let size): "leaf \(index) of a log of \(size)"
        case .notTheLogOfThisDatabase(let what): what
        }
    }
}
