import Foundation

/// How words are compared when somebody searches: without tone marks, without case, đ as d.
///
/// `"Đường Đình"` becomes `"duong dinh"`. FTS5's `remove_diacritics` leaves đ alone and PostgreSQL's `simple`
/// dictionary leaves everything alone, so both engines index text that was folded here.
package enum Folding {
    package static func fold(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        var folded = String.UnicodeScalarView()
        for scalar in text.decomposedStringWithCanonicalMapping.lowercased().unicodeScalars
        where scalar.properties.generalCategory != .nonspacingMark {
            folded.append(scalar == "đ" ? "d" : scalar)
        }
        return String(folded)
    }

    /// NFC (Unicode Standard Annex 15), in which all text that comes in is kept.
    package static func compose(_ text: String) -> String {
        text.utf8.allSatisfy { $0 < 0x80 } ? text : text.precomposedStringWithCanonicalMapping
    }
}
