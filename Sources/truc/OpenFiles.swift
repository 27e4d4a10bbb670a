import Foundation

/// How many files and connections the process may have open at one time.
enum OpenFiles {
    /// As many as the system lets it. The usual soft limit, 1024, is what programs with `select` can bear, and fewer
    /// than the webhooks, callers and files of a node together.
    static func allowMany() {
        var limit = rlimit()
        guard getrlimit(files, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(files, &limit)
    }

    private static let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
}
