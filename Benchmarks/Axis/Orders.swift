import Dispatch
import Foundation
import Gateway

/// What standard input says is done beside the calls.
enum Orders {
    /// Ends with standard input.
    static func lines() -> AsyncStream<String> {
        AsyncStream { lines in
            DispatchQueue.global().async {
                while let line = readLine() { lines.yield(line) }
                lines.finish()
            }
        }
    }

    static func follow(_ gateway: Gateway, _ table: AxisTable) async {
        var tables: [Table] = []
        var swapping: Task<Void, any Error>?
        for await line in lines() {
            swapping?.cancel()
            _ = await swapping?.result
            let words = line.split(separator: " ")
            guard words.first == "swap", words.count > 1, let every = Int(words[1]) else { continue }
            let rows = words.count > 2 ? Int(words[2]) : nil
            // Whoever brings a table has made it already: two of which every grant is other, in turn.
            if rows == nil, tables.isEmpty { tables = [table.make(1), table.make(2)] }
            swapping = Task { [tables] in
                var round = 0
                while true {
                    try await Task.sleep(for: .milliseconds(every))
                    round += 1
                    if let rows {
                        _ = try await gateway.change(table.change(round, rows: rows))
                    } else {
                        try await gateway.swap(tables[round % 2])
                    }
                }
            }
        }
        swapping?.cancel()
    }
}
