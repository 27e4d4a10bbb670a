package import Gateway
package import StrictJSON
import Vocabulary
import Web

/// Services, versions and applications as programs send and get them.
extension Exchange {
    static let versionSchema = Schema.object([
        "id": .string, "service-id": .string, "service": .string, "path": .string, "organisation": .string,
        "name": .object(["vi": .string, "en": .string]), "about": .string, "contact": .string,
        "data-class": .oneOf(DataClass.allCases.map(\.rawValue)),
        "evidence": .oneOf(EvidenceClass.allCases.map(\.rawValue)),
        "evidence-across": .oneOf(EvidenceClass.allCases.map(\.rawValue)), "limits": limitsSchema, "open": .boolean,
        "closes": Schema.dateTime.orNull, "closed": Schema.dateTime.orNull, "checks-requests": .boolean,
        "largest-request": .integer,
    ])

    /// With what the change would break, and breaks for nobody.
    static let replacedSchema = Schema(
        json: ["allOf": [versionSchema.json, Schema.object(["breaks-nobody-in-use": breaksNobodySchema]).json]])

    static let limitsSchema = limits(optional: false)
    /// Those that are named are set, null is what is usual; all others stay.
    private static let limitsEditSchema = limits(optional: true)

    private static func limits(optional: Bool) -> Schema {
        let numbers = ServiceLimit.allCases.map { limit -> JSON.Member in
            let schema = (limit.isCount ? Schema.integer : .number).with([
                "minimum": .number(limit.bounds.lowerBound), "maximum": .number(limit.bounds.upperBound),
            ])
            return JSON.Member(limit.rawValue, (optional ? schema.orNull : schema).json)
        }
        let members = numbers + [JSON.Member(ServiceLimit.healthPath, Schema.string.orNull.json)]
        return Schema(json: [
            "type": "object", "properties": .object(members),
            "required": .array(optional ? [] : members.map { .string($0.key) }),
        ])
    }

    static func json(_ offered: OfferedVersion) -> JSON {
        let service = offered.service
        return [
            "id": "\(offered.version.id)", "service-id": "\(service.id)",
            "service": .string("\(service.code)/v\(offered.version.number)"), "path": .string(offered.path),
            "organisation": "\(service.organisation)",
            "name": ["vi": .string(service.name.vi), "en": .string(service.name.en)],
            "about": .string(service.about), "contact": .string(service.contact),
            "data-class": .string(service.dataClass.rawValue), "evidence": .string(service.evidence.rawValue),
            "evidence-across": .string((service.evidenceAcross ?? .beforeRelease).rawValue),
            "limits": json(service.limits), "open": .bool(offered.isOpen),
            "closes": .string(orNull: offered.version.closing?.at.rfc3339),
            "closed": .string(orNull: offered.version.closedAt?.rfc3339),
            "checks-requests": .bool(offered.version.validates), "largest-request": .integer(offered.requestBytes),
        ]
    }

    package static func json(_ limits: ServiceLimits) -> JSON {
        var json: JSON = [ServiceLimit.healthPath: .string(orNull: limits.healthPath)]
        for limit in ServiceLimit.allCases {
            json[limit.rawValue] = limit.isCount ? .integer(Int64(limits[limit])) : .number(limits[limit])
        }
        return json
    }

    static let applicationSchema = Schema.object([
        "id": .string, "application": .string, "name": .string, "contact": .string, "xroad-name": .string,
        "node": Schema.string.orNull, "ended": Schema.dateTime.orNull,
    ])

    static let newApplicationSchema = Schema.object(
        ["organisation": .string, "code": .string, "name": .string, "contact": .string], optional: ["contact"]
    ).closed

