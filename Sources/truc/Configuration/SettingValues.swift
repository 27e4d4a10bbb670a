/// All settings as text, each with the place it came from, so that an error can name it.
struct SettingValues {
    struct Value {
        let text: String
        /// `flag --web-port`, `environment TRUC_WEB_PORT`, `truc.conf:3`, `default`.
        let place: String
    }

    private let values: [String: Value]

    /// - Parameter flags: setting keys to what was given on the command line.
    init(flags: [String: String], environment: [String: String], file: ConfigurationFile?) {
        var values: [String: Value] = [:]
        for setting in Setting.all {
            values[setting.key] = SettingValues.value(of: setting, flags, environment, file)
        }
        self.values = values
    }

    private static func value(
        of setting: Setting, _ flags: [String: String], _ environment: [String: String], _ file: ConfigurationFile?
    ) -> Value {
        if let text = flags[setting.key] { return Value(text: text, place: "flag \(setting.flag)") }
        if let text = environment[setting.variable] {
            return Value(text: text, place: "environment \(setting.variable)")
        }
        if let file, let entry = file.entries.first(where: { $0.key == setting.key }) {
            return Value(text: entry.value, place: "\(file.path):\(entry.line)")
        }
        return Value(text: setting.fallback, place: "default")
    }

    func text(_ setting: Setting) -> String {
        values[setting.key]?.text ?? setting.fallback
    }

    func integer(_ setting: Setting, in range: ClosedRange<Int64>) throws(UsageError) -> Int64 {
        guard let number = Int64(text(setting)), range.contains(number) else {
            throw wrong(setting, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func port(_ setting: Setting) throws(UsageError) -> Int {
        Int(try integer(setting, in: 0...65_535))
    }

    func wrong(_ setting: Setting, _ wanted: String) -> UsageError {
        UsageError(
            "\(setting.key) (\(values[setting.key]?.place ?? "default")) must be \(wanted), not “\(text(setting))”")
    }
}
