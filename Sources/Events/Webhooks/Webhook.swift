import Ledger
import Database
import StrictJSON
package import Vocabulary
import Web

/// Calling a webhook, and asking it first (CloudEvents "HTTP 1.1 Web Hooks for Event Delivery").
enum Webhook {
    /// How a call ended.
    enum Outcome: Sendable, Hashable {
        case taken
        /// Not now: it could not be reached, is overloaded, or broke. Seconds when it said when.
        case notNow(DeliveryFault, retryAfterSeconds: Double?)
        /// It would not have this event.
        case refused(DeliveryFault)
        /// 410: it will have no more.
        case gone

        init(_ response: FetchResponse) {
            let status = response.status
            switch status {
            case 200..<300: self = .taken
            case 410: self = .gone
            case 408, 425, 429, 500...:
                self = .notNow(.status(status), retryAfterSeconds: Outcome.retryAfter(response))
            default: self = .refused(.status(status))
            }
        }

        private static func retryAfter(_ response: FetchResponse) -> Double? {
            response.headers["retry-after"].flatMap(Double.init).map { min(max($0, 1), 3600) }
        }
    }

    /// Refuses what can never be called. Whether it leads to a private network is asked at each connection.
    static func check(_ url: String, pin: String?) throws(Problem) {
        guard url.utf8.count <= 500, url.hasPrefix("https://") || url.hasPrefix("http://"),
            url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !url.contains("@"), !url.contains("#"),
            url.dropFirst(8).first.map({ $0 != "/" }) ?? false
        else { throw .invalid(["url": .urlIsWrong]) }
        if let pin, Base64.decodeURL(pin)?.count != 32 { throw .invalid(["pin": .pinIsWrong]) }
    }

    /// Plain HTTP has no way to show who answers, so it is for addresses that an administrator vouches for.
    static func trust(_ target: Subscription.Target) -> FetchRequest.Trust? {
        if target.url.hasPrefix("http://") { return target.mayBePrivate ? .plain : nil }
        return target.pin.map { .pinned($0) } ?? .system
    }

    /// Calls a minute that an endpoint allows; nil for any number.
    static func allowedRate(_ text: String?) -> Int? { text.flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil } }

    /// Headers and body of one call.
    static func message(_ events: [StoredEvent], _ mode: Subscription.Mode) throws -> (headers: Headers, body: [UInt8])
    {
        switch mode {
        case .batch:
            return (["content-type": CloudEvent.batchMediaType], CloudEvent.batch(of: events.map(\.bytes)))
        case .structured:
            return (["content-type": CloudEvent.mediaType + "; charset=utf-8"], events.first?.bytes ?? [])
        case .binary:
            guard let first = events.first else { return ([:], []) }
            return try CloudEvent(structured: first.bytes).binary
        }
    }
}

extension Events {
    func call(
        _ method: Web.Method, _ target: Subscription.Target, headers: Headers, body: [UInt8] = []
    ) async throws -> FetchResponse {
        guard let trust = Webhook.trust(target) else { throw FetchError.privateAddress(host: target.url) }
        let signed = try neighbours.sign(method, target.url, headers, body)
        return try await neighbours.send(
            FetchRequest(
                method, target.url, headers: signed, body: body, deadlineSeconds: settings.answerSeconds,
                maxBytes: 64 << 10, trust: trust, mayReachPrivate: target.mayBePrivate))
    }

