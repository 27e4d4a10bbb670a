import Foundation

/// A new, empty folder that goes when nobody holds it any more.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() throws {
        let template = FileManager.default.temporaryDirectory.path + "/truc-test-XXXXXX"
        var name = Array(template.utf8CString)
        guard let made = mkdtemp(&name) else { throw CocoaError(.fileWriteUnknown) }
        path = String(cString: made)
    }

    package func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }

    deinit {
        remove()
    }
}