    static let newCredentialSchema = Schema.object(
        [
            "kind": .oneOf(ApplicationCredential.Kind.allCases.filter { $0 != .apiKey }.map(\.rawValue)),
            "value": Schema.string.with([
                "description":
                    "certificate: itself, in PEM. oauth-client: its id. signer: an Ed25519 public key, base64url."
            ]),
            "proof": Schema.string.with([
                "description": .string(
                    """
                    Of a signer and of a certificate: the key's signature, base64url, over three lines, the last \
                    without an end. Of a signer: `\(KeyProof.Purpose.key.rawValue)`, the application's id, the key as \
                    in `value`; Ed25519. Of a certificate: `\(KeyProof.Purpose.certificate.rawValue)`, the \
                    application's id, SHA-256 of its DER in lowercase hex; Ed25519, or over SHA-256 ECDSA in DER or \
                    RSASSA-PKCS1-v1_5. Refused with 422 and the code `exchange.proof-missing` or \
                    `exchange.proof-wrong`; a certificate outside its dates with `exchange.certificate-expired` or \
                    `exchange.certificate-not-yet-valid` of `value`; an OAuth client of somebody else's with \
                    `exchange.client-not-owned`.
                    """)
            ]),
        ], optional: ["proof"]
    ).closed

    static let madeSchema = Schema.object(["application": applicationSchema, "key": Schema.string.orNull])

    func json(_ application: Application) -> JSON {
        [
            "id": "\(application.id)", "application": .string("\(application.organisation)/\(application.code)"),
            "name": .string(application.name), "contact": .string(application.contact),
            "xroad-name": .string(subsystem(of: application).description),
            "node": .string(orNull: application.node?.text), "ended": .string(orNull: application.endedAt?.rfc3339),
        ]
    }

    private static let names = Schema.object(["vi": .string, "en": .string], optional: ["en"])
    private static let evidences = Schema.oneOf(EvidenceClass.allCases.map(\.rawValue))
    private static let classes = Schema.oneOf(DataClass.allCases.map(\.rawValue))

    static let instancesSchema = Schema.object([
        "instances": .array(
            .object(["id": .string, "address": .string, "pin": Schema.string.orNull, "allow-private": .boolean]))
    ])

    package static func json(_ instance: ServiceInstance) -> JSON {
        [
            "id": "\(instance.id)", "address": .string(instance.address),
            "pin": .string(orNull: instance.upstream.pin), "allow-private": .bool(instance.upstream.mayBePrivate),
        ]
    }

    static let credentialSchema = Schema.object([
        "id": .string, "kind": .oneOf(ApplicationCredential.Kind.allCases.map(\.rawValue)), "hint": .string,
        "created": .dateTime, "unproven": .boolean,
    ])

    package static func json(_ credential: ApplicationCredential) -> JSON {
        [
            "id": "\(credential.id)", "kind": .string(credential.kind.rawValue), "hint": .string(credential.hint),
            "created": .string(credential.createdAt.rfc3339), "unproven": .bool(credential.isUnproven),
        ]
    }

    static let instanceSchema = Schema.object(
        ["address": .string, "pin": .string, "allow-private": .boolean], optional: ["pin", "allow-private"]
    ).closed

    static let versionDraftSchema = Schema.object(
        [
            "document": .string, "validates": .boolean,
            "instances": .array(.object(["address": .string, "pin": .string], optional: ["pin"])),
            "allow-private": .boolean,
        ], optional: ["validates", "instances", "allow-private"]
    ).closed

    static let documentSchema = Schema.object(["document": .string]).closed

    static let registrationSchema = Schema.object(
        [
            "organisation": .string, "code": .string, "subsystem": .string, "name": names, "about": .string,
            "contact": .string, "data-class": classes, "evidence": evidences, "evidence-across": evidences,
            "document": .string, "validates": .boolean,
            "instances": .array(.object(["address": .string, "pin": .string], optional: ["pin"])),
            "allow-private": .boolean,
        ],
        optional: [
            "subsystem", "about", "evidence", "evidence-across", "validates", "instances", "allow-private",
        ]
    ).closed

