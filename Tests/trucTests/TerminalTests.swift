import Synchronization
import Testing

@testable import truc

@Suite("What commands print") struct TerminalTests {
    @Test("what stands in a table breaks no line, moves no cursor and turns nothing around")
    func table() {
        let said = Mutex<[String]>([])
        let terminal = Terminal(say: { line in said.withLock { $0.append(line) } }, complain: { _ in })
        terminal.table([["Cổng\nhai", "a\u{1B}[2Jb", "x\u{202E}y"], ["👨‍👩‍👧", "", "z"]])
        let lines = said.withLock { $0 }
        #expect(lines.first == "Cổng\u{FFFD}hai  a\u{FFFD}[2Jb  x\u{FFFD}y")
        #expect(lines.last == "👨‍👩‍👧" + String(repeating: " ", count: 17) + "z")
    }
}
