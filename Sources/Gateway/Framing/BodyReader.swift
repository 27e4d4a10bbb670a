/// Finds the pieces of a body in bytes as they come. Holds a few numbers, whatever the length of the body.
struct BodyReader: Sendable {
    enum Piece: Equatable {
        /// Content, at this place.
        case content(Range<Int>)
        /// The body is whole; what follows is not part of it.
        case end
        case needsMore
        case refused(HeadFault)
    }

    private enum State {
        case fixed, untilClose, done
        case size, sizeLF, content, contentCR, contentLF
        case trailer, trailerName, trailerValue, trailerLF, endLF
    }

    private var state: State
    private var left: Int64
    private var digits = 0
    private var trailerBytes = 0
    /// Content that has gone by.
    private(set) var total: Int64 = 0
    let limit: Int64

    static let trailerLimit = 8 << 10

    init(_ framing: BodyFraming, limit: Int64) {
        self.limit = limit
        (state, left) =
            switch framing {
            case .none: (.done, 0)
            case .length(let length): (length == 0 ? .done : .fixed, length)
            case .chunked: (.size, 0)
            case .untilClose: (.untilClose, 0)
            }
    }

    var isDone: Bool { state == .done }
    var endsWithConnection: Bool { state == .untilClose }

    /// - Parameter place: where to go on; moved behind what was read.
    mutating func next(_ bytes: UnsafeRawBufferPointer, _ place: inout Int) -> Piece {
        while true {
            if state == .done { return .end }
            guard place < bytes.count else { return .needsMore }
            switch state {
            case .fixed, .untilClose, .content: return content(bytes, &place)
            default:
                if let fault = step(bytes, &place) { return .refused(fault) }
            }
        }
    }

    private mutating func content(_ bytes: UnsafeRawBufferPointer, _ place: inout Int) -> Piece {
        var count = bytes.count - place
        if state != .untilClose { count = Int(min(Int64(count), left)) }
        total += Int64(count)
        guard total <= limit else { return .refused(.bodyTooLong) }
        let found = place..<place + count
        place += count
        left -= Int64(count)
        if left == 0, state == .fixed { state = .done }
        if left == 0, state == .content { state = .contentCR }
        return .content(found)
    }

    /// Chunked coding, RFC 9112 §7.1, without extensions.
    private mutating func step(_ bytes: UnsafeRawBufferPointer, _ place: inout Int) -> HeadFault? {
        let byte = bytes[place]
        switch state {
        case .size:
            if let digit = PathRules.hex(byte) {
                guard digits < 15 else { return .badChunk }
                left = left << 4 | Int64(digit)
                digits += 1
            } else {
                guard digits > 0, byte == 0x0D else {
                    return byte == UInt8(ascii: ";") && digits > 0 ? .chunkExtension : .badChunk
                }
                state = .sizeLF
            }
        case .sizeLF:
            guard byte == 0x0A else { return .badChunk }
            digits = 0
            state = left == 0 ? .trailer : .content
        case .contentCR:
            guard byte == 0x0D else { return .badChunk }
            state = .contentLF
        case .contentLF:
            guard byte == 0x0A else { return .badChunk }
            state = .size
        default: return trailer(byte, &place)
        }
        place += 1
        return nil
    }

    /// Trailers are checked like fields and go no further (RFC 9110 §6.5.1 lets a gateway drop them).
    private mutating func trailer(_ byte: UInt8, _ place: inout Int) -> HeadFault? {
        trailerBytes += 1
        guard trailerBytes <= BodyReader.trailerLimit else { return .badTrailer }
        switch state {
        case .trailer where byte == 0x0D: state = .endLF
        case .trailer where Characters.token.contains(byte): state = .trailerName
        case .trailerName where byte == UInt8(ascii: ":"): state = .trailerValue
        case .trailerName where Characters.token.contains(byte): break
        case .trailerValue where byte == 0x0D: state = .trailerLF
        case .trailerValue where byte >= 0x20 && byte != 0x7F || byte == 0x09: break
        case .trailerLF where byte == 0x0A: state = .trailer
        case .endLF where byte == 0x0A: state = .done
        default: return .badTrailer
        }
        place += 1
        return nil
    }
}
