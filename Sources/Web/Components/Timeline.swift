package import Vocabulary

/// Something that happened: when, what, who, and a word about it.
package struct TimelineEntry: Sendable {
    package let at: Instant
    package let what: HTML
    package let who: String?
    package let note: String?

    package init(at: Instant, what: HTML, who: String? = nil, note: String? = nil) {
        self.at = at
        self.what = what
        self.who = who
        self.note = note
    }
}

/// What happened, in the order given: newest first reads best.
package func timeline(_ page: Page, _ entries: [TimelineEntry]) -> HTML {
    """
    <ol class="timeline">\(each: entries, { entry in
        """
        <li>\(time(entry.at))<b>\(entry.what)</b>\(ifLet: entry.who, { "<span class=\"muted\"> · \($0)</span>" })\
        \(ifLet: entry.note, { "<p>\($0)</p>" })</li>

        """
    })</ol>

    """
}

/// A moment as people in Vietnam read it, and as programs do.
package func time(_ instant: Instant) -> HTML {
    "<time datetime=\"\(instant.rfc3339)\">\(instant.forReading)</time>"
}
