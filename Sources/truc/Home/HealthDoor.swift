import Database
import Ledger
import StrictJSON
import Vocabulary
import Web

extension Node {
    /// `/healthz`: 200 when the database answers and the ledger can be read, for whoever watches the node.
    func healthDoor(_ site: Site) {
        let about = APIDoc(
            Phrase(vi: "Nút có đang làm việc không", en: "Whether the node works"),
            response: .object(["status": .string, "organisation": .string, "version": .string, "ledgerSize": .integer]))
        site.api(.get, "/healthz", allow: .everyone, about) { [database, ledger, organisation] _ in
            let answers = try? await database.read { try $0.row("SELECT 1 AS one") != nil }
            let isWell = answers == true
            return .json(
                [
                    "status": .string(isWell ? "ok" : "database"), "organisation": .string(organisation.text),
                    "version": .string(trucVersion), "ledgerSize": .integer(ledger.checkpoint.size),
                ], status: isWell ? 200 : 503)
        }
    }
}
