/// Tells a torn tail from damage, at the end of the last segment.
///
/// A power loss can spoil only the batch that was being written: everything before it had been made durable. So the
/// tail is damage, and not torn, when the durable mark lies behind its beginning, when a signed head of a later batch
/// follows, or when the batch's own head is there and nothing in between looks unwritten.
struct Ending {
    let replay: Replay
    let tail: Replay.Tail
    let mark: DurableMark?
    /// The whole segment; only looked at when something in it is broken.
    let bytes: [UInt8]
    let segment: Int64
    let signer: VerifierKey

    func check() throws {
        if let mark, mark.size > replay.head.size || mark.segment > segment {
            throw damage("\(tail.broken?.reason ?? "the file ends"), and \(mark.size) leaves had been made durable")
        }
        guard let broken = tail.broken, let next = head(after: broken.offset) else { return }
        let isOwn = next.head.previous == replay.head.size
        if !isOwn || mark == nil || !hasUnwrittenSector(broken.offset..<next.offset) {
            throw damage("\(broken.reason), and a signed head of \(next.head.size) leaves follows")
        }
    }

    private func damage(_ reason: String) -> LedgerError {
        .damaged(
            LedgerDamage(
                file: Segment.name(segment), offset: tail.broken?.offset ?? tail.end, leaf: tail.frontier.size,
                reason: reason))
    }

    /// The next whole head that our key signed, wherever it begins.
    private func head(after offset: Int) -> (head: Head, offset: Int)? {
        let start = [0, 0, 0, UInt8(Segment.headLength), Segment.Kind.head.rawValue]
        var place = offset
        while place + Segment.headRecordLength <= bytes.count {
            if bytes[place] == 0, bytes[place..<place + start.count].elementsEqual(start),
                case .head(let head, _) = SegmentRecord(bytes, at: place), head.isSigned(by: signer)
            {
                return (head, place)
            }
            place += 1
        }
        return nil
    }

    /// Disks write sectors of 512 bytes whole; one that was never written reads as zeros.
    private func hasUnwrittenSector(_ range: Range<Int>) -> Bool {
        let sector = 512
        var start = (range.lowerBound + sector - 1) / sector * sector
        while start + sector <= range.upperBound {
            if bytes[start..<start + sector].allSatisfy({ $0 == 0 }) { return true }
            start += sector
        }
        return false
    }
}
