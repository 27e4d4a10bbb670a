import Crypto
import Foundation
import Scim
import StrictJSON
import Vocabulary

extension ScimDocument {
    /// Adds `meta`. The version is a digest of all that the document says, so it changes with whatever a client can
    /// see, whoever changed it. Without one (`isWhole` false) the document has no version.
    mutating func stamp(
        _ type: ScimResourceType, _ caller: ScimCaller, id: String, created: Instant, changed: Instant,
        isWhole: Bool = true
    ) {
        var meta: JSON = [
            "resourceType": .string(type.name), "created": .string(created.rfc3339),
            "lastModified": .string(max(created, changed).rfc3339), "location": .string(caller.location(type, id)),
        ]
        if isWhole {
            let digest = SHA256.hash(data: Data(json(type).canonical()))
            meta["version"] = .string("W/\"\(Hex.encode(digest.prefix(12)))\"")
        }
        values["meta"] = meta
    }

    var version: String? { values["meta"]?["version"]?.scimText }
    var id: String { text("id") ?? "" }
}
