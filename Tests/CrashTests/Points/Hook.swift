import StrictJSON
import Synchronization
import Vocabulary
import Web

/// An endpoint for events: agrees to everything and keeps the ids it was given, or answers 503 for a while.
final class Hook: Sendable {
    private let state = Mutex<(ids: Set<String>, isDown: Bool, port: Int)>(([], false, 0))

    var ids: Set<String> { state.withLock { $0.ids } }

    /// Zero until it listens.
    var port: Int { state.withLock { $0.port } }

    func clear() { state.withLock { $0.ids = [] } }

    func goDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

    /// Serves until cancelled.
    func run() async throws {
        var settings = SiteSettings(name: Phrase(name: "Hook"), cookiePrefix: "hook")
        settings.servesBrowsers = false
        let site = Site(
            doorkeeper: .strangersOnly, settings: settings, now: { Instant(milliseconds: 1_604_883_600_000) })
        let about = APIDoc(Phrase(name: "Hook"))
        site.api(.options, "/hook", allow: .everyone, about) { call in
            Response(
                status: 200,
                headers: ["webhook-allowed-origin": call.request.headers["webhook-request-origin"] ?? "-"])
        }
        site.api(.post, "/hook", allow: .everyone, about) { call in
            let id = try JSONDocument(call.request.body).root.requireString("id")
            let isTaken = self.state.withLock { state in
                if state.isDown { return false }
                state.ids.insert(id)
                return true
            }
            return Response(status: isTaken ? 204 : 503)
        }
        try await Server(site: site, address: .host("127.0.0.1", port: 0)).run { port in
            self.state.withLock { $0.port = port }
        }
    }
}
