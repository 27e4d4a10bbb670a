import Scim
import StrictJSON

/// What this server can do, as RFC 7643 §5 to §7 have it said.
enum ScimDiscovery {
    static func config(base: String) -> JSON {
        [
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
            "patch": ["supported": true],
            "bulk": [
                "supported": true, "maxOperations": .integer(Int64(ScimBulk.operationsMax)),
                "maxPayloadSize": .integer(Int64(Identity.scimBodyLimitBytes)),
            ],
            "filter": ["supported": true, "maxResults": .integer(Int64(ScimQuery.countMax))],
            "changePassword": ["supported": false],
            "sort": ["supported": true],
            "etag": ["supported": true],
            "authenticationSchemes": [
                [
                    "type": "oauthbearertoken", "name": "Bearer", "primary": true,
                    "description": "The key of a service account, as a bearer token (RFC 6750)",
                    "specUri": "https://www.rfc-editor.org/info/rfc6750",
                ]
            ],
            "meta": [
                "resourceType": "ServiceProviderConfig", "location": .string("\(base)/ServiceProviderConfig"),
            ],
        ]
    }

    static func all(_ resources: ScimRoute.Discovery, base: String) -> [(id: String, json: JSON)] {
        switch resources {
        case .resourceTypes: ScimResourceType.all.map { ($0.name, $0.json(base: base)) }
        case .schemas: ScimResourceType.all.flatMap(\.schemas).map { ($0.id, $0.json(base: base)) }
        }
    }
}
