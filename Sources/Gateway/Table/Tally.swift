import Synchronization

/// What has been seen of the calls under one grant. Counted by all loops without a lock, read by whoever looks.
final class Tally: Sendable {
    let service: String
    let consumer: String
    let grant: String

    private let classes = InlineArray<6, Atomic<Int64>> { _ in Atomic(0) }
    private let times = InlineArray<48, Atomic<Int64>> { _ in Atomic(0) }
    private let microseconds = Atomic<Int64>(0)
    private let received = Atomic<Int64>(0)
    private let sent = Atomic<Int64>(0)
    /// Calls that were not admitted because the grant's rate or quota was used up: none of those above.
    let limited = Atomic<Int64>(0)

    init(service: String, consumer: String, grant: String) {
        self.service = service
        self.consumer = consumer
        self.grant = grant
    }

    /// - Parameters:
    ///   - microseconds: from the first byte of the request to the last of the answer.
    ///   - received, sent: bytes of bodies.
    func count(status: Int, microseconds took: Int64, received request: Int64, sent answer: Int64) {
        classes[min(max(status / 100, 0), 5)].wrappingAdd(1, ordering: .relaxed)
        times[Tally.bucket(took)].wrappingAdd(1, ordering: .relaxed)
        microseconds.wrappingAdd(took, ordering: .relaxed)
        if request > 0 { received.wrappingAdd(request, ordering: .relaxed) }
        if answer > 0 { sent.wrappingAdd(answer, ordering: .relaxed) }
    }

    /// Two buckets for each doubling from 64 µs on: 64, 96, 128, 192, … The last one has no end.
    static func bucket(_ microseconds: Int64) -> Int {
        guard microseconds > 64 else { return 0 }
        let value = UInt64(microseconds - 1) >> 5
        let octave = 63 - value.leadingZeroBitCount
        let half = octave > 0 ? Int(value >> UInt64(octave - 1)) & 1 : 0
        return min((octave - 1) * 2 + half + 1, 47)
    }

    /// The upper end of a bucket in microseconds.
    static func limit(_ bucket: Int) -> Int64 {
        let octave = Int64(64) << Int64(bucket / 2)
        return bucket % 2 == 0 ? octave : octave + octave / 2
    }

    var seen: Seen {
        Seen(
            classes: (0..<6).map { classes[$0].load(ordering: .relaxed) },
            times: (0..<48).map { times[$0].load(ordering: .relaxed) },
            microseconds: microseconds.load(ordering: .relaxed), received: received.load(ordering: .relaxed),
            sent: sent.load(ordering: .relaxed))
    }

    /// The counts of one moment.
    struct Seen: Sendable {
        /// By hundreds of the status.
        var classes: [Int64]
        var times: [Int64]
        var microseconds: Int64
        var received: Int64
        var sent: Int64

        var calls: Int64 { classes.reduce(0, +) }

        static let none = Seen(
            classes: Array(repeating: 0, count: 6), times: Array(repeating: 0, count: 48), microseconds: 0,
            received: 0, sent: 0)

        static func += (one: inout Seen, other: Seen) {
            for place in one.classes.indices { one.classes[place] += other.classes[place] }
            for place in one.times.indices { one.times[place] += other.times[place] }
            one.microseconds += other.microseconds
            one.received += other.received
            one.sent += other.sent
        }

        /// In milliseconds: the upper end of the bucket in which the percentile lies.
        func percentile(_ share: Double) -> Double {
            let calls = times.reduce(0, +)
            guard calls > 0 else { return 0 }
            var left = Int64((Double(calls) * share).rounded(.up))
            for (bucket, count) in times.enumerated() {
                left -= count
                if left <= 0 { return Double(Tally.limit(bucket)) / 1000 }
            }
            return Double(Tally.limit(times.count - 1)) / 1000
        }
    }
}
