import CNIOExtrasZlib

/// gzip, RFC 1952, by zlib.
enum Gzip {
    /// Nil when zlib will not, or when it would not be shorter.
    static func compress(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8]? {
        var stream = cnioextras_z_stream()
        // 15 window bits, and 16 for a gzip header.
        guard
            CNIOExtrasZlib_deflateInit2(
                &stream, level, CNIOEXTRAS_Z_DEFLATED, 15 + 16, 8, CNIOEXTRAS_Z_DEFAULT_STRATEGY) == CNIOEXTRAS_Z_OK
        else {
            return nil
        }
        defer { cnioextras_z_deflateEnd(&stream) }
        var source = bytes
        var output = [UInt8](repeating: 0, count: bytes.count)
        let isDone = source.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { room in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = room.baseAddress
                stream.avail_out = UInt32(room.count)
                return cnioextras_z_deflate(&stream, CNIOEXTRAS_Z_FINISH) == CNIOEXTRAS_Z_STREAM_END
            }
        }
        return isDone ? Array(output.prefix(Int(stream.total_out))) : nil
    }

    static func isAccepted(by request: Request) -> Bool {
        request.headers.all("accept-encoding").contains { list in
            list.split(separator: ",").contains { coding in
                let parts = coding.split(separator: ";").map(\.trimmed)
                return parts.first?.lowercased() == "gzip"
                    && !parts.dropFirst().contains { $0.replacing(" ", with: "") == "q=0" }
            }
        }
    }

    /// Text of more than 1 KB is compressed when the caller takes it. Streams and what is compressed already stay.
    static func compress(_ response: Response, for request: Request) -> Response {
        guard let bytes = response.bytes, bytes.count > 1024, response.headers["content-encoding"] == nil,
            let type = response.headers["content-type"],
            Assets.isText(type) || type.hasPrefix("application/problem+json"),
            isAccepted(by: request), let shorter = compress(bytes, level: 4)
        else { return response }
        var copy = response
        copy.body = .bytes(shorter)
        copy.headers["content-encoding"] = "gzip"
        copy.headers["vary"] = [response.headers["vary"], "Accept-Encoding"].compactMap { $0 }.joined(separator: ", ")
        copy.headers["etag"] = nil
        return copy
    }
}
