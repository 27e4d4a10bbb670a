import CPages
import Foundation
import Synchronization
import Testing

/// What a node at rest gives back: nothing that it could not read again from a file.
struct MemoryTests {
    @Test("the text of the program and its libraries is given back, and they go on")
    func text() {
        #expect(pages_give_back() > 1 << 20)
        #expect(pages_give_back() > 1 << 20)
        #expect([3, 1, 2].sorted().description == "[1, 2, 3]")
    }

    /// A file is mapped for a moment and goes; its addresses become somebody's memory, while pages are given back.
    @Test("memory that stands where a file was mapped a moment ago keeps what is in it")
    func reuse() throws {
        let descriptor = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let isOver = Atomic(false)
        let lost = Atomic(0)
        let rounds = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: 3) { worker in
            guard worker > 0 else {
                for _ in 0..<300 {
                    _ = pages_give_back()
                    usleep(1000)
                }
                return isOver.store(true, ordering: .relaxed)
            }
            while !isOver.load(ordering: .relaxed) {
                if !MemoryTests.isKept(where: descriptor) { lost.add(1, ordering: .relaxed) }
                rounds.add(1, ordering: .relaxed)
            }
        }
        #expect(rounds.load(ordering: .relaxed) > 0)
        #expect(lost.load(ordering: .relaxed) == 0)
    }

    private static func isKept(where descriptor: Int32) -> Bool {
        let count = 1 << 20
        guard let file = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), file != MAP_FAILED else {
            return false
        }
        usleep(200)
        munmap(file, count)
        let rights = PROT_READ | PROT_WRITE
        guard let own = mmap(nil, count, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), own != MAP_FAILED else {
            return false
        }
        defer { munmap(own, count) }
        memset(own, 7, count)
        usleep(2000)
        return stride(from: 0, to: count, by: 4096).allSatisfy { own.load(fromByteOffset: $0, as: UInt8.self) == 7 }
    }
}
