import StrictJSON

/// Texts and numbers of samples.
extension Sample {
    mutating func text(_ parts: [JSONValue], _ name: String) -> String {
        let least = Sample.count(parts.compactMap { $0["minLength"]?.number }.max() ?? 0, atMost: 4000)
        let most = Sample.count(parts.compactMap { $0["maxLength"]?.number }.min() ?? 4000, atMost: 4000)
        let patterns = parts.compactMap { $0["pattern"]?.string }
        if let source = patterns.first {
            // Short ones first; longer ones where they are asked for.
            for times in [1, 2, 0, 4, 8, 16, least] {
                guard let text = PatternSample.text(source, times: times, choice: choice(8) + salt) else { break }
                let isRest = patterns.dropFirst().allSatisfy { (try? Pattern($0))?.matches(text) ?? false }
                if isRest, (least...max(least, most)).contains(text.unicodeScalars.count) { return text }
            }
        }
        if let format = parts.lazy.compactMap({ $0["format"]?.string }).first.flatMap(known) { return format }
        let usual = name.isEmpty ? "TEXT" : name.uppercased()
        var scalars = Array((salt == 0 ? usual : usual + "\(salt)").unicodeScalars)
        if scalars.count > most { scalars = Array(scalars.suffix(most)) }
        while scalars.count < least { scalars += scalars.isEmpty ? ["X"] : scalars.prefix(least - scalars.count) }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }

    private func known(_ format: String) -> String? {
        let tail = String(salt + 1000).suffix(3)
        return switch format {
        case "date": "2025-07-\(String(salt % 28 + 101).suffix(2))"
        case "date-time": "2025-07-\(String(salt % 28 + 101).suffix(2))T08:00:00+07:00"
        case "uuid": "00000000-0000-4000-8000-000000000\(tail)"
        case "ipv4": "192.0.2.\(salt % 250 + 1)"
        case "ipv6": "2001:db8::\(salt % 1000 + 1)"
        case "email": "name\(salt == 0 ? "" : "\(salt)")@example.vn"
        case "uri": "https://example.vn/\(salt == 0 ? "" : "\(salt)")"
        default: nil
        }
    }

    mutating func number(_ parts: [JSONValue], isWhole: Bool) -> JSON {
        let isOld = document.dialect == .openAPI30
        func bounds(_ plain: String, _ strict: String) -> [(value: Double, isStrict: Bool)] {
            parts.flatMap { part -> [(Double, Bool)] in
                let own = part[plain]?.number.map { ($0, isOld && part[strict]?.bool == true) }
                return [own, part[strict]?.number.map { ($0, true) }].compactMap { $0 }
            }
        }
        let low = bounds("minimum", "exclusiveMinimum").max {
            $0.value == $1.value ? !$0.isStrict && $1.isStrict : $0.value < $1.value
        }
        let high = bounds("maximum", "exclusiveMaximum").min {
            $0.value == $1.value ? $0.isStrict && !$1.isStrict : $0.value < $1.value
        }
        let step = parts.compactMap { $0["multipleOf"]?.number }.max() ?? (isWhole ? 1 : 0)
        let found = Sample.number(low, high, step: step, salt: Double(salt + choice(4)))
        guard found.rounded() == found, let whole = Int64(exactly: found) else { return .number(found) }
        return .integer(whole)
    }

    private static func number(
        _ low: (value: Double, isStrict: Bool)?, _ high: (value: Double, isStrict: Bool)?, step: Double, salt: Double
    ) -> Double {
        guard step > 0 else {
            switch (low, high) {
            case (nil, nil): return 1 + salt
            case (let low?, nil): return low.isStrict ? low.value + 1 + salt : low.value + salt
            case (nil, let high?): return high.value >= 1 + salt ? 1 + salt : high.value - 1 - salt
            case (let low?, let high?):
                if salt == 0, !low.isStrict { return low.value }
                return low.value + (high.value - low.value) * (salt + 1) / (salt + 2)
            }
        }
        if let low {
            var first = (low.value / step).rounded(.up) * step
            if low.isStrict, first <= low.value { first += step }
            return first + salt * step
        }
        let first = (1 / step).rounded(.up) * step
        guard let high, high.isStrict ? first + salt * step >= high.value : first + salt * step > high.value else {
            return first + salt * step
        }
        var last = (high.value / step).rounded(.down) * step
        if high.isStrict, last >= high.value { last -= step }
        return last - salt * step
    }
}

/// A text that a pattern matches.
struct PatternSample {
    private static let longest = 4000
    private static let stepLimit = 20_000
    private static let usual = Array("aA01-_. b2B3xyzđ+@".unicodeScalars)

    private let times: Int
    private let choice: Int
    private var text = String.UnicodeScalarView()
    private var steps = 0

    /// Nil when none was found.
    ///
    /// - Parameters:
    ///   - times: how often what may be repeated is, where it may be as often.
    ///   - choice: which of several branches and characters are taken.
    static func text(_ source: String, times: Int, choice: Int) -> String? {
        var reader = PatternReader(source)
        guard let tree = try? reader.read(), let pattern = try? Pattern(source) else { return nil }
        var sample = PatternSample(times: times, choice: choice)
        guard sample.write(tree) else { return nil }
        let made = String(sample.text)
        return pattern.matches(made) ? made : nil
    }

    private init(times: Int, choice: Int) {
        self.times = times
        self.choice = choice
    }

    private mutating func write(_ tree: PatternTree) -> Bool {
        steps += 1
        guard steps < PatternSample.stepLimit else { return false }
        switch tree {
        case .empty, .start, .end, .border, .noBorder: return true
        case .one(let set):
            guard let scalar = scalar(in: set), text.count < PatternSample.longest else { return false }
            text.append(scalar)
            return true
        case .sequence(let parts):
            for part in parts where !write(part) { return false }
            return true
        case .either(let branches): return branches.isEmpty || write(branches[choice % branches.count])
        case .times(let part, let low, let high):
            let count = min(max(low, times), high ?? .max)
            for _ in 0..<count where !write(part) { return false }
            return true
        }
    }

    private func scalar(in set: CharacterSet) -> Unicode.Scalar? {
        let fitting = PatternSample.usual.filter(set.contains)
        if !fitting.isEmpty { return fitting[choice % min(fitting.count, 3)] }
        return set.ranges.lazy.compactMap { Unicode.Scalar($0.lowerBound) }.first(where: set.contains)
    }
}
