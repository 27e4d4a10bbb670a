/// What every page must be, whoever made it: balanced, one `h1`, labelled, in a language, nothing inline.
///
/// A small reader of the HTML that we write ourselves (lowercase tags, quoted attributes), not of HTML at large: what
/// it does not understand it reports.
package enum PageCheck {
    /// Sentences about what is wrong; empty when nothing is.
    package static func complaints(about html: String) -> [String] {
        var reader = PageReader(html)
        let page = reader.read()
        return page.complaints + shape(page) + labels(page) + ids(page) + links(page) + inline(page)
    }

    private static func shape(_ page: PageReader.Page) -> [String] {
        var complaints: [String] = []
        let headings = page.elements.filter { $0.name == "h1" }
        if headings.count != 1 { complaints.append("\(headings.count) h1 instead of one") }
        if headings.contains(where: { $0.text.isEmpty }) { complaints.append("an empty h1") }
        let root = page.elements.first { $0.name == "html" }
        if !["vi", "en"].contains(root?["lang"] ?? "") { complaints.append("html has no lang of ours") }
        if page.elements.first(where: { $0.name == "title" })?.text.isEmpty ?? true { complaints.append("no title") }
        if !page.startsWithDoctype { complaints.append("no doctype") }
        return complaints
    }

    private static func labels(_ page: PageReader.Page) -> [String] {
        let named = Set(page.elements.filter { $0.name == "label" }.compactMap { $0["for"] })
        let silent: Set<String> = ["hidden", "submit", "button", "reset"]
        return page.elements.compactMap { element in
            guard ["input", "select", "textarea"].contains(element.name), !silent.contains(element["type"] ?? "text")
            else {
                return nil
            }
            if element.isInLabel || element["aria-label"] != nil || element["aria-labelledby"] != nil { return nil }
            if let id = element["id"], named.contains(id) { return nil }
            return "\(element.name) \(element["name"] ?? "?") has no label"
        }
    }

    private static func ids(_ page: PageReader.Page) -> [String] {
        var seen: Set<String> = []
        var complaints: [String] = []
        for id in page.elements.compactMap({ $0["id"] }) where !seen.insert(id).inserted {
            complaints.append("id \(id) stands twice")
        }
        for element in page.elements {
            for attribute in ["for", "aria-describedby", "aria-labelledby", "aria-controls"] {
                for id in (element[attribute] ?? "").split(separator: " ") where !page.ids.contains(String(id)) {
                    complaints.append("\(attribute) names \(id), which is not there")
                }
            }
        }
        return complaints
    }

    private static func links(_ page: PageReader.Page) -> [String] {
        page.elements.compactMap { element in
            switch element.name {
            case "a", "button":
                if element.text.isEmpty, element["aria-label"] == nil { return "\(element.name) without words" }
                if element.name == "a", (element["href"] ?? "").isEmpty { return "a link that leads nowhere" }
                if let href = element["href"], href.hasPrefix("#"), href.count > 1,
                    !page.ids.contains(String(href.dropFirst()))
                {
                    return "a link to \(href), which is not there"
                }
                return nil
            case "img": return element["alt"] == nil ? "img without alt" : nil
            default: return nil
            }
        }
    }

    private static func inline(_ page: PageReader.Page) -> [String] {
        page.elements.flatMap { element -> [String] in
            var complaints = element.attributes.keys.filter { $0.hasPrefix("on") || $0 == "style" }
                .map { "\(element.name) has an inline \($0)" }
            if element.name == "style" { complaints.append("an inline style sheet") }
            if element.name == "script", element["src"] == nil, element["type"] != "application/json" {
                complaints.append("an inline script")
            }
            if ["href", "src", "action"].contains(where: { (element[$0] ?? "").lowercased().hasPrefix("javascript:") })
            {
                complaints.append("a javascript: address")
            }
            return complaints
        }
    }
}
