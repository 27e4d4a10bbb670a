import Foundation

/// The files of this repository, as the scanners see them.
struct Repository {
    let root: String

    /// Found from this very file: `Tests/Tidy` is two folders below the root.
    static let here: Repository = {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return Repository(root: tests.resolvingSymlinksInPath().deletingLastPathComponent().path())
    }()

    func text(_ path: String) -> String {
        guard let data = FileManager.default.contents(atPath: root + "/" + path) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }

    func files(under folder: String, where wanted: (String) -> Bool) -> [String] {
        guard let all = FileManager.default.enumerator(atPath: root + "/" + folder) else { return [] }
        return all.compactMap { $0 as? String }.filter(wanted).map { folder + "/" + $0 }.sorted()
    }

    var swift: [SourceText] {
        ["Sources", "Tests", "Benchmarks"].flatMap { files(under: $0) { $0.hasSuffix(".swift") } }
            .map { SourceText(path: $0, text: text($0)) }
    }

    /// Every target under `Sources` that is ours; system libraries are named `CName`.
    var rooms: [String] {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: root + "/Sources")) ?? []
        return folders.filter { !isSystemLibrary($0) && !$0.hasPrefix(".") }.sorted()
    }

    /// Whatever a person reads or runs: prose, scripts, style sheets, code.
    var prose: [String] {
        let kinds = [".swift", ".md", ".py", ".sh", ".js", ".css", ".txt"]
        let top = [
            "Makefile", "NOTICE", "README.md", "README.vi.md", "CONTRIBUTING.md", "CHANGELOG.md", "Package.swift",
        ]
        let plain = ["scripts", ".ci"].flatMap {
            files(under: $0) { !$0.contains("__pycache__") && !$0.hasSuffix(".pyc") }
        }
        let typed = ["Sources", "Tests", "Benchmarks", "Public", "Demo", "docs"].flatMap { folder in
            files(under: folder) { name in kinds.contains { name.hasSuffix($0) } }
        }
        return top + plain + typed
    }
}

func isSystemLibrary(_ target: String) -> Bool {
    let letters = Array(target)
    return letters.count > 1 && letters[0] == "C" && letters[1].isUppercase && target != "CLI"
}
