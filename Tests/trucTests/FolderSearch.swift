import Foundation

/// Looks for bytes in every file of a folder.
enum FolderSearch {
    static func files(in folder: String, holding text: String) throws -> [String] {
        guard let all = FileManager.default.enumerator(atPath: folder) else { return [] }
        return all.compactMap { $0 as? String }.filter { name in
            guard let data = FileManager.default.contents(atPath: folder + "/" + name) else { return false }
            return data.range(of: Data(text.utf8)) != nil
        }
    }
}
