import Gateway
import Database
import Contracts
import StrictJSON
import Vocabulary
package import Web

/// The doors for programs. An application shows its key (`X-Api-Key`, `Authorization: ApiKey …`) or an OAuth token
/// (`Authorization: Bearer …`); grants say what it may.
extension Events {
    package func doors(_ site: Site) {
        publishDoors(site)
        subscriptionDoors(site)
        consentDoors(site)
        deadLetterDoors(site)
        pages(site)
    }

    private func publishDoors(_ site: Site) {
        site.api(
            .post, "/events/v1", allow: .connectEvents,
            APIDoc(
                .publishSummary, request: Schema.any.sent(as: CloudEvent.mediaType), response: Events.positionsSchema,
                tags: ["events"]
            ).byKey, bodyLimit: CloudEvent.Limits.batchBytes
        ) { [self] call in
            let application = try await self.application(of: call.request)
            let events: [CloudEvent]
            do {
                events = try CloudEvent.read(call.request.headers, call.request.body)
            } catch let fault as CloudEventFault {
                throw fault.problem
            } catch let error as JSONError {
                throw error.problem
            }
            let places = try await publish(events, by: application)
            return .json(["positions": .array(places.map { .integer($0.position) })])
        }
        site.api(
            .options, "/events/v1", allow: .connectEvents,
            APIDoc(.handshakeSummary, tags: ["events"]).byKey
        ) { [self] call in
            // Other senders of CloudEvents ask first whether they may call here.
            let application = try await self.application(of: call.request)
            guard let origin = call.request.headers["webhook-request-origin"], !application.publishes.isEmpty else {
                throw Problem.forbidden
            }
            return Response(
                status: 200,
                headers: ["allow": "POST", "webhook-allowed-origin": origin, "webhook-allowed-rate": "*"])
        }
        site.api(
            .get, "/events/v1/types", allow: .everyone,
            APIDoc(.typesSummary, response: .array(Events.typeSchema), tags: ["events"])
        ) { [self] _ in .json(.array(types.all.map(Events.json))) }
        site.api(
            .get, "/events/v1/types/{code}", allow: .everyone,
            APIDoc(.schemaSummary, response: Schema.any.sent(as: "application/schema+json"), tags: ["events"])
        ) { [self] call in
            let code = try call.parameter("code")
            guard let name = types.all.first(where: { $0.code == code })?.name, let ready = types[name] else {
                throw Problem.notFound
            }
            return .bytes(ready.text.json.bytes, type: "application/schema+json")
        }
        site.api(
            .get, "/events/v1/key", allow: .everyone,
            APIDoc(
                .keySummary, response: .object(["kty": .string, "crv": .string, "kid": .string, "x": .string]),
                tags: ["events"])
        ) { [self] _ in
            .json([
                "kty": "OKP", "crv": "Ed25519", "kid": .string(neighbours.keyID), "x": .string(neighbours.keyID),
                "use": "sig", "alg": "EdDSA",
            ])
        }
    }

    private func subscriptionDoors(_ site: Site) {
        site.api(
            .post, "/events/v1/subscriptions", allow: .connectEvents,
            APIDoc(
                .subscribeSummary, request: Events.askSchema, response: Events.subscriptionSchema, tags: ["events"],
                status: 201
            ).byKey, bodyLimit: 16 << 10
        ) { [self] call in
            let application = try await self.application(of: call.request)
            let made = try await subscribe(try Events.draft(call.request.body), by: application)
            return .json(json(made), status: 201)
        }
        site.api(
            .get, "/events/v1/subscriptions", allow: .connectEvents,
            APIDoc(.subscriptionsSummary, response: .array(Events.subscriptionSchema), tags: ["events"]).byKey
        ) { [self] call in
            let application = try await self.application(of: call.request)
            let all = try await database.read { try SubscriptionStore.all(in: $0) }
            return .json(.array(all.filter { $0.application == application.id }.map(json)))
        }
        site.api(
            .delete, "/events/v1/subscriptions/{id}", allow: .connectEvents,
            APIDoc(.unsubscribeSummary, tags: ["events"], status: 204).byKey
        ) { [self] call in
            let found = try await ownSubscription(call)
            try await unsubscribe(found.id, by: found.name)
            return .empty
        }
        site.api(
            .get, "/events/v1/subscriptions/{id}/events", allow: .connectEvents,
            APIDoc(
                .pullSummary, response: Schema.any.sent(as: CloudEvent.batchMediaType),
                query: [
                    .init("after", .afterParameter, schema: .integer),
                    .init("limit", .limitParameter, schema: .integer),
                    .init("wait", .waitParameter, schema: .integer),
                ], tags: ["events"]
            ).byKey
        ) { [self] call in
            let found = try await ownSubscription(call)
            let query = call.request.query
            let (page, gap) = try await pull(
                found, after: try Events.number(query["after"]),
                limit: Int(min(max(try Events.number(query["limit"]) ?? 100, 1), 1000)),
                waitSeconds: Double(min(try Events.number(query["wait"]) ?? 0, 300)))
            var response = Response.bytes(
                CloudEvent.batch(of: page.events.map(\.bytes)), type: CloudEvent.batchMediaType)
            response.headers["truc-next"] = "\(page.next)"
            response.headers["truc-behind"] = "\(max(0, store.bounds.last - page.next))"
            if page.missed > 0 { response.headers["truc-missed"] = "\(page.missed)" }
            if let gap { response.headers["truc-withheld"] = gap.header }
            return response
        }
        site.api(
            .post, "/events/v1/subscriptions/{id}/ack", allow: .connectEvents,
            APIDoc(.ackSummary, request: Events.ackSchema, tags: ["events"], status: 204).byKey,
            bodyLimit: 1024
        ) { [self] call in
            let found = try await ownSubscription(call)
            let body = try Events.body(call.request.body, of: Events.ackSchema)
            try await acknowledge(found, upTo: try body.requireInteger("position"))
            return .empty
        }
        site.api(
            .post, "/events/v1/subscriptions/{id}/handshake", allow: .connectEvents,
            APIDoc(.handshakeAgainSummary, response: Events.subscriptionSchema, tags: ["events"]).byKey, bodyLimit: 1024
        ) { [self] call in .json(json(try await shakeHands(try await ownSubscription(call).id))) }
    }

