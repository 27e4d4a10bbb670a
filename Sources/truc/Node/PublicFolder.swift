import Foundation

/// Style sheet, scripts, icons and font: what the setting says, or `Public` beside the program or in a folder above it,
/// or `/usr/share/truc/Public`.
enum PublicFolder {
    static func find(_ configured: String?) throws(UsageError) -> String {
        if let configured {
            guard isOne(configured) else { throw UsageError("web.public-folder: \(configured) has no css/truc.css") }
            return resolved(configured)
        }
        let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let candidates = above(program ?? "") + above(FileManager.default.currentDirectoryPath + "/truc")
        guard let found = (candidates + ["/usr/share/truc/Public"]).first(where: isOne) else {
            throw UsageError("the folder Public was not found; say where it is with --web-public-folder")
        }
        return resolved(found)
    }

    /// Without symbolic links, so that what is read below it is really there.
    private static func resolved(_ folder: String) -> String {
        URL(filePath: folder).resolvingSymlinksInPath().path(percentEncoded: false)
    }

    private static func isOne(_ folder: String) -> Bool {
        FileManager.default.fileExists(atPath: folder + "/css/truc.css")
    }

    /// `Public` in each folder above the file.
    private static func above(_ file: String) -> [String] {
        var folder = URL(filePath: file).standardizedFileURL.deletingLastPathComponent()
        var found: [String] = []
        for _ in 0..<6 {
            found.append(folder.appending(path: "Public").path(percentEncoded: false))
            folder = folder.deletingLastPathComponent()
        }
        return found
    }
}
