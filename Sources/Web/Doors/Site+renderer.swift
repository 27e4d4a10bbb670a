extension Site {
    /// Shows a view as the answer to a form: what is shown this once and stands at no address, such as a new key.
    ///
    /// A value of its own, so that a door that keeps it does not keep the site alive.
    package var renderer: @Sendable (Page, View) -> Response {
        let layout = layout
        return { page, view in .bytes(layout(page, view).bytes, type: "text/html; charset=utf-8") }
    }
}
