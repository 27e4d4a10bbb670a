import NIOCore
import NIOPosix
import Synchronization
import Testing
import Vocabulary
@testable import Web

@Suite("Calling others")
struct FetchTests {
    let fetch = Fetch()

    @Test(
        "nothing private is reached on a stranger's word",
        arguments: [
            "127.0.0.1", "127.8.9.1", "[::1]", "[::]", "[::ffff:10.0.0.1]", "[::ffff:8.8.8.8]", "169.254.169.254",
            "0.0.0.0", "10.1.2.3",
            "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "224.0.0.1", "255.255.255.255", "[fe80::1]",
            "[fc00::1]", "[ff02::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:db8::1]", "localhost",
            "a.localhost",
        ])
    func privateAddresses(host: String) async {
        await #expect(throws: FetchError.privateAddress(host: host.filter { $0 != "[" && $0 != "]" })) {
            try await fetch.send(FetchRequest(.get, "http://\(host):9/", trust: .plain))
        }
    }

    @Test(
        "addresses in odd spellings are none",
        arguments: [
            "http://2130706433/", "http://0x7f000001/", "http://127.1/", "http://0177.0.0.1/", "http://127.0.0.1.5/",
            "http://1.2.3.256/",
            "http://user@host/", "http://host:0/", "http://host:99999/", "http://host:8x/", "ftp://host/", "http:host",
            "//host/",
            "http:///x", "http://a b/", "http://ho\tst/", "http://hóst/", "http://[::1/", "http://[1.2.3.4]/",
            "http://-a/", "http://a..b/",
            "http://host\\@evil/", "http://host/\r\nx: y", "https://host/", "file:///etc/passwd",
        ])
    func badAddresses(url: String) async {
        await #expect(throws: FetchError.badAddress(url)) {
            try await fetch.send(FetchRequest(.get, url, trust: .plain))
        }
    }

    @Test("open addresses are open", arguments: ["8.8.8.8", "203.162.4.191", "2405:4800::1", "2606:4700::1111"])
    func publicAddresses(text: String) throws {
        #expect(PublicAddress.contains(try SocketAddress(ipAddress: text, port: 80)))
    }

    @Test("an address says what it says")
    func addresses() throws {
        let address = try FetchAddress("HTTPS://Node.Example:8443/a/b?c=d#e")
        #expect(
            address.isSecure && address.host == "node.example" && address.port == 8443 && address.target == "/a/b?c=d")
        #expect(try FetchAddress("http://[2405::1]").hostField == "[2405::1]")
        #expect(try FetchAddress("https://a.example?x=1").target == "/?x=1")
    }

    /// Says `text` when it is asked something, whatever that is, and stays.
    private final class Parrot: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        let text: String

        init(_ text: String) {
            self.text = text
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }
    }

    private func withAnswer(_ text: String, _ body: @Sendable (String) async throws -> Void) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in channel.pipeline.addHandler(Parrot(text)) }
            .bind(host: "127.0.0.1", port: 0).get()
        try await body("http://127.0.0.1:\(server.localAddress?.port ?? 0)/")
        try await server.close()
    }

    private func request(_ url: String, seconds: Double = 5) -> FetchRequest {
        FetchRequest(.get, url, deadlineSeconds: seconds, maxBytes: 100, trust: .plain, mayReachPrivate: true)
    }

    @Test(
        "an answer that is too long is dropped, declared or not",
        arguments: [
            "content-length: 101\r\n\r\n",
            "transfer-encoding: chunked\r\n\r\n65\r\n\(String(repeating: "x", count: 101))\r\n0\r\n\r\n",
        ])
    func tooLong(rest: String) async throws {
        try await withAnswer("HTTP/1.1 200 OK\r\n\(rest)") { url in
            await #expect(throws: FetchError.tooLarge(limitBytes: 100)) { try await fetch.send(request(url)) }
        }
    }

    @Test("an answer that does not end is given up at the deadline")
    func endless() async throws {
        try await withAnswer("HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nx") { url in
            await #expect(throws: FetchError.deadline(seconds: 0.3)) {
                try await fetch.send(request(url, seconds: 0.3))
            }
        }
    }

    @Test("a redirect is an answer, not a way")
    func redirect() async throws {
        try await withAnswer("HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n") {
            url in
            let answer = try await fetch.send(request(url))
            #expect(answer.status == 302)
            #expect(answer.headers["location"] == "http://169.254.169.254/")
        }
    }

    @Test("a connection is used again while it is open")
    func keptAlive() async throws {
        let count = Mutex(0)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                count.withLock { $0 += 1 }
                return channel.pipeline.addHandler(Parrot("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"))
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let url = "http://127.0.0.1:\(server.localAddress?.port ?? 0)/"
        for _ in 0..<3 { #expect(try await fetch.send(request(url)).text == "ok") }
        #expect(count.withLock { $0 } == 1)
        try await server.close()
    }

    @Test("what is no HTTP is malformed")
    func nonsense() async throws {
        try await withAnswer("SSH-2.0-OpenSSH_9.2\r\n") { url in
            await #expect { try await fetch.send(request(url)) } throws: { error in
                if case FetchError.malformed = error { true } else { false }
            }
        }
    }

    @Test("nobody there")
    func nobody() async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(
            host: "127.0.0.1", port: 0
        ).get()
        let port = server.localAddress?.port ?? 0
        try await server.close()
        await #expect { try await fetch.send(request("http://127.0.0.1:\(port)/")) } throws: { error in
            if case FetchError.cannotConnect = error { true } else { false }
        }
    }
}
