package import Vocabulary

/// Says on a page, and on its prints, who looked at it and when (dấu tên người xem). Once in words at the top, and
/// faint over all of it, so that a photograph of a part carries it too.
package func watermark(_ page: Page) -> HTML {
    let mark = "\(page.person?.name ?? "") · \(page.now.forReading)"
    return """
        <p class="seen-by">\(icon(.person))\(page[.seenBy(mark)])</p>
        <div class="watermark" aria-hidden="true">\
        \(each: Array(0..<watermarkCount), { _ in "<span>\(mark)</span>" })</div>

        """
}

/// Enough for a sheet of A4 and for a wide screen.
private let watermarkCount = 40

extension Phrase {
    fileprivate static func seenBy(_ mark: String) -> Phrase {
        Phrase(vi: "Bản dành riêng cho \(mark)", en: "This copy is for \(mark)")
    }
}
