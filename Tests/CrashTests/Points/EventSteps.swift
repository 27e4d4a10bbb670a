import Events
import Foundation
import Synchronization
import TestKit
import Testing
import Vocabulary

/// What is done to the events of one node, and what must hold afterwards.
extension EventStand {
    var steps: [Step] {
        [
            publishing("publish", 1), publishing("publish a batch", 5), acknowledging, burying, pausing, subscribing,
            starting,
        ]
    }

    /// An append to the log; then the endpoint's cursor, a leaf, and the ledger.
    private func publishing(_ name: String, _ count: Int) -> Step {
        let ids = Mutex<[String]>([])
        return Step(
            name: name,
            prepare: {
                var new: [String] = []
                for _ in 0..<count { new.append(await books.newID()) }
                let made = new
                ids.withLock { $0 = made }
            },
            act: {
                let ids = ids.withLock { $0 }
                try await books.took(ids, at: try await publisher.publish(ids))
            },
            expect: {
                let ids = ids.withLock { $0 }
                try await EventStand.insist(name) { try await books.took(ids, at: try await publisher.publish(ids)) }
                let places = await books.places
                let positions = ids.map { places[$0] ?? 0 }
                guard zip(positions, positions.dropFirst()).allSatisfy({ $0 + 1 == $1 }) else {
                    throw EventBooks.Broken(description: "a batch was taken by halves: \(positions)")
                }
                try await expectDelivered(Set(ids))
            })
    }

    private func expectDelivered(_ ids: Set<String>) async throws {
        let isDelivered = try await eventually(withinSeconds: 30) { hook.ids.isSuperset(of: ids) }
        if !isDelivered {
            throw EventBooks.Broken(description: "the endpoint never got \(ids.subtracting(hook.ids).sorted())")
        }
    }

    /// A cursor that pulls: never behind what was confirmed, never beyond what was asked.
    private var acknowledging: Step {
        let waiting = Mutex<(ids: [String], next: Int64)>(([], 0))
        return Step(
            name: "acknowledge", seconds: 0.6,
            prepare: {
                let ids = [await books.newID(), await books.newID()]
                try await books.took(ids, at: try await publisher.publish(ids))
                let page = try await follower.pull(pulling)
                waiting.withLock { $0 = page }
                // What comes of the events themselves is another step's.
                try await Task.sleep(for: .milliseconds(1500))
            },
            act: {
                let page = waiting.withLock { $0 }
                try await follower.acknowledge(pulling, upTo: page.next)
                await books.confirm(page.ids, upTo: page.next)
            },
            expect: {
                let page = waiting.withLock { $0 }
                let again = try await EventStand.insist("pull") { try await follower.pull(pulling) }
                let isConfirmed = await books.confirmed >= page.next
                let isWhole = again.ids == page.ids && again.next == page.next
                let isEmpty = again.ids.isEmpty && again.next == page.next
                guard isConfirmed ? isEmpty : isWhole || isEmpty else {
                    throw EventBooks.Broken(
                        description: "confirmed \(isConfirmed) up to \(page.next), then came \(again)")
                }
                guard !isConfirmed else { return }
                try await EventStand.insist("acknowledge") { try await follower.acknowledge(pulling, upTo: page.next) }
                await books.confirm(page.ids, upTo: page.next)
            })
    }

    /// The endpoint is away while old events are to be given again: each becomes a dead letter, and comes when those
    /// are tried again.
    private var burying: Step {
        let isAnswered = Mutex(false)
        return Step(
            name: "bury", seconds: 2,
            prepare: {
                hook.clear()
                hook.goDown(true)
                isAnswered.withLock { $0 = false }
            },
            act: {
                try await command("replay", hooked, "0")
                isAnswered.withLock { $0 = true }
            },
            expect: {
                hook.goDown(false)
                if !isAnswered.withLock({ $0 }) {
                    try await EventStand.insist("replay") { try await command("replay", hooked, "0") }
                }
                // Ends its pause, if it makes one.
                try await EventStand.insist("resume") { try await command("resume", hooked) }
                // None may have died; those that did come again.
                _ = try? await command("again", hooked)
                let all = Set(await books.places.keys)
                let areThere = try await eventually(withinSeconds: 120) {
                    if hook.ids.isSuperset(of: all) { return true }
                    _ = try? await command("again", hooked)
                    return false
                }
                if !areThere {
                    throw EventBooks.Broken(
                        description: "neither delivered nor dead: \(all.subtracting(hook.ids).sorted().prefix(9))")
                }
            })
    }

