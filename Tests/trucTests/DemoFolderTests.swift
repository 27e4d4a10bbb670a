import Foundation
import TestKit
import Testing

@testable import truc

/// What `truc demo` may throw away.
@Suite("the folder of the demo")
struct DemoFolderTests {
    private func write(_ name: String, in path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data().write(to: URL(filePath: "\(path)/\(name)"))
    }

    private func holds(_ name: String, _ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(path)/\(name)")
    }

    @Test("a finished demo is kept, --fresh throws it away, and half of one is begun again")
    func own() throws {
        let home = try TemporaryFolder()
        let path = home.path + "/d"
        _ = try DemoFolder(path, fresh: false)
        try write("left", in: path)
        #expect(!(try DemoFolder(path, fresh: false).isReady) && !holds("left", path), "it was never finished")
        try DemoFolder(path, fresh: false).markReady()
        try write("left", in: path)
        #expect(try DemoFolder(path, fresh: false).isReady && holds("left", path))
        #expect(!(try DemoFolder(path, fresh: true).isReady) && !holds("left", path))
    }

    @Test("a folder in which a demo runs is not touched by a second one, however far the first is")
    func running() throws {
        let home = try TemporaryFolder()
        let path = home.path + "/d"
        let first = try DemoFolder(path, fresh: false)
        try write("left", in: path)
        try withExtendedLifetime(first) {
            for fresh in [false, true] {
                #expect(throws: FolderLock.InUse.self) { try DemoFolder(path, fresh: fresh) }
            }
            try first.markReady()
            #expect(throws: FolderLock.InUse.self) { try DemoFolder(path, fresh: true) }
        }
        #expect(holds("left", path))
    }

    @Test("a folder that no demo made is never touched", arguments: [false, true])
    func foreign(fresh: Bool) throws {
        let home = try TemporaryFolder()
        let path = home.path + "/papers"
        try write("thesis.txt", in: path)
        #expect(throws: UsageError.self) { try DemoFolder(path, fresh: fresh) }
        #expect(holds("thesis.txt", path))
        try write("ready", in: path)
        #expect(throws: UsageError.self) { try DemoFolder(path, fresh: true) }
        #expect(holds("thesis.txt", path))
    }

    @Test("an empty folder, or none, will do")
    func empty() throws {
        let home = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: home.path + "/e", withIntermediateDirectories: true)
        for name in ["e", "none/yet"] { _ = try DemoFolder("\(home.path)/\(name)", fresh: true) }
    }
}
