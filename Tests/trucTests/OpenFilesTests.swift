import Foundation
import Testing
@testable import truc

@Suite("Open files")
struct OpenFilesTests {
    @Test("the soft limit of open files becomes the hard one")
    func limit() {
        let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        #expect(getrlimit(files, &limit) == 0)
        limit.rlim_cur = limit.rlim_max - 1
        #expect(setrlimit(files, &limit) == 0)
        OpenFiles.allowMany()
        #expect(getrlimit(files, &limit) == 0)
        #expect(limit.rlim_cur == limit.rlim_max)
    }
}