    /// What is left out stays; `evidence` and `evidence-across` of null are what the class of data asks for.
    static let editSchema = Schema.object(
        [
            "name": names, "about": .string, "contact": .string, "data-class": classes, "evidence": evidences.orNull,
            "evidence-across": evidences.orNull, "limits": limitsEditSchema,
        ], optional: ["name", "about", "contact", "data-class", "evidence", "evidence-across", "limits"]
    ).closed

    // MARK: Reading

    /// What a door is told, of which nothing is passed over. Documents travel as text.
    static func input(_ call: Web.Call, _ schema: Schema) throws -> JSONValue {
        let input = try JSONDocument(
            call.request.body, limits: JSONLimits(bytes: 6 << 20, depth: 8, nodes: 5000)
        ).root
        try schema.refuseOthers(in: input, code: "exchange.unknown-member")
        return input
    }

    /// Of an end: why.
    static let reasonSchema = Schema.object(["reason": .string]).closed

    static func name(_ input: JSONValue) throws -> Phrase? {
        guard let name = try input.optional("name") else { return nil }
        let vi = try name.requireString("vi")
        return Phrase(vi: vi, en: try name.optionalString("en") ?? vi)
    }

    static func dataClass(_ input: JSONValue) throws -> DataClass? {
        guard let text = try input.optionalString("data-class") else { return nil }
        guard let found = DataClass(rawValue: text) else {
            throw Problem.invalid(["data-class": .chooseDataClass])
        }
        return found
    }

    static func evidence(_ input: JSONValue, _ name: String) throws -> EvidenceClass? {
        try evidence(try input.optionalString(name), name)
    }

    static func evidence(_ fields: Fields, _ name: String) throws -> EvidenceClass? {
        try evidence(fields[name], name)
    }

    private static func evidence(_ text: String?, _ name: String) throws -> EvidenceClass? {
        guard let text else { return nil }
        guard let found = EvidenceClass(rawValue: text) else { throw Problem.invalid([name: .chooseEvidence]) }
        return found
    }

    static func address(_ input: JSONValue) throws -> VersionDraft.Address {
        VersionDraft.Address(try input.requireString("address"), pin: try input.optionalString("pin"))
    }

    static func versionDraft(_ input: JSONValue) throws -> VersionDraft {
        VersionDraft(
            document: Array(try input.requireString("document").utf8),
            validates: try input.optionalBool("validates") ?? false,
            addresses: try (try input.optional("instances")?.requireElements() ?? []).map(address),
            mayBePrivate: try input.optionalBool("allow-private") ?? false)
    }

    static func fill(_ edit: inout ServiceEdit, _ input: JSONValue) throws {
        if let name = try name(input) { edit.name = name }
        if let about = try input.optionalString("about") { edit.about = about }
        if let contact = try input.optionalString("contact") { edit.contact = contact }
        if let dataClass = try dataClass(input) {
            edit.dataClass = dataClass
            // Left out, evidence is what the new class asks for.
            edit.evidence = nil
        }
        let said = Set(try input.requireMembers().map(\.key))
        if said.contains("evidence") { edit.evidence = try evidence(input, "evidence") }
        if said.contains("evidence-across") { edit.evidenceAcross = try evidence(input, "evidence-across") }
        if let limits = try input.optional("limits") { try fill(&edit.limits, limits) }
    }

    /// Sets what is named: a number, or null for what is usual.
    package static func fill(_ limits: inout ServiceLimits, _ input: JSONValue) throws {
        let said = Set(try input.requireMembers().map(\.key))
        for limit in ServiceLimit.allCases where said.contains(limit.rawValue) {
            try limits.set(limit, to: try input.optional(limit.rawValue)?.requireNumber())
        }
        if said.contains(ServiceLimit.healthPath) {
            try limits.setHealthPath(try input.optionalString(ServiceLimit.healthPath))
        }
    }
}
