import Database
import Exchange
package import Vocabulary

/// Sự cố an toàn thông tin mạng: what happened to somebody's system, as their organisation reports it.
package struct Incident: Sendable, Hashable {
    /// A UUID: the shared object is `incident--` and this.
    package let id: ID<Incident>
    /// Whose it is: the organisation of the person who reported it.
    package let owner: ID<Organisation>
    package let author: ID<Person>
    package internal(set) var state: State
    package internal(set) var report: InitialReport
    package let openedAt: Instant
    package internal(set) var changedAt: Instant

    /// The states in their order. Five words of the network's portal practice, from draft to end.
    package enum State: String, Sendable, Hashable, CaseIterable, Bindable, Readable {
        /// Nháp: only its author sees it.
        case draft
        /// Đã báo cáo.
        case reported
        /// Đang xử lý.
        case handling
        /// Đã xử lý.
        case resolved
        /// Kết thúc.
        case closed
    }

    package init(
        id: ID<Incident>, owner: ID<Organisation>, author: ID<Person>, state: State = .draft, report: InitialReport,
        openedAt: Instant, changedAt: Instant
    ) {
        self.id = id
        self.owner = owner
        self.author = author
        self.state = state
        self.report = report
        self.openedAt = openedAt
        self.changedAt = changedAt
    }
}

extension Incident {
    /// What is written in a report may change until it is sent.
    mutating func revise(_ report: InitialReport, at now: Instant) throws(Problem) {
        guard state == .draft else { throw .conflict(.alreadyReported) }
        self.report = report
        changedAt = now
    }

    /// Sends the report: every starred field of Mẫu 03 must be there.
    mutating func submit(at now: Instant) throws(Problem) {
        guard state == .draft else { throw .conflict(.alreadyReported) }
        let faults = report.faults(at: now)
        guard faults.isEmpty else { throw .invalid(faults) }
        state = report.present == .handled ? .handling : .reported
        changedAt = now
    }

    mutating func startHandling(at now: Instant) throws(Problem) {
        try move(from: [.reported, .resolved, .closed], to: .handling, at: now)
    }

    mutating func resolve(at now: Instant) throws(Problem) {
        try move(from: [.reported, .handling], to: .resolved, at: now)
    }

    /// Only a resolved incident closes: somebody must have said that it is over before it is put away.
    mutating func close(at now: Instant) throws(Problem) {
        try move(from: [.resolved], to: .closed, at: now)
    }

    /// The label and the addressees may change at any time; what was shared before keeps its own.
    mutating func address(_ tlp: TLP, to recipients: Recipients, at now: Instant) {
        report.tlp = tlp
        report.recipients = recipients
        changedAt = now
    }

    /// Label and addressees in one line, for a form to say what its reader saw.
    var audience: String { "\(report.tlp.rawValue) \(report.recipients)" }

    /// RED goes to named persons by word of mouth, never by machine; a draft is nobody's yet.
    func checkShareable() throws(Problem) {
        guard state != .draft else { throw .conflict(.draftIsNotShared) }
        guard report.tlp != .red else { throw .conflict(.redIsNotShared) }
        guard !report.recipients.isNobody else { throw .conflict(.nobodyToShareWith) }
    }

    /// Where it can go from here, in the order of the buttons.
    var nextStates: [State] {
        switch state {
        case .draft: []
        case .reported: [.handling, .resolved]
        case .handling: [.resolved]
        case .resolved: [.closed, .handling]
        case .closed: [.handling]
        }
    }

    mutating func move(to next: State, at now: Instant) throws(Problem) {
        switch next {
        case .handling: try startHandling(at: now)
        case .resolved: try resolve(at: now)
        case .closed: try close(at: now)
        case .draft, .reported: throw .conflict(.noSuchStep)
        }
    }

    private mutating func move(from: Set<State>, to next: State, at now: Instant) throws(Problem) {
        guard from.contains(state) else { throw .conflict(.noSuchStep) }
        state = next
        changedAt = now
    }
}
