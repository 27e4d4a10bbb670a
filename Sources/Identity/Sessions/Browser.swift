import Vocabulary
import Web

/// The browser at the other end: where it is, what it calls itself, and the cookies of ours that it carries.
struct Browser: Sendable {
    let address: String
    let agent: String
    let session: Token?
    let device: Token?

    init(address: String, agent: String = "", session: Token? = nil, device: Token? = nil) {
        self.address = address
        self.agent = agent
        self.session = session
        self.device = device
    }

    init(_ request: Request, _ cookies: Cookies) {
        func token(_ name: String) -> Token? {
            cookies.value(name, of: request).flatMap { (20...100).contains($0.utf8.count) ? Token($0) : nil }
        }
        self.init(
            address: Network.bare(request.remote), agent: request.headers["user-agent"] ?? "",
            session: token("session"),
            device: token("device"))
    }

    var network: Network { Network(address: address) }

    /// `Firefox, Linux`: enough to know one's own browser in a list.
    var deviceName: String {
        let browsers = [
            ("Edg", "Edge"), ("OPR", "Opera"), ("coc_coc", "Cốc Cốc"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
            ("Safari", "Safari"),
        ]
        let systems = [
            ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
            ("Linux", "Linux"),
        ]
        let found = [browsers, systems].compactMap { names in names.first { agent.contains($0.0) }?.1 }
        return found.isEmpty ? String(agent.prefix(40)) : found.joined(separator: ", ")
    }
}
