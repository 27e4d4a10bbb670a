import Database
import Ledger
import Vocabulary
import Web

/// Every right of an organisation, one by one, every ninety days: `/identity/reviews`.
extension Identity {
    func reviewDoors(_ site: Site) {
        site.menu(.reviews, "/identity/reviews", allow: .review)
        site.page("/identity/reviews", allow: .review, reviewsPage)
        site.page("/identity/reviews/{id}", allow: .review, reviewPage)
        for (verb, keep) in [("keep", true), ("end", false)] {
            site.action("/identity/reviews/{id}/items/{item}/\(verb)", allow: .review) { page, _ in
                // It changes what others may do: proved as for any such change.
                try confirm(page, level: settings.administratorsNeedTwoSteps ? 2 : 1)
                let (id, item) = (try page.parameter("id"), try page.parameter("item"))
                try await decide(ID(item), keep: keep, by: try signedIn(page))
                return .redirect("/identity/reviews/\(id)")
            }
        }
    }

    private func reviewsPage(_ page: Page) async throws -> View {
        let (all, at) = (try await reviews(by: page.person), now())
        let register = try await organisations()
        let rows = all.map { review, decided, count -> [HTML] in
            [
                """
                <a href="\(link: "/identity/reviews/\(review.id)")">\(
                    page[register.name(of: review.organisation, on: Day(at))])</a>
                """,
                time(review.openedAt), HTML(Day(review.dueAt).forReading), "\(decided)/\(count)",
                reviewTag(page, review, at: at),
            ]
        }
        return View(
            title: page[.reviews],
            body: """
                <p>\(page[.reviewsLead(settings.review)])</p>
                \(if: rows.isEmpty, emptyState(page, .noReviews), else: table(
                    page, .reviews, headers: [.organisation, .reviewOpened, .reviewDue, .reviewDecided, .state],
                    rows: rows, isCaptionHidden: true))
                """)
    }

    private func reviewTag(_ page: Page, _ review: Review, at now: Instant) -> HTML {
        if review.closedAt != nil { return statusTag(page[.reviewClosed], kind: .done) }
        return review.isOverdue(at: now)
            ? statusTag(page[.reviewOverdue], kind: .bad) : statusTag(page[.reviewWaits], kind: .waiting)
    }

    private struct SeenReview: Sendable {
        let review: Review
        let items: [ReviewItem]
        /// Those that the reader may decide.
        let own: Set<ID<ReviewItem>>
        let names: [String: String]
        let organisations: OrganisationRegister
    }

    private func reviewPage(_ page: Page) async throws -> View {
        let (id, at, reader): (ID<Review>, _, _) = (ID(try page.parameter("id")), now(), try signedIn(page))
        let found = try await database.write { tx -> SeenReview? in
            guard let review = try ReviewStore.review(id, in: tx), try maySee(reader, review, at: at, in: tx) else {
                return nil
            }
            let items = try ReviewStore.items(of: id, in: tx)
            let mayDecide = try items.filter {
                try $0.person != reader.id && mayReview(reader, $0, of: review.organisation, at: at, in: tx)
            }
            try note(reading: items.compactMap(\.person), by: reader, how: .list, at: at, in: tx)
            return SeenReview(
                review: review, items: items, own: Set(mayDecide.map(\.id)),
                names: try LookStore.names(Set(items.flatMap(\.named)), in: tx),
                organisations: try OrganisationStore.all(in: tx))
        }
        guard let seen = found else { throw Problem.notFound }
        let review = seen.review
        let waiting = seen.items.filter { $0.decision == nil }
        let late: HTML =
            review.isOverdue(at: at) ? banner(page, .warning, .reviewLate(settings.review), "") : ""
        return View(
            title: page[seen.organisations.name(of: review.organisation, on: Day(at))], back: "/identity/reviews",
            body: """
                \(late)
                \(summaryList(page, [
                    (.reviewOpened, time(review.openedAt)), (.reviewDue, HTML(Day(review.dueAt).forReading)),
                    (.state, reviewTag(page, review, at: at)),
                    (.reviewDecided, "\(seen.items.count - waiting.count)/\(seen.items.count)"),
                ]))
                <p>\(page[.reviewLead]) \(page[.lastUseLead])</p>
                \(table(
                    page, .rightsUnderReview,
                    headers: [.requestFor, .requestWhat, .term, .givenBy, .lastUse, .reviewDecision],
                    rows: seen.items.map { itemRow(page, $0, seen) }, isCaptionHidden: true))
                """)
    }

    private func itemRow(_ page: Page, _ item: ReviewItem, _ seen: SeenReview) -> [HTML] {
        func name(_ id: String?) -> String { id.map { seen.names[$0] ?? page[.unknownReader] } ?? "" }
        let holder = item.person.map { name($0.text) } ?? item.what
        let what: String =
            switch item.kind {
            case .role: item.role.map { page[$0.label] } ?? item.what
            case .delegation: page[.actsFor(name(item.what), item.roles)]
            case .service: page[.serviceAccount]
            case .client: page[.clientUnderReview]
            case .grant: page[.grantUnderReview]
            }
        let givers = [item.grantedBy, item.approvedBy].compactMap { $0 }.map { name($0) }
        return [
            HTML(holder), HTML(what),
            "\(time(item.from))<br>\(item.until.map(lastDay) ?? HTML(page[.noEnd]))",
            HTML(givers.isEmpty ? page[.none] : givers.joined(separator: ", ")),
            lastUse(page, item),
            decision(page, item, "\(holder), \(what)", seen),
        ]
    }

    /// By the day: that is how it is noted. Of a service account by the minute.
    private func lastUse(_ page: Page, _ item: ReviewItem) -> HTML {
        let used: HTML =
            item.usedAt.map { item.kind == .service ? time($0) : HTML(Day($0).forReading) } ?? HTML(page[.noUseNoted])
        guard item.person != nil else { return used }
        return "\(used)<br>\(page[.signedInLast]) \(item.signedInAt.map(time) ?? HTML(page[.neverUsed]))"
    }

    private func decision(_ page: Page, _ item: ReviewItem, _ about: String, _ seen: SeenReview) -> HTML {
        if let decision = item.decision {
            let who = item.decidedBy.map { seen.names[$0.text] ?? "" } ?? ""
            return "\(statusTag(page[decision.label], kind: decision.kind))\(if: !who.isEmpty, "<br>\(who)")"
        }
        guard seen.review.closedAt == nil, seen.own.contains(item.id) else {
            return statusTag(page[item.person == page.person?.id ? .othersDecide : .reviewWaits], kind: .waiting)
        }
        return buttons(
            actionButton(page, .keepRight, "/identity/reviews/\(item.review)/items/\(item.id)/keep", about: about),
            actionButton(
                page, .endRight, "/identity/reviews/\(item.review)/items/\(item.id)/end", kind: .danger, about: about))
    }
}
