import Exchange
import Vocabulary

@testable import truc

/// The doors of a node as "METHOD pattern", with those who may open each.
enum AccessTable {
    private static let all = Set(Cast.allCases)
    private static let signedIn = all.subtracting([.stranger])
    private static let staff: Set<Cast> = [.officer, .handler, .lead, .auditor]
    private static let reporters: Set<Cast> = [.officer, .handler, .lead]
    private static let sharers: Set<Cast> = [.handler, .lead]
    private static let network = staff.union([.administrator])
    private static let readers: Set<Cast> = [.lead, .administrator, .auditor]
    private static let peopleReaders = readers.union([.unit])
    private static let catalogue = network.union([.unit])
    private static let registrars: Set<Cast> = [.lead, .administrator, .unit]
    private static let askers = reporters.union([.administrator, .unit])
    private static let delegates: Set<Cast> = [.administrator, .unit]

    static let pages: [String: Set<Cast>] = [
        "GET /": all, "GET /help": all, "GET /healthz": all, "GET /openapi.json": all, "GET /problems/{slug}": all,
        "POST /language": all, "GET /design": all, "POST /design": all,

        "GET /gateway": readers, "GET /gateway.json": readers, "GET /gateway/live": readers, "GET /metrics": readers,
        "GET /gateway/exchanges": readers, "GET /gateway/exchanges/{leaf}": readers,
        "GET /gateway/receipt/{leaf}": readers, "GET /gateway/receipt/{leaf}/other": readers,

        "GET /sign-in": all, "POST /sign-in": all, "POST /sign-out": all,
        "GET /identity/first": all, "POST /identity/first": all,
        "GET /identity/passkey": all, "POST /identity/passkey": all,
        "GET /identity/confirm/passkey": signedIn, "POST /identity/confirm/passkey": signedIn,
        "GET /identity/account/passkeys": signedIn, "POST /identity/account/passkeys": signedIn,
        "POST /identity/account/passkeys/{id}/remove": signedIn,
        "GET /identity/lost": all, "POST /identity/lost": all,
        "GET /identity/mail-link": all, "POST /identity/mail-link": all,
        "GET /identity/mail-link/use": all, "POST /identity/mail-link/use": all,
        "POST /identity/account/notices/seen": signedIn, "POST /identity/account/reminders/seen": signedIn,
        "GET /identity/account/language": signedIn, "POST /identity/account/language": signedIn,
        "GET /identity/guests": peopleReaders, "GET /identity/guests/{id}": peopleReaders,
        "GET /identity/guests/new": [.administrator], "POST /identity/guests/new": [.administrator],
        "POST /identity/guests/{id}/end": [.administrator],
        "GET /identity/confirm": signedIn, "POST /identity/confirm": signedIn,
        "GET /identity/second-step": all, "POST /identity/second-step": all,
        "GET /identity/set-password": all, "POST /identity/set-password": all,
        "GET /identity/account": signedIn,
        "GET /identity/account/authenticator": signedIn, "POST /identity/account/authenticator": signedIn,
        "GET /identity/account/authenticator/remove": signedIn, "POST /identity/account/authenticator/remove": signedIn,
        "GET /identity/account/password": signedIn, "POST /identity/account/password": signedIn,
        "GET /identity/account/recovery-codes": signedIn, "POST /identity/account/recovery-codes": signedIn,
        "POST /identity/account/sessions/end-others": signedIn, "POST /identity/account/sessions/{id}/end": signedIn,
        "GET /identity/organisations": signedIn,

        "GET /events": network, "GET /events/types/{code}": network, "GET /events/queues/{id}": network,
        "GET /events/dead": network, "GET /events/types/new": [.lead, .administrator],
        "POST /events/types/new": [.lead, .administrator],
        "GET /events/queues/{id}/replay": [.administrator], "POST /events/queues/{id}/replay": [.administrator],
        "POST /events/queues/{id}/again": [.administrator],
        "POST /events/queues/{id}/pause": [.administrator], "POST /events/queues/{id}/private": [.administrator],
        "GET /events/v1/types": all, "GET /events/v1/types/{code}": all, "GET /events/v1/key": all,
        // Behind these an application shows its key. A cookie opens none: with one the form's token is asked for first.
        "POST /events/v1": signedIn, "OPTIONS /events/v1": [], "POST /events/v1/subscriptions": signedIn,
        "GET /events/v1/subscriptions": [], "DELETE /events/v1/subscriptions/{id}": signedIn,
        "GET /events/v1/subscriptions/{id}/events": [], "POST /events/v1/subscriptions/{id}/ack": signedIn,
        "POST /events/v1/subscriptions/{id}/handshake": signedIn,
        "POST /events/v1/subscriptions/{id}/replay": signedIn, "GET /events/v1/subscriptions/{id}/dead": [],
        "POST /events/v1/subscriptions/{id}/dead/again": signedIn,
        // The secret in the address is the proof.
        "GET /events/v1/consents/{id}": all, "POST /events/v1/consents/{id}": all,

        "GET /.well-known/openid-configuration": all, "GET /.well-known/oauth-authorization-server": all,
        "GET /identity/oauth/authorize": all, "POST /identity/oauth/authorize": all, "POST /identity/oauth/token": all,
        "GET /identity/oauth/jwks": all, "POST /identity/oauth/introspect": all, "POST /identity/oauth/revoke": all,
        // A cookie opens neither: GET asks for a token, and POST with a cookie for the form's token before that.
        "GET /identity/oauth/userinfo": [], "POST /identity/oauth/userinfo": signedIn,
        "GET /identity/oauth/errors": all, "GET /identity/oauth/account": signedIn,
        "OPTIONS /identity/oauth/token": all, "OPTIONS /identity/oauth/userinfo": all,
        "GET /identity/oauth/sign-out": all, "POST /identity/oauth/sign-out": all, "GET /identity/signed-out": all,
        "GET /identity/oauth/consent": signedIn, "POST /identity/oauth/consent": signedIn,
        "GET /identity/account/applications": signedIn,
        "POST /identity/account/applications/{id}/withdraw": signedIn,
        "POST /identity/account/applications/{id}/end": signedIn,
        "GET /identity/clients": [.administrator, .auditor], "GET /identity/clients/{id}": [.administrator, .auditor],
        "GET /identity/clients/new": [.administrator], "POST /identity/clients/new": [.administrator],
        "GET /identity/clients/{id}/edit": [.administrator], "POST /identity/clients/{id}/edit": [.administrator],
        "GET /identity/clients/{id}/rotate": [.administrator],
        "GET /identity/clients/{id}/certificate": [.administrator],
        "POST /identity/clients/{id}/certificate": [.administrator],
        "POST /identity/clients/{id}/rotate": [.administrator], "POST /identity/clients/{id}/revoke": [.administrator],

        "GET /identity/requests": network, "GET /identity/requests/new": network,
        "POST /identity/requests/new": network,
        "POST /identity/requests/{id}/approve": [.administrator],
        "POST /identity/requests/{id}/refuse": [.administrator],
        "POST /identity/requests/{id}/close": network,
        "GET /identity/deputies": catalogue, "GET /identity/deputies/new": catalogue,
        "POST /identity/deputies/new": catalogue, "POST /identity/deputies/{id}/end": catalogue,
        "GET /identity/reviews": peopleReaders, "GET /identity/reviews/{id}": peopleReaders,
        "POST /identity/reviews/{id}/items/{item}/keep": peopleReaders,
        "POST /identity/reviews/{id}/items/{item}/end": peopleReaders,
        "GET /identity/policies": [.administrator, .auditor],
        "GET /identity/policies/{number}": [.administrator, .auditor],
        "GET /identity/policies/new": [.administrator], "POST /identity/policies/new": [.administrator],
        "POST /identity/policies/{number}/approve": [.administrator],
        "POST /identity/policies/{number}/refuse": [.administrator],
        "GET /identity/explain": readers, "GET /identity/explain/readers": readers,
        "GET /identity/people": peopleReaders, "GET /identity/people/{id}": peopleReaders,
        "GET /identity/people/new": delegates, "POST /identity/people/new": delegates,
        "GET /identity/people/{id}/give-role": delegates,
        "POST /identity/people/{id}/give-role": delegates,
        "POST /identity/people/{id}/link": delegates,
        "GET /identity/people/{id}/move": delegates, "POST /identity/people/{id}/move": delegates,
        "GET /identity/people/{id}/leave": delegates, "POST /identity/people/{id}/leave": delegates,
        "POST /identity/people/{id}/reset": [.administrator],
        "GET /identity/resets": [.administrator], "POST /identity/resets/{id}/approve": [.administrator],
        "POST /identity/resets/{id}/refuse": [.administrator],
        "POST /identity/people/{id}/suspend": delegates,
        "POST /identity/people/{id}/reinstate": delegates,
        "POST /identity/people/{id}/roles/{membership}/end": delegates,

        "GET /identity/people/import": delegates, "POST /identity/people/import": delegates,
        "GET /identity/people/import/{id}": delegates, "POST /identity/people/import/{id}/perform": delegates,
        "GET /identity/people/{id}/erase": delegates, "POST /identity/people/{id}/erase": delegates,
        "GET /identity/privacy": signedIn, "POST /identity/privacy/export": signedIn,
        "GET /identity/privacy/erase": signedIn, "POST /identity/privacy/erase": signedIn,

        "GET /identity/services": delegates, "GET /identity/services/{id}": delegates,
        "GET /identity/services/new": delegates, "POST /identity/services/new": delegates,
        "GET /identity/services/{id}/rotate": delegates, "POST /identity/services/{id}/rotate": delegates,
        "POST /identity/services/{id}/end": delegates, "POST /identity/services/{id}/keys/{key}/revoke": delegates,

        // SCIM asks for a key of its own behind the door.
        "GET /scim/v2/{path...}": all, "POST /scim/v2/{path...}": all, "PUT /scim/v2/{path...}": all,
        "PATCH /scim/v2/{path...}": all, "DELETE /scim/v2/{path...}": all,

        "GET /incidents": staff, "GET /incidents.json": staff, "POST /incidents.json": reporters,
        "GET /incidents/live": staff,
        "GET /incidents/new": reporters, "POST /incidents/new": reporters,
        "GET /incidents/{id}": staff, "GET /incidents/{id}/contact": staff,
        "GET /incidents/arrived/{origin}/{id}": staff, "GET /incidents/arrived/{origin}/{id}/contact": staff,
        "GET /incidents/{id}/edit": reporters, "POST /incidents/{id}/edit": reporters,
        "GET /incidents/{id}/state": reporters, "POST /incidents/{id}/state": reporters,
        "GET /incidents/{id}/people": reporters, "POST /incidents/{id}/people": reporters,
        "POST /incidents/{id}/people/{relation}/{person}/end": reporters,
        "GET /incidents/{id}/audience": sharers, "POST /incidents/{id}/audience": sharers,
        "GET /incidents/{id}/share": sharers, "POST /incidents/{id}/share": sharers,

        "GET /threats": staff, "GET /threats.json": staff, "POST /threats.json": [.handler], "GET /threats/{id}": staff,
        "GET /threats/{id}/stix.json": staff,
        "GET /threats/new": reporters, "POST /threats/new": reporters,
        "GET /threats/paste": reporters, "POST /threats/paste": reporters,
        "GET /threats/import": [.handler], "POST /threats/import": [.handler],
        "GET /threats/import/{id}": [.handler], "GET /threats/import/{id}/events": [.handler],
        "GET /threats/{id}/share": sharers, "POST /threats/{id}/share": sharers,

        "GET /exchange": network, "GET /exchange.json": network, "GET /exchange/events": network,
        "GET /exchange/across": network, "GET /exchange/across/{code}": network,
        // Whoever comes from another node is a stranger until its word was checked.
        "GET /exchange/visit": all, "GET /exchange/visit/{code}": all,
        "GET /exchange/alarms": network, "GET /exchange/received": network,
        "GET /exchange/facts/{seq}": network, "GET /exchange/members/{code}": network,
        "GET /exchange/shared": [.lead, .handler, .auditor],
        "GET /exchange/cluster": [.administrator], "POST /exchange/cluster": [.administrator],

        "GET /exchange/catalogue": catalogue, "GET /exchange/catalogue/{code}/{version}": catalogue,
        "GET /exchange/catalogue/{code}/{version}/openapi": catalogue, "GET /exchange/catalogue.json": catalogue,
        "GET /exchange/services": catalogue, "GET /exchange/services/{id}": catalogue,
        "GET /exchange/services/new": registrars, "POST /exchange/services/new": registrars,
        "GET /exchange/services.json": catalogue, "POST /exchange/services.json": registrars,
        "GET /exchange/services/{id}/edit": registrars, "POST /exchange/services/{id}/edit": registrars,
        "PATCH /exchange/services/{id}": registrars, "POST /exchange/services/{id}/versions": registrars,
        "PUT /exchange/versions/{id}/document": registrars, "DELETE /exchange/versions/{id}": registrars,
        "POST /exchange/versions/{id}/instances": registrars,
        "GET /exchange/versions/{id}/instances/{instance}": registrars,
        "POST /exchange/versions/{id}/instances/{instance}": registrars,
        "PUT /exchange/versions/{id}/instances/{instance}": registrars,
        "DELETE /exchange/versions/{id}/instances/{instance}": registrars,
        "GET /exchange/applications.json": catalogue, "POST /exchange/applications.json": registrars,
        "POST /exchange/applications/{id}/keys": registrars, "DELETE /exchange/applications/{id}": registrars,
        "DELETE /exchange/applications/{id}/credentials/{credential}": registrars,
        "GET /exchange/members/{node}/services/{code}/{version}": catalogue,
        "GET /exchange/members/{node}/services/{code}/{version}/request": askers,
        "POST /exchange/members/{node}/services/{code}/{version}/request": askers,
        "GET /exchange/members/{node}/catalogue.json": catalogue, "POST /exchange/members/{node}/requests": askers,
        "GET /exchange/held.json": catalogue, "GET /exchange/held/{node}/{id}": catalogue,
        "GET /exchange/held/{node}/{id}/signed": catalogue,
        "GET /exchange/held/{node}/{id}/end": askers, "POST /exchange/held/{node}/{id}/end": askers,
        "POST /exchange/held/{node}/{id}/revocation": askers,
        "GET /exchange/requests.json": catalogue, "GET /exchange/requests/{id}": catalogue,
        "GET /exchange/requests/{id}/signed": catalogue, "POST /exchange/requests/{id}/withdraw": askers,
        "GET /exchange/requests/{id}/end": askers, "POST /exchange/requests/{id}/end": askers,
        "GET /exchange/services/{id}/version": registrars, "POST /exchange/services/{id}/version": registrars,
        "GET /exchange/versions/{id}/document": registrars, "POST /exchange/versions/{id}/document": registrars,
        "GET /exchange/versions/{id}/instance": registrars, "POST /exchange/versions/{id}/instance": registrars,
        "POST /exchange/versions/{id}/instances/{instance}/remove": registrars,
        "GET /exchange/versions/{id}/close": registrars, "POST /exchange/versions/{id}/close": registrars,
        "POST /exchange/versions/{id}/keep": registrars, "PUT /exchange/versions/{id}/closing": registrars,
        "DELETE /exchange/versions/{id}/closing": registrars, "GET /exchange/versions/{id}/instances": registrars,
        "GET /exchange/applications/{id}/credentials": registrars,
        "POST /exchange/applications/{id}/credentials": registrars,
        "PUT /exchange/grants/{id}/suspension": [.lead], "DELETE /exchange/grants/{id}/suspension": [.lead],
        "POST /exchange/grants/{id}/withdrawal": askers,
        "GET /exchange/applications": catalogue, "GET /exchange/applications/{id}": catalogue,
        "GET /exchange/applications/unproven": [.administrator],
        "POST /exchange/applications/unproven": [.administrator],
        "GET /exchange/applications/unproven.json": [.administrator],
        "PUT /exchange/applications/proof-day": [.administrator],
        "GET /exchange/applications/new": registrars, "POST /exchange/applications/new": registrars,
        "POST /exchange/applications/{id}/key": registrars, "POST /exchange/applications/{id}/end": registrars,
        "GET /exchange/applications/{id}/credential": registrars,
        "POST /exchange/applications/{id}/credential": registrars,
        "GET /exchange/applications/{id}/contact": registrars,
        "POST /exchange/applications/{id}/contact": registrars,
        "POST /exchange/applications/{id}/credentials/{credential}/revoke": registrars,
        "GET /exchange/grants": catalogue, "GET /exchange/grants/{id}": catalogue,
        "GET /exchange/grants/{id}/signed": catalogue, "GET /exchange/grants.json": catalogue,
        "GET /exchange/grants/new": askers, "POST /exchange/grants/new": askers, "POST /exchange/grants.json": askers,
        "GET /exchange/grants/{id}/end": askers, "POST /exchange/grants/{id}/end": askers,
        "POST /exchange/grants/{id}/revocation": askers, "POST /exchange/grants/{id}/withdraw": askers,
        "GET /exchange/grants/{id}/decide": [.lead], "POST /exchange/grants/{id}/decide": [.lead],
        "POST /exchange/grants/{id}/decision": [.lead], "POST /exchange/grants/{id}/resume": [.lead],
        "GET /exchange/grants/{id}/suspend": [.lead], "POST /exchange/grants/{id}/suspend": [.lead],
        "GET /exchange/holidays": [.administrator], "POST /exchange/holidays": [.administrator],
        "POST /exchange/holidays/{day}/remove": [.administrator],

        "GET /ledger": readers, "GET /ledger/checkpoint": readers, "GET /ledger/growth/{size}": readers,
        "GET /ledger/leaf/{index}": readers,
        "GET /ledger/receipt/{fact}": readers, "POST /ledger/receipt/{fact}": readers,
    ].merging(tiles) { first, _ in first }

    /// C2SP tlog-tiles: hashes are for every witness, entries for those who may read.
    private static let tiles: [String: Set<Cast>] = Dictionary(
        uniqueKeysWithValues: (1...6).flatMap { depth in
            let path = (1...depth).map { "{p\($0)}" }.joined(separator: "/")
            return [("GET /ledger/tile/entries/\(path)", readers), ("GET /ledger/tile/{level}/\(path)", readers)]
        })

    /// The site for other nodes, by permission.
    static let peers: [String: Permission] = [
        "GET /exchange/facts": .peer, "POST /exchange/ack": .peer, "POST /exchange/doorbell": .peer,
        "GET /exchange/roster": .peer, "GET /exchange/about": .peer, "POST /exchange/visit-end": .peer,
        "POST /exchange/place": .peer,
        "GET /exchange/granted": .peer, "POST /exchange/granted/{id}/end": .peer, "GET /exchange/offered": .peer,
        "GET /exchange/offered/{code}/{version}": .peer, "GET /exchange/requests": .peer,
        "POST /exchange/requests": .peer, "POST /exchange/requests/{id}/end": .peer,
        "POST /exchange/join": .everyone,
    ]
}
