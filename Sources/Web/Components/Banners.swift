package import Vocabulary

package enum BannerKind: Sendable, Hashable, CaseIterable {
    case info, warning, error, success

    var look: (name: String, icon: Icon) {
        switch self {
        case .info: ("info", .info)
        case .warning: ("warning", .warning)
        case .error: ("error-banner", .cross)
        case .success: ("success", .tick)
        }
    }
}

/// Something to know before the rest of the page is read.
package func banner(_ page: Page, _ kind: BannerKind, _ title: Phrase, _ body: HTML = "") -> HTML {
    """
    <div class="banner \(kind.look.name)"\(if: kind == .error || kind == .success, " role=\"status\"")>\
    \(icon(kind.look.icon))<div>\
    <p><strong>\(page[title])</strong></p>\(body)</div></div>

    """
}

/// What was done, large: a number to keep, what happens next.
package func confirmPanel(_ page: Page, _ title: Phrase, big: String, _ body: HTML) -> HTML {
    """
    <div class="panel"><h2>\(page[title])</h2><p class="big">\(big)</p>\(body)</div>

    """
}

/// A list with nothing in it yet, and what to do about it.
package func emptyState(_ page: Page, _ words: Phrase, sign: Icon = .tray, action: HTML = "") -> HTML {
    "<div class=\"empty\">\(icon(sign))<p>\(page[words])</p>\(action)</div>\n"
}

/// What few need, folded away.
package func details(_ page: Page, _ summary: Phrase, isOpen: Bool = false, _ body: HTML) -> HTML {
    """
    <details class="more"\(if: isOpen, " open")><summary>\(page[summary])</summary><div>\(body)</div></details>

    """
}

/// How far a long work has come, in words as well.
package func progressBar(_ page: Page, _ label: Phrase, done: Int, of total: Int) -> HTML {
    let percent = total > 0 ? min(100, done * 100 / total) : 0
    return """
        <div class="progress"><p><span>\(page[label])</span><span class="nums">\(page[.doneOf(done, total)])</span></p>\
        <progress max="100" value="\(percent)" aria-label="\(page[label])">\(percent) %</progress></div>

        """
}

/// A value that people copy: a key, a link. The button only shows where scripts run.
package func copyable(_ page: Page, id: String, _ text: String) -> HTML {
    """
    <span class="copy"><code id="\(id)">\(text)</code>\
    <button type="button" class="btn quiet" data-copy="\(id)" data-done="\(page[.copied])" hidden>\(page[.copy])\
    </button></span>
    """
}

/// A part of a page that follows what happens: with scripts, every event of `source` (a `site.events` door) fetches the
/// part anew. Without them it is as fresh as the page.
package func liveRegion(id: String, source: Link, _ body: HTML) -> HTML {
    "<div id=\"\(id)\" data-live=\"\(link: source)\">\(body)</div>\n"
}
