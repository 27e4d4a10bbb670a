import Foundation
import Vocabulary

/// Where a command speaks to the person who typed it. Logs go elsewhere: `LogLines`.
struct Terminal: Sendable {
    let say: @Sendable (String) -> Void
    let complain: @Sendable (String) -> Void

    static let standard = Terminal(
        say: { writeAll($0 + "\n", to: STDOUT_FILENO) },
        complain: { writeAll($0 + "\n", to: STDERR_FILENO) })

    /// Columns side by side, as wide as their widest cell.
    ///
    /// What stands in them may be another node's word: nothing in it moves the cursor, ends a line or turns the
    /// direction of the others.
    func table(_ rows: [[String]]) {
        let rows = rows.map { $0.map(Terminal.plain) }
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        for row in rows {
            let cells = row.enumerated().map { column, cell in
                column + 1 == row.count ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }
            say(cells.joined(separator: "  "))
        }
    }

    private static func plain(_ text: String) -> String {
        Folding.isLegible(text) ? text : String(text.map { Folding.isLegible("x\($0)") ? $0 : "\u{FFFD}" })
    }
}

/// One `write(2)` as far as the kernel takes it, so that lines of several processes do not mix. A closed pipe is
/// ignored: there is nobody left to tell.
func writeAll(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { return }
        rest = rest.dropFirst(written)
    }
}
