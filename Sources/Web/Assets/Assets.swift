import Foundation
import Synchronization
import Crypto
import Vocabulary

/// The files of Public/, read once. Their addresses carry a fingerprint, so browsers keep them for good.
final class Assets: Sendable {
    struct Asset: Sendable {
        /// `truc.css`.
        let name: String
        /// `truc.3f2a91c07b1e.css`.
        let address: String
        let type: String
        let bytes: [UInt8]
        let gzip: [UInt8]?
        /// Of a page that works alone, also without network: what is written in it may run, and nothing else.
        let policy: String?
        var tag: String { "\"\(address)\"" }
    }

    private let folder: String?
    private let reloads: Bool
    private let shelf: Mutex<Shelf>

    private struct Shelf {
        var byName: [String: Asset] = [:]
        var byAddress: [String: Asset] = [:]

        mutating func put(_ asset: Asset) {
            byName[asset.name] = asset
            byAddress[asset.address] = asset
        }
    }

    init(folder: String?, reloads: Bool) {
        self.folder = folder
        self.reloads = reloads
        shelf = Mutex(Assets.read(folder))
    }

    /// The address of a file; without a fingerprint (and then not found) when there is no such file.
    func link(_ name: String) -> Link {
        refresh()
        return shelf.withLock { $0.byName[name] }.flatMap { Link(ownPath: "/assets/\($0.address)") }
            ?? "/assets/\(name)"
    }

    /// By address (for good) or by plain name (asked again each time).
    func find(_ name: String) -> (asset: Asset, isFingerprinted: Bool)? {
        refresh()
        return shelf.withLock { shelf in
            if let asset = shelf.byAddress[name] { return (asset, true) }
            return shelf.byName[name].map { ($0, false) }
        }
    }

    private func refresh() {
        guard reloads else { return }
        let fresh = Assets.read(folder)
        shelf.withLock { $0 = fresh }
    }

    /// Names are looked up in what was read here, never opened on request.
    private static func read(_ folder: String?) -> Shelf {
        var shelf = Shelf()
        // The folder itself may be a symbolic link, which the enumerator would not enter.
        guard let folder = folder.map({ URL(filePath: $0).resolvingSymlinksInPath().path(percentEncoded: false) }),
            let names = FileManager.default.enumerator(atPath: folder)
        else { return shelf }
        var sheets: [(name: String, type: String, text: String)] = []
        for case let name as String in names {
            guard let type = types[(name as NSString).pathExtension.lowercased()], isPlainFile("\(folder)/\(name)"),
                let data = FileManager.default.contents(atPath: "\(folder)/\(name)")
            else { continue }
            if name.hasSuffix(".css") {
                sheets.append((name, type, String(decoding: data, as: UTF8.self)))
            } else {
                shelf.put(make(name, type, Array(data)))
            }
        }
        let others = shelf.byName.values
        for sheet in sheets { shelf.put(make(sheet.name, sheet.type, Array(addressed(sheet.text, others).utf8))) }
        return shelf
    }

    /// A style sheet that names fonts and pictures by their fingerprinted addresses.
    private static func addressed(_ sheet: String, _ others: some Sequence<Asset>) -> String {
        others.reduce(sheet) { text, asset in text.replacing("/\(asset.name)", with: "/\(asset.address)") }
    }

    /// A symbolic link could lead out of the folder.
    private static func isPlainFile(_ path: String) -> Bool {
        (try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType) == .typeRegular
    }

    private static func make(_ name: String, _ type: String, _ bytes: [UInt8]) -> Asset {
        let fingerprint = Hex.encode(SHA256.hash(data: bytes).prefix(6))
        let ending = (name as NSString).pathExtension
        let address = "\((name as NSString).deletingPathExtension).\(fingerprint).\(ending)"
        let gzip = isText(type) ? Gzip.compress(bytes) : nil
        let policy = ending == "html" ? policy(of: String(decoding: bytes, as: UTF8.self)) : nil
        return Asset(name: name, address: address, type: type, bytes: bytes, gzip: gzip, policy: policy)
    }

    /// A content-security-policy that names the inline script and style of a page by their hashes.
    private static func policy(of page: String) -> String {
        func hashes(_ element: String) -> String {
            page.split(separator: "<\(element)>").dropFirst().compactMap { rest in
                rest.firstRange(of: "</\(element)>").map { end in
                    "'sha256-\(Base64.encode(Array(SHA256.hash(data: Array(rest[..<end.lowerBound].utf8)))))'"
                }
            }.joined(separator: " ")
        }
        return """
            default-src 'none'; script-src \(hashes("script")); style-src \(hashes("style")); base-uri 'none'; \
            form-action 'none'; frame-ancestors 'none'
            """
    }

    static func isText(_ type: String) -> Bool {
        ["text/", "application/j", "application/xml", "image/svg"].contains { type.hasPrefix($0) }
    }

    private static let types: [String: String] = [
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
        "png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "ico": "image/x-icon", "woff2": "font/woff2",
        "json": "application/json", "webmanifest": "application/manifest+json", "txt": "text/plain; charset=utf-8",
        "html": "text/html; charset=utf-8",
    ]
}

extension Site {
    func hangAssets() {
        add(.get, "/assets/{name...}", .everyone, .asset) { [assets] visit in
            let request = visit.page.request
            guard let (asset, isFingerprinted) = assets.find(request.parameters["name"] ?? "") else {
                throw Problem.notFound
            }
            return asset.response(to: request, isFingerprinted: isFingerprinted)
        }
    }
}

extension Assets.Asset {
    func response(to request: Request, isFingerprinted: Bool) -> Response {
        var headers: Headers = [
            "etag": tag, "vary": "Accept-Encoding",
            "cache-control": isFingerprinted
                ? "public, max-age=31536000, immutable" : type == "font/woff2" ? "public, max-age=604800" : "no-cache",
        ]
        if request.headers["if-none-match"] == tag { return Response(status: 304, headers: headers) }
        headers["content-type"] = type
        if let policy { headers["content-security-policy"] = policy }
        guard let gzip, Gzip.isAccepted(by: request) else {
            return Response(status: 200, headers: headers, body: .bytes(bytes))
        }
        headers["content-encoding"] = "gzip"
        return Response(status: 200, headers: headers, body: .bytes(gzip))
    }
}
