import Events
import StrictJSON
import Vocabulary

extension Control {
    /// Behind `truc event …`. Whoever owns the folder stands for every organisation.
    static let eventVerbs = [
        Verb(name: "event.register") { node, input in
            let title = try input.requireString("title")
            var draft = EventTypeDraft(
                code: try input.requireString("code"), name: try input.requireString("type"),
                organisation: try await Control.owner(input, at: node),
                title: Phrase(vi: title, en: try input.optionalString("title-en") ?? title),
                schema: Array(try input.requireString("schema").utf8))
            if let dataClass = try input.optionalString("class") { draft.dataClass = dataClass }
            let type = try await node.events.register(draft, by: nil)
            return ["code": .string(type.code), "revision": .integer(Int64(type.revision))]
        },
        Verb(name: "event.list") { node, _ in .array(node.events.typeLines) },
        Verb(name: "event.queues") { node, _ in .array(try await node.events.queueLines()) },
        Verb(name: "event.state") { node, _ in node.events.stateLine },
        Verb(name: "event.replay") { node, input in
            let text = try input.requireString("from")
            let (moment, place) = (Instant(rfc3339: text) ?? Day(text)?.start, Int64(text))
            guard moment != nil || place != nil else { throw Problem.conflict(.noMomentNorPosition(text)) }
            let position = try await node.events.replay(
                ID(try input.requireString("id")), from: moment, position: place, by: DeliveryFault.owner)
            return ["position": .integer(position)]
        },
        Verb(name: "event.again") { node, input in
            let count = try await node.events.tryAgain(
                ID(try input.requireString("id")), try input.optionalInteger("position"), by: DeliveryFault.owner)
            return ["count": .integer(Int64(count))]
        },
        Verb(name: "event.dead") { node, input in
            .array(try await node.events.deadLines(of: try input.optionalString("id").map { ID($0) }))
        },
        Verb(name: "event.pause") { node, input in
            try await node.events.pause(
                ID(try input.requireString("id")), try input.requireBool("pause"), by: DeliveryFault.owner)
            return [:]
        },
        Verb(name: "event.end") { node, input in
            try await node.events.unsubscribe(ID(try input.requireString("id")), by: "owner")
            return [:]
        },
        Verb(name: "event.allow-private") { node, input in
            try await node.events.allowPrivate(ID(try input.requireString("id")), true, by: DeliveryFault.owner)
            return [:]
        },
    ]
}

extension Phrase {
    static func noMomentNorPosition(_ text: String) -> Phrase {
        Phrase(
            vi: "“\(text)” không phải là ngày, thời điểm (RFC 3339) hay vị trí",
            en: "“\(text)” is no day, no time (RFC 3339) and no position")
    }
}
