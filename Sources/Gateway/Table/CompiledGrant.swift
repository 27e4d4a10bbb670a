import StrictJSON
import Vocabulary

/// A grant with what each call under it needs: which operations, what is counted, and its part of the evidence.
final class CompiledGrant: Sendable {
    let grant: Grant
    let meter: Meter
    let tally: Tally
    let evidence: EvidenceText
    let filter: FieldTree?
    /// Whether an answer waits for its leaf.
    let isStrict: Bool
    private let name: [UInt8]
    private let operations: [Bool]?

    init(
        _ grant: Grant, consumer: Consumer, service: CompiledOffer, after old: CompiledGrant?, quotas: QuotaBook?
    ) throws(TableFault) {
        self.grant = grant
        isStrict = grant.evidence == .beforeRelease
        meter = old?.meter ?? quotas?.meter(for: grant) ?? Meter()
        tally = old?.tally ?? Tally(service: service.service.id, consumer: consumer.id, grant: grant.id)
        name = Array(grant.id.utf8)
        if let wanted = grant.operations {
            let offered = service.service.operations
            for id in wanted where !offered.contains(where: { $0.id == id }) {
                throw TableFault(kind: .unknown, subject: grant.id, reason: "no operation \(id) in \(grant.service)")
            }
            operations = offered.map { wanted.contains($0.id) }
        } else {
            operations = nil
        }
        evidence = try EvidenceText(grant, consumer: consumer, service: service.service)
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
        operationTexts = service.operations.map { JSON.object([.init("operation", .string($0.id))]).inner + [0x2C] }
    }
}

extension JSON {
    /// The members of an object, canonical, without its braces.
    var inner: [UInt8] { Array(canonical().dropFirst().dropLast()) }
}
