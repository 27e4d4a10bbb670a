import Database
import Ledger
import StrictJSON
package import Vocabulary

extension Identity {
    /// For a key that got about: new keys sign from now on, and whatever the old ones signed is believed no more.
    /// Applications find the new ones where they found the old.
    package func replaceTokenKeys(by author: Person?) async throws {
        let at = now()
        try await openID.keyring.replaceAll(at: at) { tx in
            try outbox.record("identity.token-keys-replaced", ["by": by(author)], at: at, in: tx)
        }
        openID.known.forget()
    }
}
