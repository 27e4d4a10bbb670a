import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Testing
import Vocabulary

@testable import Gateway

/// Services whose certificate an authority signed: by name, or by the address at which they stand.
@Suite("Services' certificates", .serialized)
struct AuthorityTests {
    /// One key, and certificates with which it vouches for itself until 2120, each for one name or address. Nothing but
    /// these tests trusts them.
    private static let key = """
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg0IHcEwqWzpOFBnE0g4/tcafcptWTjgVzNCY/TTvw9rWhRANCAASi\
        gjv7rLnjXnSljUzFmTTWptEXGIGIwLevTvSCCIOjizQUMggpzN+/1sb6DRzJUfNUg17G1u6p8vrn6uK+zNee
        """
    /// The address 127.0.0.1.
    private static let address = """
        MIIBVzCB/qADAgECAgEBMAoGCCqGSM49BAMCMBIxEDAOBgNVBAMMB3NlcnZpY2UwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEw\
        MDAwMDBaMBIxEDAOBgNVBAMMB3NlcnZpY2UwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASigjv7rLnjXnSljUzFmTTWptEXGIGI\
        wLevTvSCCIOjizQUMggpzN+/1sb6DRzJUfNUg17G1u6p8vrn6uK+zNeeo0MwQTAPBgNVHRMBAf8EBTADAQH/MA8GA1UdEQQIMAaH\
        BH8AAAEwHQYDVR0OBBYEFI0N7fFrn9j8oLd07PVmLUGKSbRpMAoGCCqGSM49BAMCA0gAMEUCIQCnXGVA0nAy8gDL6m0ZyMbVztwU\
        PzMEp6cRlXDw+OczSQIgdWduUNVRsbYf8OLYT8a3NJjroDpQ/CU8ranPIs2NqrM=
        """
    /// The address 127.0.0.2.
    private static let otherAddress = """
        MIIBVzCB/qADAgECAgEBMAoGCCqGSM49BAMCMBIxEDAOBgNVBAMMB3NlcnZpY2UwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEw\
        MDAwMDBaMBIxEDAOBgNVBAMMB3NlcnZpY2UwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASigjv7rLnjXnSljUzFmTTWptEXGIGI\
        wLevTvSCCIOjizQUMggpzN+/1sb6DRzJUfNUg17G1u6p8vrn6uK+zNeeo0MwQTAPBgNVHRMBAf8EBTADAQH/MA8GA1UdEQQIMAaH\
        BH8AAAIwHQYDVR0OBBYEFI0N7fFrn9j8oLd07PVmLUGKSbRpMAoGCCqGSM49BAMCA0gAMEUCIQCoSumVQZnjRo8Cr3xGpAoz1RSc\
        MLc9+FAhn/op1qqqTwIgAy+4bls1dMC6iBVfRzbHNxDdeucxKqy6pSIHXLhrH0A=
        """
    /// The name service.example.vn.
    private static let name = """
        MIIBZjCCAQygAwIBAgIBATAKBggqhkjOPQQDAjASMRAwDgYDVQQDDAdzZXJ2aWNlMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAx\
        MDAwMDAwWjASMRAwDgYDVQQDDAdzZXJ2aWNlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEooI7+6y54150pY1MxZk01qbRFxiB\
        iMC3r070ggiDo4s0FDIIKczfv9bG+g0cyVHzVINextbuqfL65+rivszXnqNRME8wDwYDVR0TAQH/BAUwAwEB/zAdBgNVHREEFjAU\
        ghJzZXJ2aWNlLmV4YW1wbGUudm4wHQYDVR0OBBYEFI0N7fFrn9j8oLd07PVmLUGKSbRpMAoGCCqGSM49BAMCA0gAMEUCIQDQHJdq\
        h83tO2DC+VI7l3Q0/+od1/n8sqGcw75YQ5INFQIgQXqfXNLuDlL2YAKlNdnb+UBqn1AJ4mZ5ho1f597vYFE=
        """
    /// The name 127.0.0.1.
    private static let addressAsName = """
        MIIBXTCCAQOgAwIBAgIBATAKBggqhkjOPQQDAjASMRAwDgYDVQQDDAdzZXJ2aWNlMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAx\
        MDAwMDAwWjASMRAwDgYDVQQDDAdzZXJ2aWNlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEooI7+6y54150pY1MxZk01qbRFxiB\
        iMC3r070ggiDo4s0FDIIKczfv9bG+g0cyVHzVINextbuqfL65+rivszXnqNIMEYwDwYDVR0TAQH/BAUwAwEB/zAUBgNVHREEDTAL\
        ggkxMjcuMC4wLjEwHQYDVR0OBBYEFI0N7fFrn9j8oLd07PVmLUGKSbRpMAoGCCqGSM49BAMCA0gAMEUCIBK1zR228O8A2AaNw6s5\
        68gYLUxufjPAelZBW1wmoevkAiEAi/MXaawx0m6ys9d0Zx4VTGAYbdbhGweiVjtTysvScKQ=
        """

    /// Told once: whether the handshake came to its end.
    private final class Greeter: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let promise: EventLoopPromise<Bool>

        init(_ promise: EventLoopPromise<Bool>) { self.promise = promise }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .handshakeCompleted? = event as? TLSUserEvent { promise.succeed(true) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            promise.succeed(false)
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { promise.succeed(false) }
    }

    /// Whether the gateway takes the service at 127.0.0.1 for the one that `name` names.
    private func trusts(_ name: String, showing shown: String) async throws -> Bool {
        let certificate = try NIOSSLCertificate(bytes: try #require(Base64.decode(shown)), format: .der)
        let key = try NIOSSLPrivateKey(bytes: try #require(Base64.decode(AuthorityTests.key)), format: .der)
        let serving = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: [.certificate(certificate)], privateKey: .privateKey(key)))
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: serving))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let trusting = try Security.context(trusting: .certificates([certificate]))
        let promise = group.any().makePromise(of: Bool.self)
        let upstream = Upstream(host: name, port: 443, security: .system(name: name))
        let client = try await ClientBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let handler = try Security.client(upstream, authorities: { trusting }) {
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    try channel.pipeline.syncOperations.addHandler(Greeter(promise))
                }
            }
            .connect(host: "127.0.0.1", port: server.localAddress?.port ?? 0).get()
        let isTrusted = try await promise.futureResult.get()
        try? await client.close()
        try await server.close()
        return isTrusted
    }

    @Test("a service that is registered by its address must show a certificate for that address")
    func addresses() async throws {
        #expect(try await trusts("127.0.0.1", showing: AuthorityTests.address))
        #expect(try await !trusts("127.0.0.1", showing: AuthorityTests.otherAddress))
        #expect(try await !trusts("127.0.0.1", showing: AuthorityTests.name))
        #expect(try await !trusts("127.0.0.1", showing: AuthorityTests.addressAsName))
    }

    @Test("a service that is registered by its name shows a certificate for that name")
    func names() async throws {
        #expect(try await trusts("service.example.vn", showing: AuthorityTests.name))
        #expect(try await !trusts("other.example.vn", showing: AuthorityTests.name))
    }
}