    /// An operator's word, with its leaf.
    private var pausing: Step {
        let isAnswered = Mutex(false)
        let wanted = Mutex("paused")
        return Step(
            name: "pause or resume", seconds: 0.6,
            prepare: {
                let state = try await follower.subscriptions()[paused]
                wanted.withLock { $0 = state == "paused" ? "active" : "paused" }
                isAnswered.withLock { $0 = false }
            },
            act: {
                await books.askPause()
                try await command(wanted.withLock({ $0 }) == "paused" ? "pause" : "resume", paused)
                isAnswered.withLock { $0 = true }
                await books.pause()
            },
            expect: {
                let state = try await EventStand.insist("state") { try await follower.subscriptions()[paused] }
                let told = wanted.withLock { $0 }
                if isAnswered.withLock({ $0 }), state != told {
                    throw EventBooks.Broken(description: "it was told to be \(told) and is \(state ?? "-")")
                }
            })
    }

    private var subscribing: Step {
        let made = Mutex<String?>(nil)
        return Step(
            name: "subscribe", seconds: 0.6, prepare: { made.withLock { $0 = nil } },
            act: {
                let id = try await follower.subscribe()
                made.withLock { $0 = id }
            },
            expect: {
                let all = try await EventStand.insist("subscriptions") { try await follower.subscriptions() }
                if let id = made.withLock({ $0 }), all[id] == nil {
                    throw EventBooks.Broken(description: "subscription \(id) is lost")
                }
                for id in all.keys where ![pulling, hooked, paused].contains(id) {
                    try await EventStand.insist("unsubscribe") {
                        do {
                            try await follower.unsubscribe(id)
                        } catch Desk.Trouble.refused(_, 404, _) {}
                    }
                }
            })
    }

    /// What a start reads again and cuts off, with events on their way when the node died.
    private var starting: Step {
        Step(
            name: "start", seconds: 0.5, isStart: true,
            prepare: {
                let id = await books.newID()
                try await books.took([id], at: try await publisher.publish([id]))
            },
            expect: {
                _ = try await EventStand.insist("subscriptions") { try await follower.subscriptions() }
                try await expectDelivered(Set(await books.places.keys).subtracting(old))
            })
    }

    private func command(_ verb: String, _ operands: String...) async throws {
        let ended = try await Program.run(
            nil, ["event", verb] + operands + ["--language", "en"] + node.place, in: cluster.home)
        guard ended.code == 0 else { throw EventBooks.Broken(description: "event \(verb): \(ended.complaints)") }
    }

    /// When all is over: the log, the ledger and the tables tell the same story.
    func check() async throws {
        // Time for the last leaf.
        try await Task.sleep(for: .seconds(2))
        try await Invariants(cluster: cluster, books: Books()).check()
        let inventory = try await EventInventory(of: node)
        inventory.check(await books.places)
        let words = inventory.pauses
        let (answered, asked) = (await books.pausesAnswered, await books.pausesAsked)
        for (place, word) in words.enumerated() {
            // Each is the opposite of the one before, and the first is a pause: nothing was written twice or left out.
            #expect(word == (place % 2 == 0 ? "events.paused" : "events.resumed"))
        }
        #expect((answered...asked).contains(words.count))
        let cursor = inventory.cursors[pulling] ?? -1
        #expect(cursor == (await books.confirmed))
        let taken = await books.taken
        #expect(Set(taken).count == taken.count, "a confirmed event came again")
        #expect(taken == inventory.events.filter { $0.position <= cursor }.map(\.id), "a cursor skipped an event")
    }
}
