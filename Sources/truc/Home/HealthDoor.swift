import Database
import Gateway
import Ledger
import StrictJSON
import Vocabulary
import Web

extension Node {
    /// `/healthz`: 200 when the database answers, the ledger can be read and takes evidence of calls, else 503 with the
    /// one that does not, for whoever watches the node. It says nothing that grows with what happens here.
    func healthDoor(_ site: Site) {
        let about = APIDoc(
            Phrase(vi: "Nút có đang làm việc không", en: "Whether the node works"),
            response: .object([
                "status": .string, "organisation": .string, "version": .string,
                "gateway": .oneOf(Gateway.State.allCases.map(\.rawValue)),
            ]))
        site.api(.get, "/healthz", allow: .everyone, about) { [database, ledger, organisation, gateway] _ in
            let calls = gateway.state
            var status = await Node.status(of: database, ledger)
            if status == "ok", calls == .withoutEvidence { status = "ledger" }
            return Node.health(of: organisation, status, gateway: calls.rawValue)
        }
    }

    static func health(of organisation: ID<Organisation>, _ status: String, gateway: String) -> Response {
        .json(
            [
                "status": .string(status), "organisation": .string(organisation.text),
                "version": .string(trucVersion), "gateway": .string(gateway),
            ], status: status == "ok" ? 200 : 503)
    }

    /// `ok`, or what does not answer.
    static func status(of database: any Database, _ ledger: Ledger) async -> String {
        let answers = try? await database.read { try $0.row("SELECT 1 AS one") != nil }
        guard answers == true else { return "database" }
        let size = ledger.checkpoint.size
        let last = try? await ledger.entries(max(0, size - 1)..<size)
        return last != nil && ledger.isWritable ? "ok" : "ledger"
    }
}
