import Foundation
import TestKit
import Testing

/// What is claimed for a server stays its own while the server is down.
@Suite("ports of tests")
struct LoopbackPortsTests {
    @Test("no port is given twice, not to another process either, though nobody listens on it")
    func once() async throws {
        let first = try LoopbackPorts.claim(50)
        let second = try LoopbackPorts.claim(50)
        #expect(Set(first + second).count == 100)
        // The same lock as another test process would ask for.
        let script = """
            import fcntl, os, sys, tempfile
            path = os.path.join(sys.argv[1], f"truc-test-ports-{os.getuid()}")
            with open(path, "r+b") as file:
                for port in sys.argv[2:]:
                    try:
                        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, int(port))
                        sys.exit(1)
                    except BlockingIOError:
                        pass
            """
        let words = ["python3", "-c", script, FileManager.default.temporaryDirectory.path] + first.map { "\($0)" }
        let nothing = FileHandle.nullDevice
        let other = try Child("/usr/bin/env", words, input: nothing, output: nothing, errors: nothing)
        #expect(await other.ended() == 0)
    }
}
