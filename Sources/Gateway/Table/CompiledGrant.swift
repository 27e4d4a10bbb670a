import StrictJSON
import Vocabulary

/// An application with what each of its calls needs, and what it may call.
final class CompiledConsumer: Sendable {
    let consumer: Consumer
    /// `truc-consumer: …`, and line breaks around it.
    let field: [UInt8]
    /// Its part of the evidence.
    let evidence: [UInt8]
    /// By the place of the service, in the order of their ids.
    let held: [Int: [CompiledGrant]]
    let refusals: DoorTally

    /// - Parameter refusals: what was counted of the same application before.
    init(_ consumer: Consumer, counting refusals: DoorTally = DoorTally()) {
        self.consumer = consumer
        self.refusals = refusals
        field = Array("\r\ntruc-consumer: \(consumer.id)\r\n".utf8)
        evidence = EvidenceText.members([("client", consumer.name.description), ("consumer", consumer.id)])
        held = [:]
    }

    /// The same application with other credentials or other grants.
    init(_ same: CompiledConsumer, as consumer: Consumer, holding held: [Int: [CompiledGrant]]) {
        (self.consumer, field, evidence, self.held) = (consumer, same.field, same.evidence, held)
        refusals = same.refusals
    }
}

/// A grant with what each call under it needs: which operations, what is counted, and its part of the evidence.
final class CompiledGrant: Sendable {
    let grant: Grant
    /// Where in the table the application and the service are.
    let consumer: Int
    let service: Int
    let meter: Meter
    let tally: Tally
    let evidence: EvidenceText
    let filter: FieldTree?
    /// Whether an answer waits for its leaf.
    let isStrict: Bool
    let rate: Rate?
    let quota: Quota?
    private let name: [UInt8]
    private let operations: [Bool]?

    init(
        _ grant: Grant, of consumer: (place: Int, CompiledConsumer), for service: (place: Int, CompiledOffer),
        after old: CompiledGrant?, quotas: QuotaBook?
    ) throws(TableFault) {
        self.grant = grant
        (self.consumer, self.service) = (consumer.place, service.place)
        isStrict = grant.evidence == .beforeRelease
        (rate, quota) = (grant.rate, grant.quota)
        meter = old?.meter ?? quotas?.meter(for: grant) ?? Meter()
        if let tally = old?.tally, tally.consumer == grant.consumer, tally.service == grant.service {
            self.tally = tally
        } else {
            tally = Tally(service: grant.service, consumer: grant.consumer, grant: grant.id)
        }
        name = Array(grant.id.utf8)
        if let wanted = grant.operations {
            let offered = service.1.service.operations
            for id in wanted where !offered.contains(where: { $0.id == id }) {
                throw TableFault(kind: .unknown, subject: grant.id, reason: "no operation \(id) in \(grant.service)")
            }
            operations = offered.map { wanted.contains($0.id) }
        } else {
            operations = nil
        }
        evidence = try EvidenceText(grant, consumer: consumer.1.evidence, service: service.1.evidence)
        filter = try grant.fields.map { (fields) throws(TableFault) in try FieldTree(fields, subject: grant.id) }
    }

    func isNamed(_ bytes: UnsafeRawBufferPointer) -> Bool { name.count == bytes.count && name.elementsEqual(bytes) }

    func covers(_ operation: Int) -> Bool { operations.map { $0[operation] } ?? true }
}

/// A service with its tree of templates and its instances.
final class CompiledOffer: Sendable {
    let service: Service
    let tree: PathTree
    let instances: [Instance]
    /// Whether it stands at another node: then calls are signed, and bodies held for that.
    let goesToNode: Bool
    /// Of which operations requests are checked before they are forwarded.
    let checks: [Bool]
    /// Its part of the evidence.
    let evidence: [UInt8]
    /// `"operation":"…",` of each operation.
    let operationTexts: [[UInt8]]

    init(_ service: Service, after old: CompiledOffer?) throws(TableFault) {
        self.service = service
        tree = try PathTree(service.operations, subject: service.id)
        let known = old?.instances ?? []
        instances = service.upstreams.map { upstream in
            known.first { $0.upstream == upstream && $0.limits == service.limits && $0.xroadPath == service.xroadPath }
                ?? Instance(upstream, limits: service.limits, xroadPath: service.xroadPath)
        }
        goesToNode = service.upstreams.first?.node != nil
        checks = service.operations.map { $0.validator != nil }
        evidence = EvidenceText.members([("service", "\(service.provider)/\(service.code)/\(service.id)")])
        operationTexts = service.operations.map { JSON.object([.init("operation", .string($0.id))]).inner + [0x2C] }
    }
}

extension Service {
    /// Whether nothing is other. Whether two checks of requests are the same nobody can say.
    package func isSame(as other: Service) -> Bool {
        id == other.id && provider == other.provider && code == other.code && path == other.path
            && upstreams == other.upstreams && limits == other.limits && operations.count == other.operations.count
            && zip(operations, other.operations).allSatisfy { one, two in
                one.id == two.id && one.method == two.method && one.template == two.template && one.validator == nil
                    && two.validator == nil
            }
    }
}

extension JSON {
    /// The members of an object, canonical, without its braces.
    var inner: [UInt8] { Array(canonical().dropFirst().dropLast()) }
}
