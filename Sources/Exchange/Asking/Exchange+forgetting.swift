package import Database
package import Identity
import Ledger
import StrictJSON
import Vocabulary

/// The names in a request for a grant at another member's node, of who asked and of whom to ask, when their owner's
/// data are erased.
///
/// The request is signed anew without the name, at the node that asks, and handed over again; the node that has it puts
/// the one in place of the other. Both logs get a leaf with the digest and the signature of the new document, and what
/// the leaf of the old one said goes: a digest over a name would tell the name to whoever tries them all.
extension Exchange {
    /// Forgets somebody whose data are erased in requests at other nodes, here and there: as who asked, and as the
    /// contact of the application. Comes before their name is taken out of the application itself.
    package func forget(_ person: ErasedPerson, in tx: any Transaction) throws {
        let at = now()
        for var far in try FarRequestStore.all(in: tx) {
            let before = far.request
            if far.askedBy == person.id { far.request.askedBy = "" }
            far.request.contact = person.takenOut(of: before.contact)
            guard far.request != before else { continue }
            far.signed = try SignedDocument(far.request.json, by: home.key)
            // What the other node never took is not there; what is to be told besides carries the document with it.
            if far.standing != nil, far.wish == nil { far.wish = .forget }
            try FarRequestStore.save(far, in: tx)
            try eraseLeaves("exchange.request-sent", about: far.id.text, at: at, in: tx)
            try record(
                "exchange.request-without-name",
                [
                    "request": "\(far.id)", "node": "\(far.request.provider)", "service": .string(far.request.service),
                    "sha256": .string(far.signed.sha256), "signature": .string(Base64.encode(far.signed.signature)),
                ], about: far.id.text, by: nil, at: at, in: tx)
        }
    }

    /// Puts a request in the place of the one that is here, when it is the same without a name. Whether it was.
    func forgetName(
        of grant: ID<AccessGrant>, _ known: [UInt8], for request: GrantRequest, _ signed: SignedDocument,
        at now: Instant, in tx: any Transaction
    ) throws -> Bool {
        var before = try GrantRequest(known)
        let contact = before.contact
        if request.askedBy.isEmpty { before.askedBy = "" }
        if request.contact.contains(ErasedPerson.mark) { before.contact = request.contact }
        guard before == request else { return false }
        try AskedStore.replace(signed, request, of: grant, in: tx)
        try ApplicationStore.replace(
            contact: Folding.compose(contact), with: Folding.compose(request.contact), of: request.applicationCode,
            of: request.organisation, in: tx)
        try eraseLeaves("exchange.request-taken", about: grant.text, at: now, in: tx)
        try record(
            "exchange.request-without-name",
            [
                "request": "\(request.id)", "node": "\(request.node)", "grant": "\(grant)",
                "sha256": .string(signed.sha256), "signature": .string(Base64.encode(signed.signature)),
            ], about: grant.text, by: nil, at: now, in: tx)
        return true
    }

    private func eraseLeaves(
        _ kind: String, about subject: String, at now: Instant, in tx: any Transaction
    ) throws {
        for fact in try outbox.facts(about: subject, limit: 1000, in: tx) where fact.kind == kind {
            try outbox.erase(fact.id, at: now, in: tx)
        }
    }
}
