import Foundation
package import Vocabulary
package import Web

/// The example services (dịch vụ mẫu): small real services that stand behind the gateway, so that the axis has
/// something to carry. Each is an ordinary HTTP service with an OpenAPI document and knows nothing of the axis.
package enum Example: String, Sendable, CaseIterable {
    /// Administrative units as of a date.
    case units
    /// Boundaries of communes as GeoJSON.
    case communes
    /// The status of dossiers; every one is made up.
    case dossiers

    package var title: Phrase {
        switch self {
        case .units: Phrase(vi: "Đơn vị hành chính theo ngày", en: "Administrative units as of a date")
        case .communes: Phrase(vi: "Ranh giới cấp xã", en: "Boundaries of communes")
        case .dossiers: Phrase(vi: "Tình trạng hồ sơ", en: "The status of dossiers")
        }
    }

    /// Its OpenAPI document, in the folder with the data.
    package func contractPath(in folder: String) -> String { "\(folder)/\(rawValue).openapi.yaml" }

    /// The service without a socket.
    ///
    /// - Parameter folder: where its data is (`Demo/axis`).
    package func site(dataIn folder: String, now: @escaping Clock) throws -> Site {
        var settings = SiteSettings(name: title, cookiePrefix: "example")
        settings.servesBrowsers = false
        let site = Site(doorkeeper: .strangersOnly, settings: settings, now: now)
        switch self {
        case .units: try UnitBook(folder: folder).doors(site)
        case .communes: try CommuneMap(folder: folder).doors(site)
        case .dossiers: DossierDesk().doors(site)
        }
        site.api(.get, "/health", allow: .everyone, APIDoc(title, status: 204)) { _ in .empty }
        return site
    }

    /// Serves until cancelled.
    package func run(
        port: Int, dataIn folder: String, now: @escaping Clock,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws {
        let server = Server(site: try site(dataIn: folder, now: now), address: .host("127.0.0.1", port: port))
        try await server.run(onListening: onListening)
    }

    static func read(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }
}
