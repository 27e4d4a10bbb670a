import Vocabulary

/// The barest page that is whole: for tests of a room, and until the site is given a better one.
package let plainLayout: Layout = { page, view in
    """
    <!doctype html>
    <html lang="\(page.language.rawValue)">
    <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(view.title) – \(page[page.siteName])</title></head>
    <body>
    <main>
    \(ifLet: view.back, { back in "<p><a href=\"\(link: back)\">\(page[.back])</a></p>" })
    <h1>\(view.title)</h1>
    \(ifLet: view.about, { "<p>\($0)</p>" })
    \(view.body)
    </main>
    </body>
    </html>
    """
}
