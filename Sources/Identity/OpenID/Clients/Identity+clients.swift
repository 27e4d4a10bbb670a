import Database
import Ledger
import StrictJSON
package import Vocabulary
import Web

/// What changes about a client that is registered: its secret, its certificate, its names, purpose and addresses.
extension Identity {
    /// A new secret, good for so many days; the one before goes on for `overlapDays`, so that the program can be told
    /// without a pause. At most two hold at a time.
    package func rotateClientSecret(
        _ id: ID<Client>, days: Int64 = ClientSecret.daysDefault, overlapDays: Int64? = nil, by author: Person?
    ) async throws -> ClientSecret {
        let (at, secret) = (now(), Token())
        let (until, oldUntil) = (try secretEnd(days, at: at), try overlap(overlapDays, at: at))
        try await database.write { tx in
            guard try ClientStore.rotate(id, to: secret.digest, until: until, oldUntil: oldUntil, in: tx) else {
                throw Problem.notFound
            }
            try ProgramHolderStore.add(author, of: id.text, in: tx)
            try record("identity.client-secret-rotated", id, by: author, at: at, in: tx)
        }
        openID.clients.forget()
        return ClientSecret(client: id, secret: secret.text, until: until)
    }

    /// Another certificate, by its RFC 8705 thumbprint; the one before goes on for `overlapDays`. Tokens that are bound
    /// to it work with it until they end.
    package func rotateClientCertificate(
        _ id: ID<Client>, to thumbprint: String, overlapDays: Int64? = nil, by author: Person?
    ) async throws {
        guard Base64.decodeURL(thumbprint)?.count == 32 else {
            throw Problem.invalid(["certificate": .thumbprintIsInvalid])
        }
        let at = now()
        let oldUntil = try overlap(overlapDays, at: at)
        try await database.write { tx in
            guard let client = try ClientStore.find(id, in: tx), client.state == .active, client.certificate != nil
            else {
                throw Problem.notFound
            }
            guard try ClientStore.rotate(id, toCertificate: thumbprint, oldUntil: oldUntil, in: tx) else {
                throw Problem.invalid(["certificate": .certificateIsTheSame])
            }
            try ProgramHolderStore.add(author, of: id.text, in: tx)
            try record("identity.client-certificate-rotated", id, by: author, at: at, in: tx)
        }
        openID.clients.forget()
    }

    /// Writes what people see and where browsers go; what the program may do stays. Whoever agreed to another purpose
    /// is asked anew, and what the program was let to do for them, while they are away too, is over.
    ///
    /// `change` is made to what the tables say in the moment of writing. Throws `invalid` with each field, `notFound`
    /// for a client that is none any more, `conflict` when it is another than was `seen`.
    ///
    /// - Parameter seen: `ClientForm.mark` of what somebody looked at while they wrote; nil for nothing.
    package func editClient(
        _ id: ID<Client>, seen: String? = nil, by author: Person?,
        _ change: @escaping @Sendable (inout ClientForm) -> Void
    ) async throws {
        let at = now()
        try await endingTokens { tx in
            guard let before = try ClientStore.find(id, in: tx), before.state == .active else {
                throw Problem.notFound
            }
            var form = ClientForm(before)
            guard seen == nil || seen == form.mark else { throw Problem.conflict(.clientChangedMeanwhile) }
            change(&form)
            // A service that signs nobody in has no scopes for it either.
            if !before.signsPeopleIn { (form.redirects, form.signOutRedirects) = ([], []) }
            var edited = try form.checked(id: id, organisation: before.organisation, at: before.createdAt)
            // Ids that people have at it stay: it would take everybody for somebody new.
            edited.sector = before.sector
            let isAnotherPurpose = before.purpose != edited.purpose
            try ClientStore.edit(edited, in: tx)
            if isAnotherPurpose { try openID.revokeAll(ofThoseWhoAgreedTo: id, at: at, in: tx) }
            let asked = try isAnotherPurpose ? ConsentStore.forgetAll(of: id, in: tx) : 0
            try outbox.record(
                "identity.client-edited",
                [
                    "client": "\(id)", "by": by(author), "purpose-changed": .bool(isAnotherPurpose),
                    "asked-anew": .integer(Int64(asked)),
                    "redirects": .array(edited.redirects.map { .string($0) }),
                ], subject: id.text, at: at, in: tx)
        }
        openID.clients.forget()
    }

