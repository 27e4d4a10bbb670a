import Synchronization
import Crypto
import NIOCore
import Vocabulary

/// From a head to a decision: who, which service and operation, which grant, how often. In place; nothing is allocated
/// for a call that may pass.
extension Inbound {
    func begin(_ bytes: UnsafeRawBufferPointer, _ head: Head) -> Step {
        if savedHead == nil { remember(bytes, head) }
        let path = head.path.bytes(bytes)
        if let fault = PathRules.fault(path) { return .refuse(Refusal(fault)) }
        if lane.core.isStopping.load(ordering: .relaxed) { return .refuse(.stopping) }
        do {
            switch try whoCalls(bytes, head) {
            case .consumer(let found): consumer = found
            case .step(let step): return step
            }
            if let wanted = WantedReceipt(path, query: head.query?.bytes(bytes)) { return .receipt(wanted) }
            try findOperation(path, bytes, head)
            if !isAdmitted { try admit(bytes, head) }
            guard let service else { return .refuse(.unknownService) }
            let isChecked = service.checks[operation]
            if head.framing != .none, heldRequest == nil, isChecked || service.goesToNode { return .hold }
            if isChecked, let finding = finding(bytes, head, service.service.operations[operation]) {
                return .refuse(.invalid(finding))
            }
            try writeRequest(bytes, head)
            return .forward
        } catch {
            return .refuse(error)
        }
    }

    /// What of the head is needed later.
    private func remember(_ bytes: UnsafeRawBufferPointer, _ head: Head) {
        isHead = HeadReader.equals(bytes, head.method, "HEAD")
        isRepeatable =
            isHead || HeadReader.equals(bytes, head.method, "GET")
            || HeadReader.equals(bytes, head.method, "PUT") || HeadReader.equals(bytes, head.method, "DELETE")
            || HeadReader.equals(bytes, head.method, "OPTIONS")
        (minor, keepsAlive, expectsContinue) = (head.minor, head.keepsAlive, head.expectsContinue)
        requestHash = SHA256()
        // Method, space, target: as they stand in the first line.
        requestHash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes[..<Int(head.target.end)]))
        withUnsafeBytes(of: UInt8(0x0A)) { requestHash.update(bufferPointer: $0) }
        let path = head.path.bytes(bytes)
        isRoad =
            path.count > 4 && HeadReader.equals(bytes, Place(Int(head.path.start), Int(head.path.start) + 4), "/r1/")
        if isRoad { rememberRoad(bytes, head) }
        if head.framing != .none { reader = BodyReader(head.framing, limit: .max) }
    }

    private func findOperation(
        _ path: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer, _ head: Head
    ) throws(Refusal) {
        if isRoad || head.value(.roadClient) != nil { try checkRoadClient(bytes, head) }
        guard let (found, rest) = lane.table.service(path) else { throw .unknownService }
        guard let service = lane.table.parts.services[found], let consumer else { throw .unknownService }
        self.service = service
        let below = UnsafeRawBufferPointer(rebasing: path[rest...])
        restStart = Int(head.path.start) + rest
        switch service.tree.match(below, method: head.method.bytes(bytes)) {
        case .operation(let operation): self.operation = operation
        case .nothing: throw .unknownOperation
        case .otherMethods(let methods):
            throw Refusal(
                405, "other-methods", "The operation has other methods: \(methods.joined(separator: ", ")).",
                road: "Client.BadRequest", allowed: methods)
        }
        let name = head.value(.grant)?.bytes(bytes)
        let now = Instant(milliseconds: began)
        let answer = consumer.grant(for: found, operation, named: name, at: now)
        if let refusal = answer.refusal { throw refusal }
        if case .grant(let found) = answer { grant = found }
    }

    /// Once for each call: how often, how much, and whether evidence can be kept.
    private func admit(_ bytes: UnsafeRawBufferPointer, _ head: Head) throws(Refusal) {
        guard let grant, let service else { throw .noGrant }
        if lane.clerk.hasFailed { throw .evidenceFailed }
        if lane.clerk.lag(startedAt) > Inbound.nanoseconds(lane.core.settings.evidenceSeconds) { throw .evidenceLate }
        let limit = service.service.limits.requestBytes
        if case .length(let length) = head.framing, length > limit { throw .tooLong }
        if let heldRequest, heldRequest.readableBytes > limit { throw .tooLong }
        let wall = Instant(milliseconds: began)
        switch grant.meter.take(grant.rate, grant.quota, nanoseconds: startedAt, now: wall) {
        case .pass: break
        case .rate(let seconds): throw .limited("rate", after: seconds)
        case .quota(let seconds): throw .limited("quota", after: seconds)
        }
        if head.framing != .none, heldRequest == nil { reader = BodyReader(head.framing, limit: limit) }
        isAdmitted = true
    }

    private func finding(
        _ bytes: UnsafeRawBufferPointer, _ head: Head, _ operation: Operation
    ) -> ValidationFinding? {
        guard let validator = operation.validator else { return nil }
        let path = Place(restStart, Int(head.path.end)).text(bytes)
        return validator(
            ValidatedRequest(
                method: operation.method, path: path, query: head.query?.text(bytes),
                parameters: Inbound.parameters(operation.template, path), headers: Inbound.fields(bytes, head),
                body: heldRequest.map { Array($0.readableBytesView) } ?? []))
    }

    static func parameters(_ template: String, _ path: String) -> [(name: String, value: String)] {
        zip(template.split(separator: "/"), path.split(separator: "/")).compactMap { name, value in
            name.hasPrefix("{") ? (String(name.dropFirst().dropLast()), decoded(value)) : nil
        }
    }

    private static func decoded(_ segment: Substring) -> String {
        let bytes = Array(segment.utf8)
        var (plain, place) = ([UInt8](), 0)
        bytes.withUnsafeBytes { bytes in
            while place < bytes.count {
                let value = bytes[place] == UInt8(ascii: "%") ? PathRules.percent(bytes, place) : nil
                plain.append(value ?? bytes[place])
                place += value == nil ? 1 : 3
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }

    static func fields(_ bytes: UnsafeRawBufferPointer, _ head: Head) -> [(name: String, value: String)] {
        head.lines.map { line in
            (Place(Int(line.line.start), Int(line.nameEnd)).text(bytes).lowercased(), line.value.text(bytes))
        }
    }
}
