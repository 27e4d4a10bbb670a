/// Waits until something becomes true and says whether it did. For what another task or process does in its own time:
/// the limit is for what never happens, far above what a busy machine with every suite at once needs. Where a thousand
/// other tests keep every thread, time passes without a single look: so many looks count too.
package func eventually(withinSeconds limit: Double = 60, _ condition: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now.advanced(by: .seconds(limit))
    var looks = 0
    while try await !condition() {
        looks += 1
        guard ContinuousClock.now < deadline || looks < 100 else { return false }
        try await Task.sleep(for: .milliseconds(5))
    }
    return true
}

/// Lets at most so many callers in at once.
actor Turnstile {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) {
        free = count
    }

    func enter() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
