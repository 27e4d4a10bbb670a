import Gateway
import Logging
import Database
import Vocabulary
import Web

/// Delivering to webhooks: one task for each endpoint, which sleeps until it is rung or its pause is over. Nothing ever
/// looks through all of them.
extension Events {
    func loadEndpoints() async throws {
        let all = try await database.read { try SubscriptionStore.all(in: $0) }
        for subscription in all { dispatcher.add(subscription) }
    }

    func deliver() async throws {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.ringForNewEvents() }
            group.addTask { await self.dispatcher.places.watch() }
            while !Task.isCancelled {
                let heard = dispatcher.news.count
                for endpoint in dispatcher.takeUnserved() { group.addTask { await self.serve(endpoint) } }
                await dispatcher.news.next(after: heard)
            }
            group.cancelAll()
        }
        try Task.checkCancellation()
    }

    /// Rings the endpoints that follow a type of which there is something new.
    private func ringForNewEvents() async {
        var seen = store.bounds.last
        dispatcher.wakeAll()
        while !Task.isCancelled {
            let heard = store.bell.count
            do {
                let page = try await store.events(after: seen, types: nil, limit: 2000, bytes: 16 << 20)
                seen = page.next
                dispatcher.wake(Set(page.events.map(\.type)))
                if seen < store.bounds.last { continue }
            } catch {
                dispatcher.wakeAll()
                seen = store.bounds.last
            }
            await store.bell.next(after: heard)
        }
    }

    private func serve(_ endpoint: Endpoint) async {
        defer { dispatcher.ended(endpoint) }
        while !Task.isCancelled, dispatcher.isServed(endpoint) {
            let heard = endpoint.bell.count
            do {
                if try await !giveNext(endpoint) { await endpoint.bell.next(after: heard) }
            } catch is CancellationError {
                return
            } catch {
                logger.warning(
                    "a webhook could not be served",
                    metadata: ["events.subscription": "\(endpoint.id)", "events.cause": "\(error)"])
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// One step: a dead letter that is to be tried again, and then what comes next in the log, so that neither waits
    /// for the other's end. False when there is nothing.
    private func giveNext(_ endpoint: Endpoint) async throws -> Bool {
        guard knowsRights else { return false }
        try await pause(endpoint)
        let hadLetter = try await giveLetter(endpoint)
        try await pause(endpoint)
        let state = endpoint.now
        guard state.subscription.state == .active, let target = state.subscription.target else { return false }
        let position = state.subscription.position
        let limit =
            target.mode == .batch ? (state.singly > 0 ? 1 : settings.eventsPerCall) : target.rate == nil ? 16 : 1
        let page = try await self.page(for: state.subscription, after: position, limit: limit)
        if page.missed > 0 {
            // At once, so that what is tried again after this does not count them again.
            endpoint.advance(to: position + page.missed, missed: page.missed, in: state.epoch)
            dispatcher.moved.ring()
        }
        guard !page.events.isEmpty else {
            endpoint.advance(to: page.next, passing: page.withheld, in: state.epoch)
            dispatcher.moved.ring()
            return hadLetter || page.next < store.bounds.last
        }
        if target.mode == .batch {
            _ = try await give(
                page.events, upTo: page.next, passing: page.withheld, to: endpoint, target, state.epoch)
            return true
        }
        for (place, event) in page.events.enumerated() {
            let isLast = place == page.events.count - 1
            guard
                try await give(
                    [event], upTo: isLast ? page.next : event.position, passing: page.withheld, to: endpoint, target,
                    state.epoch)
            else { return true }
        }
        return true
    }

    /// Until an endpoint that allows so many calls a minute may be called again. Comes before anything is read that the
    /// call is about: much may be other afterwards.
    private func pause(_ endpoint: Endpoint) async throws {
        if let at = endpoint.now.nextCallAt { try await Task.sleep(until: at, clock: .continuous) }
    }

    /// Calls once; the cursor goes on when they were taken, or became dead letters. False when it did not, or when
    /// something changed meanwhile.
    private func give(
        _ events: [StoredEvent], upTo position: Int64, passing withheld: [Int64], to endpoint: Endpoint,
        _ target: Subscription.Target, _ epoch: Int64
    ) async throws -> Bool {
        // False, and the page is read again: without those that may not be heard any more.
        guard let outcome = try await attempt(events, endpoint, target) else { return false }
        if case .refused = outcome, events.count > 1 {
            // One of them it is: they are given one by one.
            endpoint.change { ($0.singly, $0.refusals, $0.failures) = (events.count, 0, 0) }
            return false
        }
        if case .gone = outcome { return try await end(endpoint) }
        if case .taken = outcome {
            endpoint.change { $0.singly = max(0, $0.singly - 1) }
            endpoint.advance(to: position, passing: withheld, given: events.last?.position, in: epoch)
            dispatcher.moved.ring()
        } else if let (lost, fault) = givenUp(outcome, of: events, endpoint) {
            try await bury(lost, of: endpoint, because: fault)
            endpoint.change { ($0.refusals, $0.singly) = (0, max(0, $0.singly - 1)) }
            let isAll = lost.count == events.count
            endpoint.advance(
                to: isAll ? position : lost.last?.position ?? 0, passing: withheld, given: lost.last?.position,
                in: epoch)
            dispatcher.moved.ring()
            guard isAll else {
                await rest(endpoint, after: outcome)
                return false
            }
        } else {
            await rest(endpoint, after: outcome)
            return false
        }
        let now = endpoint.now
        return now.epoch == epoch && now.subscription.state == .active && now.subscription.target == target
    }

    /// - Parameter isAgain: a dead letter: what comes of it says nothing of the event at the head of the queue.
    /// - Returns: nil when the grant does not hold any more for one of them; then nothing was sent.
    private func attempt(
        _ events: [StoredEvent], _ endpoint: Endpoint, _ target: Subscription.Target, isAgain: Bool = false
    ) async throws -> Webhook.Outcome? {
        try Task.checkCancellation()
        let kicks = endpoint.kick.count
        endpoint.change { $0.kicksHeard = kicks }
        guard let message = try? Webhook.message(events, target.mode) else {
            // Nobody would ever get what comes behind it.
            let outcome = Webhook.Outcome.refused(.otherForm)
            let at = now()
            endpoint.change { $0.note(outcome, of: events.count, isAgain: isAgain, at: at) }
            return outcome
        }
        var headers = message.headers
        headers["origin"] = neighbours.origin()
        let place = await dispatcher.places.enter(endpoint.now.kind)
        // Here, and not before: to get in may have taken long.
        guard mayHear(events, endpoint) else {
            dispatcher.places.leave(place)
            return nil
        }
        let start = ContinuousClock.now
        let outcome: Webhook.Outcome
        do {
            outcome = Webhook.Outcome(try await call(.post, target, headers: headers, body: message.body))
        } catch {
            outcome = .notNow(DeliveryFault(error), retryAfterSeconds: nil)
        }
        dispatcher.places.leave(place)
        // Of a call that a stop broke off nothing is known; what was taken is taken, and must not come again.
        if outcome != .taken { try Task.checkCancellation() }
        let (at, took) = (now(), ContinuousClock.now - start)
        endpoint.change { state in
            state.isSlow = took > .seconds(settings.quickSeconds)
            state.nextCallAt = target.rate.map { .now.advanced(by: .seconds(60 / Double($0))) }
            state.note(outcome, of: events.count, isAgain: isAgain, at: at)
        }
        return outcome
    }

    private func mayHear(_ events: [StoredEvent], _ endpoint: Endpoint) -> Bool {
        let (at, application) = (now(), rights.applications[endpoint.now.subscription.application])
        return events.allSatisfy { application?.mayHear($0.type, of: $0.at, at: at) ?? false }
    }

    /// What becomes dead letters of what was not taken, and why: all of it when it was refused too often; otherwise
    /// what is too old by now, which are the first. Nil when nothing does.
    private func givenUp(
        _ outcome: Webhook.Outcome, of events: [StoredEvent], _ endpoint: Endpoint
    ) -> (lost: [StoredEvent], fault: DeliveryFault)? {
        switch outcome {
        case .refused(let fault) where endpoint.now.refusals >= settings.triesMax: return (events, fault)
        case .refused(let fault), .notNow(let fault, _):
            let oldest = now().adding(seconds: -settings.giveUpSeconds)
            let lost = events.prefix { $0.at < oldest }
            return lost.isEmpty ? nil : (Array(lost), fault)
        case .taken, .gone: return nil
        }
    }

    private func bury(_ events: [StoredEvent], of endpoint: Endpoint, because fault: DeliveryFault) async throws {
        let (at, tries, most) = (now(), endpoint.now.failures, settings.deadLettersMax)
        let kept = try await database.write { tx in
            let kept = events.prefix(max(0, most - (try DeadLetterStore.count(of: endpoint.id, in: tx))))
            for event in kept {
                try DeadLetterStore.insert(event, of: endpoint.id, because: fault, tries: tries, at: at, in: tx)
            }
            return kept.count
        }
        if kept < events.count { endpoint.change { $0.subscription.missed += Int64(events.count - kept) } }
        logger.notice(
            "events became dead letters",
            metadata: [
                "events.subscription": "\(endpoint.id)", "events.count": "\(events.count)",
                "events.cause": "\(fault.text)",
            ])
    }

    /// Tries the next dead letter again, if one waits for it. False when none does.
    private func giveLetter(_ endpoint: Endpoint) async throws -> Bool {
        let state = endpoint.now
        guard state.hasAgain, state.subscription.state == .active, let target = state.subscription.target else {
            return false
        }
        // Cleared before it is looked: who asks for another try meanwhile sets it again.
        endpoint.change { $0.hasAgain = false }
        do {
            guard let letter = try await database.read({ try DeadLetterStore.next(of: endpoint.id, in: $0) }) else {
                return false
            }
            endpoint.change { $0.hasAgain = true }
            try await giveAgain(letter, to: endpoint, target)
            return true
        } catch {
            endpoint.change { $0.hasAgain = true }
            throw error
        }
    }

    private func giveAgain(_ letter: DeadLetter, to endpoint: Endpoint, _ target: Subscription.Target) async throws {
        let outcome = try await attempt([letter.stored], endpoint, target, isAgain: true)
        switch outcome {
        case nil: try await keep(letter, because: .noGrant, tries: 0)
        case .taken:
            // In a task of its own, which no stop cancels.
            try await Task { try await database.write { try DeadLetterStore.remove(letter, in: $0) } }.value
        case .gone: _ = try await end(endpoint)
        case .refused(let fault): try await keep(letter, because: fault, tries: 1)
        case .notNow(let fault, let seconds):
            try await keep(letter, because: fault, tries: 1)
            await rest(endpoint, after: .notNow(fault, retryAfterSeconds: seconds))
        }
    }

    /// One more try was asked for, and it was made.
    private func keep(_ letter: DeadLetter, because fault: DeliveryFault, tries: Int) async throws {
        let at = now()
        try await database.write { try DeadLetterStore.keep(letter, because: fault, tries: tries, at: at, in: $0) }
    }

    private func end(_ endpoint: Endpoint) async throws -> Bool {
        try await settle(endpoint.id, .gone, because: .status(410), rate: endpoint.now.subscription.target?.rate)
        return false
    }

    /// Doubling from the first wait, full jitter; or as long as the endpoint said. What an operator said since the call
    /// began ends it.
    private func rest(_ endpoint: Endpoint, after outcome: Webhook.Outcome) async {
        let failures = endpoint.now.failures
        let longest = min(settings.longestRetrySeconds, settings.firstRetrySeconds * Double(1 << min(failures - 1, 30)))
        var seconds = Double.random(in: longest / 10...max(longest, 0.01))
        if case .notNow(_, let wanted?) = outcome { seconds = max(seconds, wanted) }
        let until = now().adding(seconds: Int64(seconds.rounded(.up)))
        endpoint.change { $0.retryAt = until }
        await endpoint.kick.next(after: endpoint.now.kicksHeard, within: .milliseconds(Int64(seconds * 1000)))
        endpoint.change { $0.retryAt = nil }
    }

    /// Writes down cursors that moved, many in one transaction. One that was not written yet when the power goes means
    /// that its last events are given again, which (source, id) tells the receiver.
    func writeCursors() async throws {
        while !Task.isCancelled {
            let heard = dispatcher.moved.count
            try await writeMovedCursors()
            try await Task.sleep(for: .milliseconds(settings.cursorMilliseconds))
            await dispatcher.moved.next(after: heard)
        }
    }

    func writeMovedCursors() async throws {
        let moved = dispatcher.all.compactMap { endpoint -> (Endpoint, Endpoint.State)? in
            let state = endpoint.now
            return state.subscription.position != state.written ? (endpoint, state) : nil
        }
        guard !moved.isEmpty else { return }
        let elsewhere = try await database.write { tx in
            try moved.compactMap { _, state in
                let cursor = state.subscription
                return try SubscriptionStore.move(cursor, in: tx) ? nil : SubscriptionStore.find(cursor.id, in: tx)
            }
        }
        for (endpoint, written) in moved {
            endpoint.change { state in
                if state.epoch == written.epoch { state.written = written.subscription.position }
            }
        }
        for subscription in elsewhere { dispatcher.replay(subscription) }
    }
}
