package import Vocabulary

/// A receiver of something we shared, as the delivery ledger knows it.
package struct Holder: Sendable {
    package let name: String
    package let state: String
    package let kind: StatusKind
    /// When it was taken; nil while it is on its way.
    package let at: Instant?
    /// The signed head of the log that covers the delivery: `#1234`.
    package let checkpoint: String?

    package init(name: String, state: String, kind: StatusKind, at: Instant?, checkpoint: String? = nil) {
        self.name = name
        self.state = state
        self.kind = kind
        self.at = at
        self.checkpoint = checkpoint
    }
}

/// Who has it: every receiver with time and proof.
package func whoHasIt(_ page: Page, _ holders: [Holder]) -> HTML {
    guard !holders.isEmpty else { return emptyState(page, .nobodyHasIt, sign: .share) }
    return table(
        page, .whoHasIt, headers: [.member, .state, .receivedAt, .checkpointColumn],
        rows: holders.map { holder in
            [
                HTML(holder.name), statusTag(holder.state, kind: holder.kind),
                holder.at.map(time) ?? HTML(page[.notYet]),
                holder.checkpoint.map { "<code>\($0)</code>" } ?? HTML(page[.notYet]),
            ]
        })
}
