import Database
import Vocabulary

extension Exchange {
    /// Does what the passing of days does: reminders, decisions that are overdue, requests whose time is over,
    /// suspensions that begin or end, grants that end soon or are over, versions that close.
    package func followGrantDates() async throws {
        try await closeDueVersions()
        try await lapseFarRequests()
        let at = now()
        let due = try await database.read { tx in
            let soon = try HolidayStore.calendar(in: tx).end(of: 1, after: at)
            return try GrantStore.due(at: at, remindingBefore: soon, in: tx).map(\.id)
        }
        guard !due.isEmpty else { return }
        try await changeRegistry { [self] tx in
            let soon = try HolidayStore.calendar(in: tx).end(of: 1, after: at)
            for id in due {
                guard let grant = try GrantStore.grant(id, in: tx) else { continue }
                try follow(grant, remindingBefore: soon, at: at, in: tx)
            }
        }
    }

    private func follow(
        _ grant: AccessGrant, remindingBefore soon: Instant, at now: Instant, in tx: any Transaction
    ) throws {
        var grant = grant
        if grant.lapse(at: now) { try save(grant, .lapsed, by: nil, at: now, in: tx) }
        if grant.state == .waiting, grant.remindedAt == nil, grant.dueAt <= soon {
            grant.remindedAt = now
            if grant.dueAt > now { try save(grant, .reminded, by: nil, at: now, in: tx) }
        }
        if grant.overdueAt == nil, grant.isOverdue(at: now) {
            grant.overdueAt = now
            try save(grant, .overdue, by: nil, at: now, in: tx)
        }
        if grant.beginSuspension(at: now) { try save(grant, .suspended, by: nil, at: now, in: tx) }
        if grant.state == .suspended, let until = grant.suspension?.until, until <= now {
            try grant.resume(at: until)
            try save(grant, .resumed, by: nil, at: now, in: tx)
        }
        guard grant.state == .active || grant.state == .suspended else { return }
        if grant.terms.until <= now {
            (grant.state, grant.endedAt, grant.expiryNoticeAt) = (.ended, grant.terms.until, nil)
            try save(grant, .expired, by: nil, at: now, in: tx)
        } else if let notice = grant.expiryNoticeAt, notice <= now {
            grant.expiryNoticeAt = nil
            try save(grant, .expiring, by: nil, at: now, in: tx)
        }
    }
}