    /// Tells, once for each of 30, 7 and 1 days, that the secret of a client is about to end.
    func warnOfEndingSecrets(at now: Instant, in tx: any Transaction) throws {
        for days in ClientSecret.warningDays.reversed() {
            let ending = try ClientStore.ending(
                after: now, before: now.adding(days: Int64(days)), toldBefore: days, in: tx)
            for client in ending {
                guard let until = client.secretUntil else { continue }
                try ClientStore.told(client.id, days: days, in: tx)
                try outbox.record(
                    "identity.client-secret-ending",
                    ["client": "\(client.id)", "until": .string(until.rfc3339)], subject: client.id.text, at: now,
                    in: tx)
                try announce(
                    .secretEnding(client, until), to: .holders([.nodeAdministrator], in: client.organisation),
                    once: "secret \(client.id) \(until.milliseconds) \(days)", at: now, in: tx)
            }
        }
    }

    func secretEnd(_ days: Int64, at now: Instant) throws(Problem) -> Instant {
        guard (1...ClientSecret.daysMax).contains(days) else { throw .invalid(["days": .secretDaysAreWrong]) }
        return now.adding(days: days)
    }

    private func overlap(_ days: Int64?, at now: Instant) throws(Problem) -> Instant {
        guard let days else { return now.adding(seconds: openID.settings.oldSecretSeconds) }
        guard (0...ClientSecret.overlapDaysMax).contains(days) else { throw .invalid(["overlap": .overlapIsWrong]) }
        return now.adding(days: days)
    }
}

extension ClientForm {
    /// As a client is registered.
    init(_ client: Client) {
        self.init()
        (name, nameEn, purpose) = (client.name, client.nameEn, client.purpose)
        (redirects, signOutRedirects, logoutURI) = (client.redirects, client.signOutRedirects, client.logoutURI)
        (scopes, audiences, signing) = (client.scopes, client.audiences, client.signing)
        (isPublic, actsAlone, introspects) = (client.isPublic, client.actsAlone, client.introspects)
        (asksConsent, certificate) = (client.asksConsent, client.certificate)
        (isPairwise, sector) = (client.sector != nil, client.sector)
    }

    /// Other names, another purpose or other addresses give another one.
    var mark: String {
        let said =
            [name, nameEn, purpose.vi, purpose.en, logoutURI ?? ""] + redirects.sorted() + [""]
            + signOutRedirects.sorted()
        return String(Digest.hex(said.joined(separator: "\0")).prefix(16))
    }
}

extension Announcement {
    fileprivate static func secretEnding(_ client: Client, _ until: Instant) -> Announcement {
        let day = Day(until).forReading
        return Announcement(
            kind: "identity.client-secret-ending",
            title: Phrase(
                vi: "Khóa bí mật của “\(client.title.vi)” hết hạn ngày \(day)",
                en: "The secret of “\(client.title.en)” ends on \(day)"),
            text: Phrase(
                vi: """
                    Sau ngày \(day) ứng dụng không xin được token, người dùng không đăng nhập vào đó được.
                    Hãy cấp khóa mới: khóa cũ còn dùng được trong khi đặt khóa mới.
                    """,
                en: """
                    After \(day) the application gets no tokens, and nobody can sign in to it.
                    Make a new secret: the old one goes on while the new one is put in place.
                    """),
            path: "/identity/clients/\(client.id)")
    }
}