    /// Where an endpoint, or a person with its log at hand, says yes later: the secret in the address is the proof.
    private func consentDoors(_ site: Site) {
        for method in [Web.Method.get, .post] {
            site.api(
                method, "/events/v1/consents/{id}", allow: .connectEvents,
                APIDoc(
                    .consentSummary, response: Events.consentSchema,
                    query: [.init("key", .consentKeyParameter, schema: .string)], tags: ["events"]
                ).byAddress, bodyLimit: 1024
            ) { [self] call in
                guard call.request.method == method, let key = call.request.query["key"] else { throw Problem.notFound }
                let found = try await consent(
                    ID(try call.parameter("id")), key: key, rate: call.request.headers["webhook-allowed-rate"])
                return .json([
                    "state": .string(found.state.rawValue),
                    "types": .array(found.types.sorted().map { .string($0) }),
                ])
            }
        }
    }

    private func deadLetterDoors(_ site: Site) {
        site.api(
            .post, "/events/v1/subscriptions/{id}/replay", allow: .connectEvents,
            APIDoc(
                .replaySummary, request: Events.replaySchema, response: .object(["position": .integer]),
                tags: ["events"]
            ).byKey, bodyLimit: 1024
        ) { [self] call in
            let found = try await ownSubscription(call)
            let body = try Events.body(call.request.body, of: Events.replaySchema)
            let position = try await replay(
                found.id, from: try Events.moment(try body.optionalString("time")),
                position: try body.optionalInteger("position"), by: found.name)
            return .json(["position": .integer(position)])
        }
        site.api(
            .get, "/events/v1/subscriptions/{id}/dead", allow: .connectEvents,
            APIDoc(
                .deadSummary, response: .array(Events.deadSchema),
                query: [.init("before", .beforeParameter, schema: .integer)], tags: ["events"]
            ).byKey
        ) { [self] call in
            let found = try await ownSubscription(call)
            let before = try Events.number(call.request.query["before"])
            let letters = try await database.read { tx in
                try DeadLetterStore.letters(of: found.id, before: before, limit: 200, in: tx)
            }
            return .json(.array(letters.map(Events.json)))
        }
        site.api(
            .post, "/events/v1/subscriptions/{id}/dead/again", allow: .connectEvents,
            APIDoc(
                .againSummary, request: Events.againSchema, response: .object(["count": .integer]), tags: ["events"]
            ).byKey, bodyLimit: 1024
        ) { [self] call in
            let found = try await ownSubscription(call)
            let position = try Events.body(call.request.body, of: Events.againSchema).optionalInteger("position")
            return .json(["count": .integer(Int64(try await tryAgain(found.id, position, by: found.name)))])
        }
    }

    private func ownSubscription(_ call: Call) async throws -> Subscription {
        try await own(ID(try call.parameter("id")), of: try await application(of: call.request))
    }

    /// Whose keys and tokens these are: whatever a call shows must be good, and one application's.
    func application(of request: Request) async throws -> EventRights.Application {
        var found: EventRights.Application?
        func meet(_ one: EventRights.Application?) throws(Problem) {
            guard let one else { throw .unauthenticated }
            if let found, found.id != one.id { throw .malformed(code: Events.twoCallers, .twoCallers) }
            found = one
        }
        for key in request.headers.all("x-api-key") { try meet(rights.application(withKey: key)) }
        for line in request.headers.all("authorization") {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            switch words.first?.lowercased() {
            case "apikey": try meet(words.last.flatMap(rights.application(withKey:)))
            case "bearer": try meet(try await application(bearing: words.last ?? ""))
            // Another scheme is passed over beside a key.
            default: break
            }
        }
        guard let found else { throw Problem.unauthenticated }
        return found
    }

    private func application(bearing token: String) async throws -> EventRights.Application? {
        if let found = rights.application(withKey: token) { return found }
        return try await neighbours.oauthClient(token).flatMap(rights.application(ofClient:))
    }

    /// As at the gateway.
    static let twoCallers = "two-callers"
}
