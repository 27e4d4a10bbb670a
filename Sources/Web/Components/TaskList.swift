package import Vocabulary

/// A step of a guided path.
package struct TaskStep: Sendable {
    package let title: Phrase
    package let about: Phrase
    package let link: Link
    package let isDone: Bool

    package init(_ title: Phrase, _ about: Phrase, link: Link, isDone: Bool = false) {
        self.title = title
        self.about = about
        self.link = link
        self.isDone = isDone
    }
}

/// Steps to take in order, each a link: the guided first page.
package func taskList(_ page: Page, _ steps: [TaskStep]) -> HTML {
    """
    <ol class="tasks">\(each: steps, { step in
        """
        <li\(if: step.isDone, " class=\"finished\"")><b><a href="\(link: step.link)">\(page[step.title])</a></b>\
        \(if: step.isDone, statusTag(page[.stepDone], kind: .done))<p>\(page[step.about])</p></li>

        """
    })</ol>

    """
}
