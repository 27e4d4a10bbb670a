/// The signs of the house, drawn on a 24 × 24 grid as strokes in the colour of the text. Always beside a word, so they
/// are hidden from screen readers.
package enum Icon: String, Sendable, Hashable, CaseIterable {
    case tick, clock, half, cross, dot, warning, info, back, menu, out, person, language, copy, download, search, tray,
        share

    var shape: HTML {
        switch self {
        case .tick: "<path d=\"M4 12.5l5 5L20 6.5\"/>"
        case .clock: "<circle cx=\"12\" cy=\"12\" r=\"8.5\"/><path d=\"M12 7v5l3.5 2\"/>"
        case .half:
            "<circle cx=\"12\" cy=\"12\" r=\"8.5\"/><path d=\"M12 3.5a8.5 8.5 0 010 17z\" fill=\"currentColor\"/>"
        case .cross: "<path d=\"M5.5 5.5l13 13M18.5 5.5l-13 13\"/>"
        case .dot: "<circle cx=\"12\" cy=\"12\" r=\"5\"/>"
        case .warning: "<path d=\"M12 3.5L22 20.5H2z\"/><path d=\"M12 10v4.5M12 17.4v.1\"/>"
        case .info: "<circle cx=\"12\" cy=\"12\" r=\"9\"/><path d=\"M12 11v5.5M12 7.6v.1\"/>"
        case .back: "<path d=\"M14.5 5l-7 7 7 7\"/>"
        case .menu: "<path d=\"M4 7h16M4 12h16M4 17h16\"/>"
        case .out: "<path d=\"M10 4H5v16h5M14 8l4 4-4 4M18 12H9\"/>"
        case .person: "<circle cx=\"12\" cy=\"8\" r=\"4\"/><path d=\"M4 20.5c1.2-4 4.4-6 8-6s6.8 2 8 6\"/>"
        case .language:
            "<circle cx=\"12\" cy=\"12\" r=\"9\"/><path d=\"M3 12h18M12 3c5 5.5 5 12.5 0 18M12 3c-5 5.5-5 12.5 0 18\"/>"
        case .copy: "<path d=\"M9 9h11v11H9zM15 9V4H4v11h5\"/>"
        case .download: "<path d=\"M12 4v11M7 10.5l5 5 5-5M4 20h16\"/>"
        case .search: "<circle cx=\"10.5\" cy=\"10.5\" r=\"6\"/><path d=\"M15 15l5.5 5.5\"/>"
        case .tray: "<path d=\"M3 13l3.5-8h11L21 13v6H3zM3 13h5.5l1.5 3h4l1.5-3H21\"/>"
        case .share:
            """
            <circle cx="6" cy="12" r="2.5"/><circle cx="18" cy="5.5" r="2.5"/><circle cx="18" cy="18.5" r="2.5"/>\
            <path d="M8.3 10.8l7.4-4M8.3 13.2l7.4 4"/>
            """
        }
    }
}

package func icon(_ icon: Icon) -> HTML {
    "<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\" focusable=\"false\">\(icon.shape)</svg>"
}

/// The mark: a lotus of three petals above two furrows of a rice field.
func mark() -> HTML {
    """
    <svg class="mark" viewBox="0 0 40 40" aria-hidden="true" focusable="false" fill="currentColor">\
    <path d="M20 3c5 6 5.5 14 0 21-5.5-7-5-15 0-21z"/>\
    <path d="M5 11c7 .5 12 5 13 14C10 24 5.5 18.5 5 11zM35 11c-7 .5-12 5-13 14 8-1 12.5-6.5 13-14z" opacity=".7"/>\
    <path d="M3 30c6-3 11-3 17 0s11 3 17 0M3 36c6-3 11-3 17 0s11 3 17 0" fill="none" stroke="currentColor" \
    stroke-width="2.5" stroke-linecap="round"/></svg>
    """
}
