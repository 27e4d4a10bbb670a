import Crypto
import NIOCore

/// X-Road's message protocol for REST, version 1 (PR-REST): names, fields and hashes.
extension Inbound {
    /// Fields of the request that come back with the answer (PR-REST §4.4).
    func rememberRoad(_ bytes: UnsafeRawBufferPointer, _ head: Head) {
        var hasID = false
        for line in head.lines {
            switch line.name {
            case .roadClient, .roadID, .roadIssue, .roadRepresented, .roadUser:
                if line.name == .roadID { hasID = !line.value.isEmpty }
                echo.append(contentsOf: line.line.bytes(bytes))
            default: break
            }
        }
        if !hasID {
            echo.append("x-road-id: ")
            echo += id.bytes
            echo.append("\r\n")
        }
        echo.append("x-road-request-id: ")
        echo += id.bytes
        echo.append("\r\n")
        roadHash = RoadHash(fields: Inbound.fieldLines(bytes, head))
    }

    /// All field lines as they came.
    private static func fieldLines(_ bytes: UnsafeRawBufferPointer, _ head: Head) -> UnsafeRawBufferPointer {
        guard let first = head.lines.first, let last = head.lines.last else {
            return UnsafeRawBufferPointer(rebasing: bytes[..<0])
        }
        return UnsafeRawBufferPointer(rebasing: bytes[Int(first.line.start)..<Int(last.line.end)])
    }

    /// Nobody speaks for another: the client that is named is the one that calls.
    func checkRoadClient(_ bytes: UnsafeRawBufferPointer, _ head: Head) throws(Refusal) {
        guard let client = head.value(.roadClient), !client.isEmpty else { throw .noClient }
        guard let name = consumer?.consumer.name, client.bytes(bytes).elementsEqual(name.description.utf8) else {
            throw .clientMismatch
        }
    }

    /// To another node calls go in X-Road, with this node's signature over them.
    func writeForNode(
        _ bytes: UnsafeRawBufferPointer, _ head: Head, to pen: Pen
    ) throws(Refusal) {
        guard let service, let instance, let consumer else { throw .noInstance }
        var added: [(name: String, value: String)] = []
        if !isRoad {
            if head.value(.roadClient) == nil {
                added.append(("x-road-client", consumer.consumer.name.description))
            }
            if head.value(.roadID) == nil { added.append(("x-road-id", id.text)) }
        }
        let query = head.query.map { "?" + $0.text(bytes) } ?? ""
        let kept = head.lines.filter { !$0.name.isDropped && !$0.isForConnection && !$0.name.isSignature }
        let request = SignedRequest(
            method: head.method.text(bytes), authority: instance.authority,
            target: service.service.xroadPath + Place(restStart, Int(head.path.end)).text(bytes) + query,
            headers: kept.map {
                (Place(Int($0.line.start), Int($0.nameEnd)).text(bytes).lowercased(), $0.value.text(bytes))
            } + added, body: heldRequest.map { Array($0.readableBytesView) } ?? [])
        do {
            added += try lane.core.answers.sign(request)
        } catch {
            throw Refusal(500, "cannot-sign", "The call cannot be signed.", road: "Server.ClientProxy.SigningFailed")
        }
        for field in added { pen.add("\(field.name): \(field.value)\r\n") }
    }
}

/// `X-Road-Request-Hash` (PR-REST §4.5): base 64 of SHA-512(SHA-512(fields) ‖ SHA-512(body)), or of SHA-512(fields)
/// when there is no body. The fields are the lines of the request as they came.
struct RoadHash {
    private let fields: SHA512.Digest
    private var content: SHA512?

    init(fields bytes: UnsafeRawBufferPointer) {
        var hash = SHA512()
        hash.update(bufferPointer: bytes)
        fields = hash.finalize()
    }

    mutating func body(_ bytes: UnsafeRawBufferPointer) {
        if content == nil { content = SHA512() }
        content?.update(bufferPointer: bytes)
    }

    var value: [UInt8] {
        guard let content else { return Array(fields) }
        var whole = SHA512()
        fields.withUnsafeBytes { whole.update(bufferPointer: $0) }
        content.finalize().withUnsafeBytes { whole.update(bufferPointer: $0) }
        return Array(whole.finalize())
    }
}
