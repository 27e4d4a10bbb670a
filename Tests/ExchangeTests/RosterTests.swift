import Crypto
import StrictJSON
import Testing
import Vocabulary

@testable import Exchange

private let founding = Day("2020-11-09")
private let keeperKey = Curve25519.Signing.PrivateKey()

private func member(
    _ code: String, _ role: MemberRole, key: Curve25519.Signing.PrivateKey = .init(), until: String? = nil
) throws -> Member {
    Member(
        organisation: ID(code), name: Phrase(name: code),
        roles: [Appointment(role, from: try #require(founding), until: until.flatMap { Day($0) })],
        address: "https://127.0.0.1:7443", key: key.publicKey,
        tlsPin: Base64.encodeURL([UInt8](repeating: 7, count: 32)))
}

private func first() throws -> SignedRoster {
    try SignedRoster(
        Roster(
            cluster: Phrase(vi: "Cụm 3", en: "Cluster 3"), keeper: ID("H40"), version: 1, previous: nil,
            issuedAt: Instant(milliseconds: 1_604_883_600_000), members: [try member("H40", .lead, key: keeperKey)]),
        by: keeperKey)
}

private func next(
    _ known: SignedRoster, _ member: Member, by key: Curve25519.Signing.PrivateKey = keeperKey
) throws -> SignedRoster {
    try SignedRoster(
        known.roster.adding(member, after: known.hash, at: known.roster.issuedAt.adding(seconds: 60)), by: key)
}

@Suite("The roster")
struct RosterTests {
    @Test("survives the wire byte for byte, and the next version is taken")
    func chain() throws {
        let one = try first()
        let two = try next(one, try member("H23", .deputy))
        let read = try RosterChain.decode(RosterChain.encode([one, two]))
        #expect(read.map(\.bytes) == [one.bytes, two.bytes])
        #expect(read[0].isSigned(by: keeperKey.publicKey))
        try read[1].check(after: read[0])
        #expect(read[1].roster.member(ID("H23"))?.roles.map(\.role) == [.deputy])
    }

    @Test("only the keeper's own, next, chained version is taken")
    func refusals() throws {
        let one = try first()
        let two = try next(one, try member("H23", .deputy))
        let three = try next(two, try member("H49", .member))
        #expect(throws: RosterRefusal.notChained) { try three.check(after: one) }
        #expect(throws: RosterRefusal.notChained) { try one.check(after: two) }
        #expect(throws: RosterRefusal.notChained) { try two.check(after: two) }
        let forged = try next(one, try member("H23", .deputy), by: .init())
        #expect(throws: RosterRefusal.badSignature) { try forged.check(after: one) }
        let twin = try next(one, try member("H24", .member))
        #expect(throws: RosterRefusal.equivocation) { try twin.check(after: two) }
        let heir = try SignedRoster(
            Roster(
                cluster: one.roster.cluster, keeper: ID("H23"), version: 3, previous: two.hash,
                issuedAt: two.roster.issuedAt,
                members: two.roster.members), by: keeperKey)
        #expect(throws: RosterRefusal.otherKeeper) { try heir.check(after: two) }
        let swapped = try next(two, try member("H40", .lead))
        #expect(throws: RosterRefusal.otherKeeper) { try swapped.check(after: two) }
    }

    @Test("is read strictly: only canonical bytes of a sound document")
    func strict() throws {
        let one = try first()
        let text = String(decoding: one.bytes, as: UTF8.self)
        #expect(throws: RosterRefusal.notCanonical) { try Roster(canonical: Array(" \(text)".utf8)) }
        #expect(throws: RosterRefusal.unreadable) { try Roster(canonical: Array(text.dropLast().utf8)) }
        for (part, other) in [
            ("\"version\":1", "\"version\":0"), ("https://", "http://"), ("\"lead\"", "\"king\""),
            ("2020-11-09\"", "2020-13-09\""),
            ("\"keeper\":\"H40\"", "\"keeper\":\"H41\""), ("truc-roster-1", "truc-roster-2"),
        ] {
            #expect(throws: RosterRefusal.unreadable, "\(other)") {
                try Roster(canonical: Array(text.replacing(part, with: other).utf8))
            }
        }
        let extra = text.replacing("\"version\":1", with: "\"version\":1,\"vip\":true")
        #expect(throws: RosterRefusal.notCanonical) { try Roster(canonical: Array(extra.utf8)) }
    }

    @Test("says who belongs where on a day: the coordinator is in the network only, an ended role is no role")
    func membership() throws {
        let roster = try next(
            next(first(), member("VNCERT", .coordinator)), member("H28", .member, until: "2025-06-30")
        ).roster
        let then = roster.membership(on: try #require(Day("2025-06-30")))
        #expect(then.cluster == [ID("H40"), ID("H28")])
        #expect(then.network == [ID("H40"), ID("H28"), ID("VNCERT")])
        let later = roster.membership(on: try #require(Day("2025-07-01")))
        #expect(later.network == [ID("H40"), ID("VNCERT")])
        #expect(roster.membership(on: try #require(Day("2020-11-08"))).network.isEmpty)
    }

    @Test(
        "a mark says version and hash, and is read strictly",
        arguments: ["7;01", "-1;0123456789abcdef", "7;0123456789ABCDEF", "07;0123456789abcdef"])
    func mark(text: String) {
        #expect(RosterMark("7;0123456789abcdef")?.version == 7)
        #expect(RosterMark(text) == nil)
    }
}