    /// Asks an endpoint whether it wants events from here, so that nobody can be made to receive what he did not ask
    /// for. Until it says so it gets none.
    @discardableResult
    func shakeHands(_ id: ID<Subscription>) async throws -> Subscription {
        guard let found = try await database.read({ try SubscriptionStore.find(id, in: $0) }), let target = found.target
        else { throw Problem.notFound }
        guard found.state != .paused else { throw Problem.conflict(.subscriptionIsPaused) }
        let (origin, callback) = (neighbours.origin(), try await callback(for: id))
        var (state, rate, isSilent) = (Subscription.State.asked, target.rate, false)
        var fault: DeliveryFault?
        do {
            let answer = try await call(
                .options, target,
                headers: [
                    "webhook-request-origin": origin, "webhook-request-callback": callback,
                    "webhook-request-rate": "6000",
                ])
            let allowed = answer.headers["webhook-allowed-origin"]
            if (200..<300).contains(answer.status), allowed == "*" || allowed?.lowercased() == origin.lowercased() {
                rate = Webhook.allowedRate(answer.headers["webhook-allowed-rate"])
                state = .active
            } else {
                fault = .notAgreed(status: answer.status, allowed: allowed ?? "-")
                if case .notNow = Webhook.Outcome(answer) { isSilent = true }
            }
        } catch let error as FetchError {
            (fault, isSilent) = (DeliveryFault(error), true)
        }
        let settled = try await settle(id, state, because: fault, rate: rate, isSilent: isSilent)
        guard let settled else { throw Problem.notFound }
        return settled
    }

    /// Writes down what an endpoint said and tells the dispatcher: of the subscription as it is now, which somebody may
    /// have stopped, ended or changed while the endpoint was asked, and to which the endpoint may have consented by the
    /// callback. Nil when it has ended.
    ///
    /// - Parameter isSilent: it could not be asked, or could not say: which takes back no consent that it gave before.
    @discardableResult
    func settle(
        _ id: ID<Subscription>, _ state: Subscription.State, because fault: DeliveryFault?, rate: Int?,
        isSilent: Bool = false
    ) async throws -> Subscription? {
        let settled = try await database.write { tx -> Subscription? in
            guard var found = try SubscriptionStore.find(id, in: tx), found.state != .paused else {
                return try SubscriptionStore.find(id, in: tx)
            }
            if isSilent, found.state == .active { return found }
            if state == .asked, try ConsentStore.find(id, in: tx)?.givenAt != nil { return found }
            (found.state, found.reason) = (state, fault?.text ?? "")
            found.target?.rate = rate
            try SubscriptionStore.set(&found, in: tx)
            return found
        }
        if let settled { dispatcher.change(settled) }
        return settled
    }

    /// Lets a webhook lie in a private network, or no longer: for those who look after the node.
    package func allowPrivate(_ id: ID<Subscription>, _ isAllowed: Bool, by author: String) async throws {
        let at = now()
        let found = try await database.write { [outbox] tx in
            guard try SubscriptionStore.allowPrivate(id, isAllowed, in: tx),
                let found = try SubscriptionStore.find(id, in: tx)
            else { throw Problem.notFound }
            try outbox.record(
                "events.private-address-allowed",
                ["subscription": "\(id)", "allowed": .bool(isAllowed), "by": .string(author)], subject: id.text, at: at,
                in: tx)
            return found
        }
        dispatcher.change(found)
        if isAllowed, found.target != nil, found.state != .paused { try await shakeHands(id) }
    }

    /// Stops a subscription for a while, or lets it go on. One whose endpoint has not agreed is asked again instead.
    package func pause(_ id: ID<Subscription>, _ isPaused: Bool, by author: String) async throws {
        let at = now()
        let (found, wasStill) = try await database.write { [outbox] tx -> (Subscription, Bool) in
            guard var found = try SubscriptionStore.find(id, in: tx) else { throw Problem.notFound }
            switch (found.state, isPaused) {
            case (.active, true): (found.state, found.reason) = (.paused, DeliveryFault.paused(by: author).text)
            case (.paused, false): (found.state, found.reason) = (.active, "")
            default: return (found, true)
            }
            try SubscriptionStore.set(&found, in: tx)
            try outbox.record(
                isPaused ? "events.paused" : "events.resumed", ["subscription": "\(id)", "by": .string(author)],
                subject: id.text, at: at, in: tx)
            return (found, false)
        }
        dispatcher.change(found)
        if wasStill, !isPaused, found.target != nil { try await shakeHands(id) }
    }
}
