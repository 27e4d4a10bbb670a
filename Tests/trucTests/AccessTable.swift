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

    static let pages: [String: Set<Cast>] = [
        "GET /": all, "GET /help": all, "GET /healthz": all, "GET /openapi.json": all, "GET /problems/{slug}": all,
        "POST /language": all, "GET /design": all, "POST /design": all,

        "GET /sign-in": all, "POST /sign-in": all, "POST /sign-out": all,
        "GET /identity/first": all, "POST /identity/first": all,
        "GET /identity/second-step": all, "POST /identity/second-step": all,
        "GET /identity/set-password": all, "POST /identity/set-password": all,
        "GET /identity/account": signedIn,
        "GET /identity/account/authenticator": signedIn, "POST /identity/account/authenticator": signedIn,
        "GET /identity/account/authenticator/remove": signedIn, "POST /identity/account/authenticator/remove": signedIn,
        "GET /identity/account/password": signedIn, "POST /identity/account/password": signedIn,
        "GET /identity/account/recovery-codes": signedIn, "POST /identity/account/recovery-codes": signedIn,
        "POST /identity/account/sessions/end-others": signedIn, "POST /identity/account/sessions/{id}/end": signedIn,
        "GET /identity/organisations": signedIn,
        "GET /identity/people": readers, "GET /identity/people/{id}": readers,
        "GET /identity/people/new": [.administrator], "POST /identity/people/new": [.administrator],
        "GET /identity/people/{id}/give-role": [.administrator],
        "POST /identity/people/{id}/give-role": [.administrator],
        "POST /identity/people/{id}/link": [.administrator],
        "POST /identity/people/{id}/reset-second-step": [.administrator],
        "POST /identity/people/{id}/suspend": [.administrator],
        "POST /identity/people/{id}/reinstate": [.administrator],
        "POST /identity/people/{id}/roles/{membership}/end": [.administrator],

        "GET /incidents": staff, "GET /incidents.json": staff, "POST /incidents.json": reporters,
        "GET /incidents/live": staff,
        "GET /incidents/new": reporters, "POST /incidents/new": reporters,
        "GET /incidents/{id}": staff, "GET /incidents/{id}/contact": staff,
        "GET /incidents/arrived/{origin}/{id}": staff,
        "GET /incidents/{id}/edit": reporters, "POST /incidents/{id}/edit": reporters,
        "GET /incidents/{id}/state": reporters, "POST /incidents/{id}/state": reporters,
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
        "GET /exchange/alarms": network, "GET /exchange/received": network,
        "GET /exchange/facts/{seq}": network, "GET /exchange/members/{code}": network,
        "GET /exchange/shared": [.lead, .handler, .auditor],
        "GET /exchange/cluster": [.administrator], "POST /exchange/cluster": [.administrator],

        "GET /ledger": all, "GET /ledger/checkpoint": all, "GET /ledger/growth/{size}": all,
        "GET /ledger/leaf/{index}": readers,
        "GET /ledger/receipt/{fact}": readers, "POST /ledger/receipt/{fact}": readers,
    ].merging(tiles) { first, _ in first }

    /// C2SP tlog-tiles: hashes are for every witness, entries for those who may read.
    private static let tiles: [String: Set<Cast>] = Dictionary(
        uniqueKeysWithValues: (1...6).flatMap { depth in
            let path = (1...depth).map { "{p\($0)}" }.joined(separator: "/")
            return [("GET /ledger/tile/entries/\(path)", readers), ("GET /ledger/tile/{level}/\(path)", all)]
        })

    /// The site for other nodes, by permission.
    static let peers: [String: Permission] = [
        "GET /exchange/facts": .peer, "POST /exchange/ack": .peer, "POST /exchange/doorbell": .peer,
        "GET /exchange/roster": .peer,
        "POST /exchange/join": .everyone,
    ]
}
