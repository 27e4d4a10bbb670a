import Gateway
import Database
import Contracts
import StrictJSON
import Vocabulary
import Web

extension APIDoc {
    /// For the doors where an application shows its key or token.
    var byKey: APIDoc { proved(by: [.apiKey, .bearer]) }

    /// For the doors whose address is the proof.
    var byAddress: APIDoc { proved(by: [.none]) }

    private func proved(by proofs: [Proof]) -> APIDoc {
        var copy = self
        copy.proofs = proofs
        return copy
    }
}

/// The JSON of the doors.
extension Events {
    static let positionsSchema = Schema.object(["positions": .array(.integer)])
    static let typeSchema = Schema.object([
        "code": .string, "name": .string, "organisation": .string, "title": .object(["vi": .string, "en": .string]),
        "about": .string, "class": .oneOf(EventType.dataClasses), "revision": .integer, "schema": .string,
    ])
    static let askSchema = Schema.object(
        [
            "types": .array(.string), "url": .string, "pin": .string,
            "mode": .oneOf(Subscription.Mode.allCases.map(\.rawValue)), "from": .dateTime, "position": .integer,
        ], optional: ["url", "pin", "mode", "from", "position"]
    ).closed
    static let ackSchema = Schema.object(["position": .integer]).closed
    static let replaySchema = Schema.object(
        ["position": .integer, "time": .dateTime], optional: ["position", "time"]
    ).closed
    static let againSchema = Schema.object(["position": .integer], optional: ["position"]).closed
    static let subscriptionSchema = Schema.object(
        [
            "id": .string, "types": .array(.string), "url": .string, "mode": .string,
            "state": .oneOf(Subscription.State.allCases.map(\.rawValue)), "reason": .string, "position": .integer,
            "last": .integer, "missed": .integer, "withheld": .integer, "gaps": .array(Gap.schema), "rate": .integer,
            "ungranted": .array(Withholding.schema), "failures": .integer, "error": .string, "retryAt": .dateTime,
        ], optional: ["url", "mode", "rate", "error", "retryAt"])
    static let consentSchema = Schema.object([
        "state": .oneOf(Subscription.State.allCases.map(\.rawValue)), "types": .array(.string),
    ])
    static let deadSchema = Schema.object([
        "position": .integer, "reason": .string, "tries": .integer, "happenedAt": .dateTime, "diedAt": .dateTime,
        "again": .boolean, "type": .string, "source": .string, "id": .string,
    ])

    static func json(_ type: EventType) -> JSON {
        [
            "code": .string(type.code), "name": .string(type.name), "organisation": .string(type.organisation.text),
            "title": ["vi": .string(type.title.vi), "en": .string(type.title.en)], "about": .string(type.about),
            "class": .string(type.dataClass), "revision": .integer(Int64(type.revision)),
            "schema": .string("/events/v1/types/\(type.code)"),
        ]
    }

    static func json(_ letter: DeadLetter) -> JSON {
        [
            "position": .integer(letter.position), "reason": .string(letter.reason),
            "tries": .integer(Int64(letter.tries)),
            "happenedAt": .string(letter.happenedAt.rfc3339), "diedAt": .string(letter.diedAt.rfc3339),
            "again": .bool(letter.again), "type": .string(letter.type), "source": .string(letter.source),
            "id": .string(letter.event),
        ]
    }

    func json(_ subscription: Subscription) -> JSON {
        let live = dispatcher[subscription.id]?.now
        let gaps = live?.subscription.gaps ?? subscription.gaps
        var json: JSON = [
            "id": .string(subscription.id.text), "types": .array(subscription.types.sorted().map { .string($0) }),
            "state": .string(subscription.state.rawValue), "reason": .string(subscription.reason),
            "position": .integer(live?.subscription.position ?? subscription.position),
            "last": .integer(store.bounds.last),
            "missed": .integer(live?.subscription.missed ?? subscription.missed),
            "withheld": .integer(gaps.count), "gaps": .array(gaps.all.map(\.json)),
            "ungranted": .array(
                withheld(from: subscription).map { ["type": .string($0.type), "reason": .string($0.why.rawValue)] }),
            "failures": .integer(Int64(live?.failures ?? 0)),
        ]
        if let target = subscription.target {
            json["url"] = .string(target.url)
            json["mode"] = .string(target.mode.rawValue)
            if let rate = target.rate { json["rate"] = .integer(Int64(rate)) }
        }
        if let fault = live?.lastError { json["error"] = .string(fault.text) }
        if let retry = live?.retryAt { json["retryAt"] = .string(retry.rfc3339) }
        return json
    }

    /// - Parameter schema: what the door reads; with any other member nothing is done.
    static func body(_ bytes: [UInt8], of schema: Schema) throws -> JSONValue {
        do {
            let body = try JSONDocument(bytes, limits: JSONLimits(bytes: 16 << 10, depth: 4, nodes: 200)).root
            try schema.refuseOthers(in: body, code: unknownMember)
            return body
        } catch let error as JSONError {
            throw error.problem
        }
    }

    static func draft(_ bytes: [UInt8]) throws -> SubscriptionDraft {
        do {
            let body = try Events.body(bytes, of: askSchema)
            let word = try body.optionalString("mode") ?? Subscription.Mode.structured.rawValue
            guard let mode = Subscription.Mode(rawValue: word) else { throw Problem.invalid(["mode": .modeIsWrong]) }
            return SubscriptionDraft(
                types: Set(try body.requireStrings("types")), url: try body.optionalString("url"),
                pin: try body.optionalString("pin"), mode: mode,
                from: try Events.moment(try body.optionalString("from")),
                position: try body.optionalInteger("position"))
        } catch let error as JSONError {
            throw error.problem
        }
    }

    private static let unknownMember = "events.unknown-member"

    static func moment(_ text: String?) throws(Problem) -> Instant? {
        guard let text else { return nil }
        guard let moment = Instant(rfc3339: text) else { throw .malformed(code: "events.time", .timeIsWrong) }
        return moment
    }

    static func number(_ text: String?) throws(Problem) -> Int64? {
        guard let text else { return nil }
        guard let number = Int64(text), number >= 0 else { throw .malformed(code: "events.cursor", .badCursor) }
        return number
    }

    /// Makes events durable, all or none: each of a type that the application may publish, with data that fits.
    func publish(_ events: [CloudEvent], by application: EventRights.Application) async throws -> [Appended] {
        guard !events.isEmpty else { return [] }
        let at = now()
        var errors: [String: Phrase] = [:]
        for (place, event) in events.enumerated() {
            guard application.mayPublish(event.type, at: at) else {
                throw Problem.denied(code: "events.no-grant", .noGrantToPublish(event.type))
            }
            guard let ready = types[event.type] else {
                // Another node's type: that node checks what arrives there.
                guard rights.home(of: event.type) != nil else {
                    throw Problem.malformed(code: "events.unknown-type", .unknownType(event.type))
                }
                continue
            }
            for misfit in ready.misfits(event) where errors.count < 20 {
                errors["events/\(place)/data\(misfit.pointer)"] = misfit.words
            }
        }
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        do {
            return try await store.append(events.map { NewEvent($0, publisher: application.id) })
        } catch EventStoreFault.otherContent(let source, let id) {
            throw Problem.conflict(.otherContent(source, id))
        } catch EventStoreFault.tooLarge {
            throw Problem.tooLarge(limitBytes: CloudEvent.Limits.eventBytes)
        } catch EventStoreFault.busy {
            throw Problem.busy(retryAfterSeconds: 1)
        }
    }
}
