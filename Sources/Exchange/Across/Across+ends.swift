import Database
import Identity
import Jobs
import StrictJSON
import Vocabulary
import Web

/// When a session at home ends, whatever ended it, the visits that rested on it do.
extension Across {
    /// - Parameter alsoLeavers: whether to look also for people who left since and were vouched for within 90 days.
    package func sweep(alsoLeavers: Bool) async throws {
        let at = exchange.now()
        let recent = at.adding(seconds: -AcrossStore.visitSeconds)
        let long = at.adding(days: -AcrossStore.leaverDays)
        let (over, left) = try await database.read { [identity] tx in
            let open = try AcrossStore.open(since: recent, in: tx)
            let ended = try open.isEmpty ? [] : identity.ended(Set(open.map(\.session)), in: tx)
            let all = try alsoLeavers ? AcrossStore.open(since: long, in: tx) : open
            let suspended = try all.isEmpty ? [] : identity.suspended(Set(all.map(\.person)), in: tx)
            return (
                open.filter { ended.contains($0.session) && !suspended.contains($0.person) },
                all.filter { suspended.contains($0.person) }
            )
        }
        guard !over.isEmpty || !left.isEmpty || alsoLeavers else { return }
        try await database.write { tx in
            for vouch in over {
                let job = EndVisit(
                    peer: vouch.peer.text, person: vouch.person.text, session: vouch.session, stopped: false)
                try Jobs.enqueue(job, id: "exchange.end-visit.\(vouch.id)", at: at, in: tx)
            }
            for vouch in left {
                let job = EndVisit(peer: vouch.peer.text, person: vouch.person.text, session: nil, stopped: true)
                try Jobs.enqueue(job, id: "exchange.end-visit.\(vouch.id)", at: at, in: tx)
            }
            try AcrossStore.told((over + left).map(\.id), at: at, in: tx)
            if alsoLeavers { try AcrossStore.sweep(before: long, in: tx) }
        }
    }

    func tell(_ job: EndVisit) async throws {
        guard let member = try await exchange.currentPeer(ID(job.peer)) else { return }
        var body: JSON = ["sub": .string(job.person), "stopped": .bool(job.stopped)]
        if let session = job.session { body["sid"] = .string(session) }
        _ = try await exchange.call(
            .post, "/exchange/visit-end", at: member.place, body: body.encoded(), type: "application/json")
    }

    /// A node speaks of its own people alone: whose subject it is, is said by who signed the call.
    func takeEnd(_ call: Web.Call, from peer: ID<Organisation>) async throws -> Response {
        let json = try JSONDocument(call.request.body, limits: JSONLimits(bytes: 4096, depth: 2, nodes: 10)).root
        try await identity.endVisits(
            of: try json.requireString("sub"), from: peer, session: try json.optionalString("sid"),
            stopped: try json.requireBool("stopped"))
        return .empty
    }
}
