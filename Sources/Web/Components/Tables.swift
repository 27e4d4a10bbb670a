package import Vocabulary

/// Rows under headers. Below 600 px each row becomes a card in which every cell is named by its header.
///
/// The first cell of a row is its header. Columns named in `numbers` stand to the right.
package func table(
    _ page: Page, _ caption: Phrase, headers: [Phrase], rows: [[HTML]], numbers: Set<Int> = [],
    isCaptionHidden: Bool = false
) -> HTML {
    let columns = Array(headers.enumerated())
    return """
        <div class="scroll"><table class="cards\(if: headers.count > 4, " many")" role="table"><caption\
        \(if: isCaptionHidden, " class=\"hidden\"")>\(page[caption])</caption>
        <thead role="rowgroup"><tr role="row">\(each: columns, { column in
            "<th scope=\"col\" role=\"columnheader\"\(numeric(numbers, column.offset))>\(page[column.element])</th>"
        })</tr></thead>
        <tbody role="rowgroup">\(each: rows, { row in
            line(page, columns, row, numbers)
        })</tbody></table></div>

        """
}

private func line(
    _ page: Page, _ columns: [EnumeratedSequence<[Phrase]>.Element], _ row: [HTML], _ numbers: Set<Int>
) -> HTML {
    let cells = zip(columns, row).map { column, content in cell(page, column.offset, column.element, content, numbers) }
    return "<tr role=\"row\">\(each: cells, { $0 })</tr>\n"
}

private func cell(_ page: Page, _ index: Int, _ header: Phrase, _ content: HTML, _ numbers: Set<Int>) -> HTML {
    index == 0
        ? "<th scope=\"row\" role=\"rowheader\">\(content)</th>"
        : "<td role=\"cell\" data-label=\"\(page[header])\"\(numeric(numbers, index))><div>\(content)</div></td>"
}

private func numeric(_ numbers: Set<Int>, _ index: Int) -> HTML {
    numbers.contains(index) ? " class=\"num\"" : ""
}

/// Names with their values: what somebody filled in, what a thing is made of. Line ends in a value are kept.
package func summaryList(_ page: Page, _ rows: [(Phrase, HTML)]) -> HTML {
    "<dl class=\"summary\">\(each: rows, { "<div><dt>\(page[$0.0])</dt><dd>\($0.1)</dd></div>\n" })</dl>\n"
}

/// Where one stands in a long list. `next` is the address of the following page, nil on the last one.
package func pagination(_ page: Page, showing: Int, previous: Link? = nil, next: Link? = nil) -> HTML {
    guard previous != nil || next != nil else { return "" }
    return """
        <nav class="pages" aria-label="\(page[.pagesOfList])">\
        \(ifLet: previous, { "<a class=\"btn quiet\" rel=\"prev\" href=\"\(link: $0)\">\(page[.newerPage])</a>" })\
        <p>\(page[.showing(showing)])</p>\
        \(ifLet: next, { "<a class=\"btn quiet\" rel=\"next\" href=\"\(link: $0)\">\(page[.olderPage])</a>" })</nav>

        """
}
