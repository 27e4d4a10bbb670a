import Testing

@testable import truc

/// What a node at rest gives back: nothing that it could not read again from a file.
struct MemoryTests {
    private static let maps = """
        00400000-00500000 r-xp 00000000 fe:00 1311                               /usr/bin/truc
        Rss:                1024 kB
        Anonymous:             0 kB
        VmFlags: rd ex mr mw me
        00500000-00540000 r--p 00100000 fe:00 1311                               /usr/bin/truc
        Anonymous:           256 kB
        00540000-00580000 rw-p 00140000 fe:00 1311                               /usr/bin/truc
        Anonymous:             0 kB
        00580000-00590000 r--p 00000000 fe:00 77                                 /usr/lib/libcrypto.so.3
        Anonymous:             0 kB
        00590000-005a0000 r--s 00000000 fe:00 78                                 /var/lib/truc/node.sqlite-shm
        Anonymous:             0 kB
        005a0000-005b0000 r-xp 00000000 00:00 0                                  [vdso]
        Anonymous:             0 kB
        005b0000-005c0000 r--p 00000000 00:00 0
        Anonymous:             0 kB
        """

    @Test("what a file gives again is let go of; what was changed, shared or never in a file is kept")
    func letsGo() {
        #expect(Memory.unchangedFiles(in: Self.maps) == [0x400000..<0x500000, 0x580000..<0x590000])
    }

    @Test("words that are not a memory map name nothing")
    func nothing() {
        #expect(Memory.unchangedFiles(in: "").isEmpty)
        #expect(Memory.unchangedFiles(in: "zz-yy r-xp 0 0 7 /x\nAnonymous: 0 kB\nAnonymous:").isEmpty)
    }
}
