import StrictJSON
import Vocabulary
import Web

/// Communes with their boundaries, each kept as the bytes of its GeoJSON feature.
struct CommuneMap: Sendable {
    struct Commune: Sendable {
        let code: String
        let feature: [UInt8]
        let box: Box
    }

    /// West, south, east, north (RFC 7946 §5).
    struct Box: Sendable, Hashable {
        var west = 180.0, south = 90.0, east = -180.0, north = -90.0

        func meets(_ other: Box) -> Bool {
            west <= other.east && other.west <= east && south <= other.north && other.south <= north
        }

        mutating func add(_ longitude: Double, _ latitude: Double) {
            (west, east) = (min(west, longitude), max(east, longitude))
            (south, north) = (min(south, latitude), max(north, latitude))
        }
    }

    static let mediaType = "application/geo+json"
    let communes: [Commune]

    init(folder: String) throws {
        let bytes = try Example.read("\(folder)/communes-2026.geojson")
        communes = try JSONDocument(bytes).root.requireElements("features").map { feature in
            var box = Box()
            CommuneMap.measure(try feature.requireObject("geometry").require("coordinates"), into: &box)
            return Commune(
                code: try feature.requireObject("properties").requireString("code"),
                feature: Array(bytes[feature.range]), box: box)
        }
    }

    private static func measure(_ coordinates: JSONValue, into box: inout Box) {
        let parts = coordinates.elements ?? []
        if parts.count >= 2, let longitude = parts[0].number, let latitude = parts[1].number {
            box.add(longitude, latitude)
        } else {
            for part in parts { measure(part, into: &box) }
        }
    }

    func doors(_ site: Site) {
        site.api(
            .get, "/communes", allow: .everyone,
            APIDoc(
                Phrase(vi: "Các xã, phường", en: "Communes"), response: .bytes(CommuneMap.mediaType),
                query: [.init("bbox", Phrase(vi: "Khung tây,nam,đông,bắc", en: "Box west,south,east,north"))])
        ) { call in
            var found = communes
            if let text = call.request.query["bbox"] {
                guard let box = Box(text) else {
                    throw Problem.malformed(
                        code: "examples.bbox",
                        Phrase(
                            vi: "Khung gồm bốn số tây,nam,đông,bắc", en: "A box is four numbers: west,south,east,north")
                    )
                }
                found = communes.filter { $0.box.meets(box) }
            }
            var body = Array(#"{"type":"FeatureCollection","features":["#.utf8)
            for (place, commune) in found.enumerated() {
                if place > 0 { body.append(UInt8(ascii: ",")) }
                body += commune.feature
            }
            return .bytes(body + Array("]}".utf8), type: CommuneMap.mediaType)
        }
        site.api(
            .get, "/communes/{code}", allow: .everyone,
            APIDoc(Phrase(vi: "Một xã, phường", en: "One commune"), response: .bytes(CommuneMap.mediaType))
        ) { call in
            let code = try call.parameter("code")
            guard let commune = communes.first(where: { $0.code == code }) else { throw Problem.notFound }
            return .bytes(commune.feature, type: CommuneMap.mediaType)
        }
    }
}

extension CommuneMap.Box {
    init?(_ text: String) {
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        guard numbers.count == 4, let west = numbers[0], let south = numbers[1], let east = numbers[2],
            let north = numbers[3], west <= east, south <= north, numbers.allSatisfy({ $0?.isFinite == true })
        else { return nil }
        self.init(west: west, south: south, east: east, north: north)
    }
}
