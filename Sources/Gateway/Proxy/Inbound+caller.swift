import Crypto
import NIOCore
import Vocabulary

/// Who calls: by what the head shows, or by the certificate of the connection.
extension Inbound {
    enum Caller {
        case consumer(CompiledConsumer)
        case step(Step)
    }

    /// Whatever is shown must be good, and all of it the same application's: a call of which two could be said to have
    /// made it is evidence against neither. A credential in the head goes before the certificate of the connection.
    func whoCalls(_ bytes: UnsafeRawBufferPointer, _ head: Head) throws(Refusal) -> Caller {
        isByKey = false
        var found: CompiledConsumer?
        let shown = Shown(head)
        if let key = shown.key { try apiKey(key.bytes(bytes), &found) }
        if let authorization = shown.authorization {
            let value = authorization.bytes(bytes)
            if let key = Inbound.after("apikey ", in: value) {
                try apiKey(key, &found)
            } else if let token = Inbound.after("bearer ", in: value), !token.isEmpty {
                if case .not = client { return .step(.askToken(String(decoding: token, as: UTF8.self))) }
                try take(client, &found) { lane.table.consumer(oauthClient: $0) }
            } else if found == nil {
                throw .unknownCaller
            }
        }
        if let input = shown.signatureInput, found == nil || isForGateway(input.bytes(bytes)) {
            if case .not = signer {
                return .step(head.framing != .none && heldRequest == nil ? .hold : .askSignature)
            }
            try take(signer, &found) { lane.table.consumer(signer: $0) }
        }
        if let certificate { try take(certificate, &found) }
        guard let found else { throw .unknownCaller }
        return .consumer(found)
    }

    /// Where credentials stand in a head.
    private struct Shown {
        var key: Place?
        var authorization: Place?
        var signatureInput: Place?

        init(_ head: Head) {
            for line in head.lines {
                switch line.name {
                case .apiKey: key = line.value
                case .authorization: authorization = line.value
                case .signatureInput where signatureInput == nil: signatureInput = line.value
                default: break
                }
            }
        }
    }

    private func meet(_ one: CompiledConsumer, _ found: inout CompiledConsumer?) throws(Refusal) {
        if let found, found.consumer.id != one.consumer.id { throw .twoCallers }
        found = one
    }

    private func take(
        _ asked: Asked, _ found: inout CompiledConsumer?, _ whose: (String) -> CompiledConsumer?
    ) throws(Refusal) {
        guard case .somebody(let name) = asked, let one = whose(name) else { throw .unknownCaller }
        try meet(one, &found)
    }

    /// The certificate of the connection, when it is an application's: beside a credential in the head it need not be
    /// one, nor be good, but it must not be another's.
    private func take(_ certificate: Digest32, _ found: inout CompiledConsumer?) throws(Refusal) {
        guard let one = certificate.withBytes({ lane.table.consumer(certificate: $0) }) else { return }
        if found == nil { try checkValidity(of: one) }
        try meet(one, &found)
    }

    /// Whether the certificate is good by the node's clock. Asked for each call, as a connection may outlast it.
    private func checkValidity(of found: CompiledConsumer) throws(Refusal) {
        guard let validity else { throw .unknownCaller }
        goodUntil = validity.last
        guard let fault = validity.fault(at: Instant(milliseconds: began)) else { return }
        // Whose calls they are that are refused is known, and counted.
        consumer = found
        throw fault == .notYet ? .certificateNotYetValid : .certificateExpired
    }

    private func apiKey(_ key: UnsafeRawBufferPointer, _ met: inout CompiledConsumer?) throws(Refusal) {
        isByKey = true
        if let consumer = consumer(knownBy: key) { return try meet(consumer, &met) }
        var hash = SHA256()
        hash.update(bufferPointer: key)
        let found = hash.finalize().withUnsafeBytes { lane.table.consumer(apiKey: $0) }
        guard let found else { throw .unknownCaller }
        try meet(found, &met)
        remember(key, of: found)
    }

    /// Whether a signature beside another credential is one that the gateway looks at: under its own label, or under
    /// `sig1` by a key that is an application's here. Any other is the caller's word to the service.
    private func isForGateway(_ input: UnsafeRawBufferPointer) -> Bool {
        SignatureMembers(input).contains { member in
            switch SignatureMembers.label(of: member) {
            case SignedRequest.labels[0]: true
            case SignedRequest.labels[1]:
                SignatureMembers.keyID(of: member).flatMap { lane.table.consumer(signer: $0) } != nil
            default: false
            }
        }
    }

    /// Whose the key is, when it is that of the call before. Takes the same time wherever the two differ.
    private func consumer(knownBy key: UnsafeRawBufferPointer) -> CompiledConsumer? {
        guard known.edition == lane.edition, key.count == knownKey.count else { return nil }
        var difference: UInt8 = 0
        for place in 0..<key.count { difference |= key[place] ^ knownKey[place] }
        return difference == 0 ? known.consumer : nil
    }

    private func remember(_ key: UnsafeRawBufferPointer, of consumer: CompiledConsumer) {
        knownKey = Array(key)
        known = (consumer, lane.edition)
    }

    /// Whether another table knows the application by all that this call showed, too.
    func isKnown(in table: CompiledTable) -> Bool {
        var found: [CompiledConsumer?] = []
        if isByKey { found.append(SHA256.hash(data: knownKey).withUnsafeBytes { table.consumer(apiKey: $0) }) }
        if case .somebody(let name) = client { found.append(table.consumer(oauthClient: name)) }
        if case .somebody(let name) = signer { found.append(table.consumer(signer: name)) }
        if found.isEmpty { found.append(certificate?.withBytes { table.consumer(certificate: $0) } ?? nil) }
        return found.allSatisfy { $0?.consumer.id == consumer?.consumer.id }
    }

    /// What follows the scheme of `Authorization`; nil when it is another one. `scheme` is lowercase.
    static func after(_ scheme: StaticString, in value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let length = scheme.utf8CodeUnitCount
        guard value.count >= length,
            HeadReader.resembles(UnsafeRawBufferPointer(rebasing: value[..<length]), scheme)
        else { return nil }
        return UnsafeRawBufferPointer(rebasing: value[length...])
    }
}
