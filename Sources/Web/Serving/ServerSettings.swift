/// Where a server listens.
package enum ServerAddress: Sendable, Hashable {
    /// Port 0 takes a free one; `onListening` says which.
    case host(String, port: Int)
    /// A socket file that only its owner may use (mode 0600).
    case unixSocket(path: String)
}

/// What a server allows before it hangs up. Every limit is set; none can be switched off.
package struct ServerLimits: Sendable {
    /// From the connection, or from the end of the last answer, until the next request head is complete.
    package var headSeconds: Int64 = 30
    /// From the head until the last byte of the body, however it trickles.
    package var bodySeconds: Int64 = 60
    /// How long the other end may take nothing of what we write.
    package var stalledSeconds: Int64 = 30
    /// How long calls may go on after the server was asked to stop.
    package var graceSeconds: Int64 = 5
    package var headerBytes = 16 << 10
    package var headerCount = 100
    package var connections = 1000
    /// Of those at one time from one address. Trusted proxies and socket files are not counted.
    package var connectionsPerAddress = 250
    /// Bytes of bodies that are held at one time, over all connections.
    package var bodyBytesAtOnce = 256 << 20

    package init() {}
}
