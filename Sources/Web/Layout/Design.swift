import Vocabulary

extension Permission {
    /// The living page of the components: open to all.
    static let viewDesign = Permission("design.view")
}

/// `/design`, where each component stands with its name in the source, and `/help`.
package func designDoors(_ site: Site) {
    site.form("/design", allow: .viewDesign, page: designPage) { _, fields in
        guard fields["sample-name"] != nil else {
            throw Problem.invalid(["sample-name": .sampleNameMissing, "sample-kind": .sampleKindMissing])
        }
        return .redirect("/design")
    }
    site.page("/help", allow: .everyone, helpPage)
}

private func designPage(_ page: Page) -> View {
    View(
        title: page[.designTitle],
        body: """
            <p class="lead">\(page[.designLead])</p>
            \(show(page, "statusTag", StatusKind.samples(page)))
            \(show(page, "tlpTag, tlpMeaning", tlpSamples(page)))
            \(show(page, "banner", bannerSamples(page)))
            \(show(page, "taskList", taskList(page, .samples)))
            \(show(page, formParts, formSample(page)))
            \(show(page, "searchForm", searchSample(page)))
            \(show(page, "buttons, buttonLink, actionButton, askingButton", buttonSamples(page)))
            \(show(page, "table", tableSample(page)))
            \(show(page, "summaryList, time", summarySample(page)))
            \(show(page, "whoHasIt", whoHasIt(page, .samples(page))))
            \(show(page, "clusterDiagram, memberList", clusterDiagram(page, title: .sampleCluster, .samples(page))))
            \(show(page, "timeline", timeline(page, .samples(page))))
            \(show(page, "progressBar", progressBar(page, .sampleImport, done: 18_432, of: 61_070)))
            \(show(page, "pagination", pagination(page, showing: 50, previous: "/design", next: "/design?page=2")))
            \(show(page, "details", details(page, .sampleQuestion, "<p>\(page[.sampleAnswer])</p>")))
            \(show(page, "confirmPanel, copyable", confirmSample(page)))
            \(show(page, "emptyState", emptyState(page, .sampleEmpty)))
            \(show(page, "watermark", "<p>\(page[.sampleWatermark])</p>"))
            \(show(page, "liveRegion", "<p>\(page[.sampleLive])</p>"))
            \(show(page, "icon", "<p>\(each: Icon.allCases, { "\(icon($0)) " })</p>"))
            \(show(page, "breadcrumbs", breadcrumbs(page, [(page[.helpWord], "/help")])))
            """)
}

private let formParts =
    "form, formSection, textField, radioTiles, selectField, textArea, checkTiles, checkbox, fileField, submit"

private func show(_ page: Page, _ source: String, _ sample: HTML) -> HTML {
    "<section><h2><code>\(source)</code></h2>\n\(sample)</section>\n"
}

private func tlpSamples(_ page: Page) -> HTML {
    let labels = ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]
    return summaryList(page, labels.map { (Phrase(name: $0), "\(tlpTag(page, $0)) \(page[tlpMeaning($0)])") })
}

private func bannerSamples(_ page: Page) -> HTML {
    let words: [Phrase] = [.sampleInfo, .sampleWarning, .sampleError, .sampleSuccess]
    return "\(each: Array(zip(BannerKind.allCases, words)), { banner(page, $0.0, $0.1) })"
}

private func formSample(_ page: Page) -> HTML {
    let kinds = [
        Choice("a", page[.sampleMalware]), Choice("b", page[.samplePhishing], hint: page[.samplePhishingHint]),
    ]
    let fields: HTML = """
        \(textField(page, "sample-name", .sampleName, hint: .sampleNameHint, autocomplete: "name"))\
        \(textField(page, "sample-mail", .sampleMail, type: .email, autocomplete: "email", required: false))\
        \(textField(page, "sample-time", .sampleTime, type: .dateTime, value: "2020-11-09T08:30"))\
        \(radioTiles(page, "sample-kind", .sampleKind, kinds, chosen: "a", columns: 2))\
        \(selectField(page, "sample-organisation", .member, options: [Choice("H40", "Nam Định")]))\
        \(textArea(page, "sample-text", .sampleText, required: false, rows: 3))\
        \(checkTiles(page, "sample-many", .sampleMany, kinds, required: false))\
        \(checkbox(page, "sample-box", .sampleBox))\
        \(fileField(page, "sample-file", .sampleFile, required: false))
        """
    return form(
        page, action: "/design", multipart: true,
        formSection(page, .sampleSection, fields) + buttons(submit(page, .sampleSend)))
}

private func searchSample(_ page: Page) -> HTML {
    searchForm(
        page, action: "/design",
        "\(textField(page, "sample-search", .sampleName, type: .search, required: false))\(submit(page, .sampleSearch))"
    )
}

private func buttonSamples(_ page: Page) -> HTML {
    buttons(
        buttonLink(page, .sampleReport, "/design"), buttonLink(page, .goBack, "/design", kind: .quiet),
        actionButton(page, .sampleRevoke, "/design", kind: .danger, about: page[.sampleName]),
        askingButton(page, .sampleEnd, .sampleEndLead, "/design"))
}

private func tableSample(_ page: Page) -> HTML {
    table(
        page, .sampleTable, headers: [.sampleKind, .state, .sampleCount],
        rows: [
            ["<a href=\"/design\">\(page[.sampleMalware])</a>", statusTag(page[.stepDone], kind: .done), "12"],
            ["<a href=\"/design\">\(page[.samplePhishing])</a>", statusTag(page[.notYet], kind: .waiting), "3"],
        ], numbers: [2])
}

private func summarySample(_ page: Page) -> HTML {
    summaryList(
        page, [(.sampleName, HTML(page[.samplePerson])), (.sampleTime, time(Instant(milliseconds: 1_604_885_400_000)))])
}

private func confirmSample(_ page: Page) -> HTML {
    confirmPanel(
        page, .sampleSuccess, big: "H40-201109-0001", "<p>\(copyable(page, id: "sample-code", "H40-201109-0001"))</p>")
}

private func helpPage(_ page: Page) -> View {
    View(
        title: page[.helpWord],
        body: """
            <p class="lead">\(page[.helpLead])</p>
            <h2>\(page[.helpPeopleTitle])</h2><p>\(page[.helpPeople])</p>
            <h2>\(page[.helpKeysTitle])</h2><p>\(page[.helpKeys])</p>
            <h2>\(page[.helpLabelsTitle])</h2>
            \(tlpSamples(page))
            <h2>\(page[.helpAccessTitle])</h2><p>\(page[.helpAccess])</p><p>\(page[.helpAccessLimits])</p>
            """)
}
