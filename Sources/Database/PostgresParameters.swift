/// Bound values as libpq wants them: pointers into one buffer, text ended by NUL, blobs binary with their length.
struct PostgresParameters {
    private var buffer: [UInt8] = []
    private var offsets: [Int?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    init(_ values: [Value]) {
        for value in values {
            offsets.append(value == .null ? nil : buffer.count)
            let start = buffer.count
            if case .blob(let bytes) = value {
                buffer += bytes
                formats.append(1)
            } else {
                buffer += value.spelled.utf8
                formats.append(0)
            }
            lengths.append(Int32(buffer.count - start))
            buffer.append(0)
        }
    }

    func withPointers<T>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> T
    ) -> T {
        buffer.withUnsafeBytes { bytes in
            let pointers = offsets.map { offset -> UnsafePointer<CChar>? in
                guard let offset, let base = bytes.baseAddress else { return nil }
                return base.advanced(by: offset).assumingMemoryBound(to: CChar.self)
            }
            return pointers.withUnsafeBufferPointer { body($0.baseAddress, lengths, formats) }
        }
    }
}

extension Value {
    fileprivate var spelled: String {
        switch self {
        case .null, .blob: ""
        case .integer(let number): String(number)
        case .real(let number): "\(number)"
        case .text(let text): text
        }
    }
}
