package import Crypto
package import Database
package import Ledger
package import Logging
import Synchronization
package import Vocabulary
import Web

/// Where nodes meet: the roster, signed facts, labels and the gate, the delivery ledger, and the sync between nodes.
///
/// Nothing leaves the node except as a `Released` fact, and nothing comes in without its origin's signature. Doors for
/// people hang on the node's site (`doors`), doors for other nodes on a site of their own behind TLS 1.3 (`peerDoors`).
package final class Exchange: Sendable {
    typealias Outbox = LedgerOutbox

    let home: Home
    let database: any Database
    let outbox: LedgerOutbox
    let checkpoint: @Sendable () async throws -> String?
    let now: Clock
    let newID: IDSource
    let random: @Sendable (Int) -> [UInt8]
    let transport: PeerTransport
    let settings: ExchangeSettings
    let logger: Logger

    let rosters = RosterCache()
    let nonces: NonceStore
    let watch = Watch()
    let bells = Bells()
    let rooms = Mutex<[ArrivalRoom]>([])
    let authorization: Authority
    let contracts = ContractShelf()
    let reachableAt: Mutex<String>
    let gatewayAt = Mutex<GatewayPlace?>(nil)
    /// While the roster of the cluster that this node joins is on its way.
    let isJoining = Mutex(false)
    let lateCallers = Waiting()
    let gatewayNonces: NonceSieve
    let granted = GrantedShelf()
    let offered = OfferedShelf()
    let standings = StandingShelf()
    let ownDoors = Mutex<ServiceDoors?>(nil)
    private let pages: Mutex<String>

    /// - Parameters:
    ///   - checkpoint: the root hash of a signed head of this node's ledger that covers what was recorded until now
    ///     (drain first), in base64; it goes to the origin with each acknowledgement.
    ///   - authority: what identity says; nil for a node in which nobody may anything but its owner.
    ///   - random: bytes for nonces and the secrets of invitations.
    package init(
        home: Home, database: any Database, outbox: LedgerOutbox,
        checkpoint: @escaping @Sendable () async throws -> String?,
        now: @escaping Clock, newID: @escaping IDSource, transport: PeerTransport, authority: Authority? = nil,
        settings: ExchangeSettings = ExchangeSettings(),
        random: @escaping @Sendable (Int) -> [UInt8] = { count in (0..<count).map { _ in .random(in: .min ... .max) } },
        logger: Logger = Logger(label: "exchange")
    ) {
        self.home = home
        self.database = database
        self.outbox = outbox
        self.checkpoint = checkpoint
        self.now = now
        self.newID = newID
        self.transport = transport
        self.authorization = authority ?? .nobody(at: home.organisation)
        self.settings = settings
        self.random = random
        self.logger = logger
        reachableAt = Mutex(home.address)
        pages = Mutex(home.pages)
        nonces = NonceStore(startedAt: now())
        gatewayNonces = NonceSieve(startedAt: now())
    }

    /// The address under which the others reach the peer door, when it is known only after listening (port 0).
    package func isReachable(at address: String) {
        reachableAt.withLock { $0 = address }
    }

    /// The address of the pages, when it is known only after listening (port 0).
    package func showsPages(at address: String) {
        pages.withLock { $0 = address }
    }

    var address: String { reachableAt.withLock { $0 } }
    package var pagesAddress: String { pages.withLock { $0 } }
}

/// Which node this is.
package struct Home: Sendable {
    package let organisation: ID<Organisation>
    package let name: Phrase
    /// `https://host:port` of the peer door, as the others reach it.
    package let address: String
    package let key: Curve25519.Signing.PrivateKey
    package let tlsPin: String
    /// `https://host` of the pages, as people type it.
    package let pages: String

    package init(
        organisation: ID<Organisation>, name: Phrase, address: String, key: Curve25519.Signing.PrivateKey,
        tlsPin: String, pages: String = ""
    ) {
        self.organisation = organisation
        self.name = name
        self.address = address
        self.key = key
        self.tlsPin = tlsPin
        self.pages = pages
    }

    var keyID: String { Base64.encodeURL(key.publicKey.rawRepresentation) }

    /// What the node's log is called where it is signed.
    package static func logName(of organisation: ID<Organisation>) -> String { "\(organisation)/ledger" }

    /// The key with which receipts of this node are verified, as `truc verify` takes it.
    package var ledgerKey: String {
        (try? VerifierKey(name: Home.logName(of: organisation), key: key.publicKey))?.description ?? ""
    }
}

package struct ExchangeSettings: Sendable {
    /// How often each peer is asked although no doorbell rang; ± 20 %.
    package var pollSeconds: Double = 20
    /// How often each peer is asked what it offers although no doorbell rang; ± 20 %.
    package var offeredSeconds: Double = 120
    /// The longest wait before a peer that does not answer is asked again.
    package var backoffSeconds: Double = 60
    /// How long a signed call is valid.
    package var callSeconds: Int64 = 60
    /// How far two clocks may be apart.
    package var skewSeconds: Int64 = 30
    package var answerSeconds: Double = 15
    /// After how long one round of telling a node what was given back of its grants begins with no further one.
    package var tellingSeconds: Double = 30
    /// How long a call with an unknown key waits for the roster that may name it, and how many such calls at a time.
    package var rosterWaitSeconds: Double = 2
    package var lateCallersLimit = 32
    package var pageFacts = 1000
    package var pageBytes = 2 << 20
    package var factBytesLimit = 8 << 20
    package var invitationHours: Int64 = 24
    /// How long another member's gateway may take for its answer before its node is named to the caller as unreachable.
    package var farAnswerSeconds: Double = 10
    /// How X-Road names this network and its members: `VN/GOV/H40/…`.
    package var instance = "VN"
    package var memberClass = "GOV"

    package init() {}
}
