package import Vocabulary

/// What a cell holds, on both engines.
package enum Value: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

extension Value: Readable {
    /// Whatever is there: for code that copies rows without knowing what they mean.
    package init?(sqlValue: Value) { self = sqlValue }
}

/// What may be interpolated into `SQL`.
package protocol Bindable: Sendable {
    var sqlValue: Value { get }
}

extension Optional where Wrapped: Bindable {
    /// NULL for nothing.
    package var sqlValue: Value { self?.sqlValue ?? .null }
}

/// What `Row.get` can make of a cell; nil when the cell holds something else.
package protocol Readable {
    init?(sqlValue: Value)
}

extension Int64: Bindable, Readable {
    package var sqlValue: Value { .integer(self) }

    package init?(sqlValue: Value) {
        guard case .integer(let number) = sqlValue else { return nil }
        self = number
    }
}

extension Int: Bindable, Readable {
    package var sqlValue: Value { .integer(Int64(self)) }

    package init?(sqlValue: Value) {
        guard case .integer(let number) = sqlValue else { return nil }
        self.init(exactly: number)
    }
}

extension Double: Bindable, Readable {
    package var sqlValue: Value { .real(self) }

    package init?(sqlValue: Value) {
        switch sqlValue {
        case .real(let number): self = number
        case .integer(let number): self = Double(number)
        default: return nil
        }
    }
}

extension String: Bindable, Readable {
    package var sqlValue: Value { .text(self) }

    package init?(sqlValue: Value) {
        guard case .text(let text) = sqlValue else { return nil }
        self = text
    }
}

extension Bool: Bindable, Readable {
    package var sqlValue: Value { .integer(self ? 1 : 0) }

    package init?(sqlValue: Value) {
        guard case .integer(let number) = sqlValue else { return nil }
        self = number != 0
    }
}

extension [UInt8]: Bindable, Readable {
    package var sqlValue: Value { .blob(self) }

    package init?(sqlValue: Value) {
        guard case .blob(let bytes) = sqlValue else { return nil }
        self = bytes
    }
}

extension ID: Bindable, Readable {
    package var sqlValue: Value { .text(text) }

    package init?(sqlValue: Value) {
        guard case .text(let text) = sqlValue else { return nil }
        self.init(text)
    }
}

extension Instant: Bindable, Readable {
    package var sqlValue: Value { .integer(milliseconds) }

    package init?(sqlValue: Value) {
        guard case .integer(let number) = sqlValue else { return nil }
        self.init(milliseconds: number)
    }
}

extension Day: Bindable, Readable {
    package var sqlValue: Value { .text(description) }

    package init?(sqlValue: Value) {
        guard case .text(let text) = sqlValue else { return nil }
        self.init(text)
    }
}

/// States and kinds: an enum with text for raw value is stored as that text.
extension Bindable where Self: RawRepresentable, RawValue == String {
    package var sqlValue: Value { .text(rawValue) }
}

extension Readable where Self: RawRepresentable, RawValue == String {
    package init?(sqlValue: Value) {
        guard case .text(let text) = sqlValue else { return nil }
        self.init(rawValue: text)
    }
}

extension Role: Bindable, Readable {}
extension Language: Bindable, Readable {}

extension Optional: Readable where Wrapped: Readable {
    package init?(sqlValue: Value) {
        if sqlValue == .null {
            self = .none
        } else {
            guard let wrapped = Wrapped(sqlValue: sqlValue) else { return nil }
            self = .some(wrapped)
        }
    }
}
