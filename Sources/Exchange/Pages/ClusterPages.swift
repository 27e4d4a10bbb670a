import Logging
package import Vocabulary
import Web

extension Exchange {
    /// Found, invite, join: for the node's administrator.
    func clusterDoors(_ site: Site) {
        let show = site.renderer
        site.form("/exchange/cluster", allow: .administerExchange) { [self] page in
            try await administration(page)
        } run: { [self] page, fields in
            switch fields["do"] {
            case "found":
                let (vi, en) = (try required(fields, "cluster-vi"), try required(fields, "cluster-en"))
                try await createCluster(Phrase(vi: vi, en: en))
                return .redirect("/exchange/cluster")
            case "join":
                try await joinSaying(try required(fields, "invitation"))
                return .redirect("/exchange")
            default:
                return show(page, invitationView(page, try await invite(fields, by: page.person)))
            }
        }
    }

    private func required(_ fields: Fields, _ name: String) throws -> String {
        guard let text = fields[name] else { throw Problem.invalid([name: .needed]) }
        return text
    }

    /// Joins, and says what goes wrong, at the keeper or on the way to it, in a sentence for people.
    @discardableResult
    package func joinSaying(_ token: String) async throws -> Roster {
        do {
            return try await join(token)
        } catch let problem as Problem {
            if case .malformed(_, let phrase) = problem { throw Problem.conflict(phrase) }
            throw problem
        } catch {
            logger.notice("joining failed", metadata: ["exchange.cause": "\(error)"])
            guard case PeerError.refused(_, let code) = error, let refusal = CallRefusal(rawValue: code) else {
                throw Problem.conflict(.joinFailed)
            }
            throw Problem.conflict(refusal.phrase)
        }
    }

    private func invite(_ fields: Fields, by person: Person?) async throws -> Invitation {
        var errors: [String: Phrase] = [:]
        let role = fields["role"].flatMap(MemberRole.init)
        let code = fields["organisation"] ?? ""
        if !isOrganisationCode(code) { errors["organisation"] = .badCode }
        if fields["name-vi"] == nil { errors["name-vi"] = .needed }
        if fields["name-en"] == nil { errors["name-en"] = .needed }
        if role == nil { errors["role"] = .chooseRole }
        guard errors.isEmpty, let role else { throw Problem.invalid(errors) }
        let name = Phrase(vi: fields["name-vi"] ?? code, en: fields["name-en"] ?? code)
        return try await invite(
            try await organisation(named: code), name: name, as: role, givesHistory: fields.isOn("history"),
            by: person?.id)
    }

    private func invitationView(_ page: Page, _ invitation: Invitation) -> View {
        View(
            title: page[.invitationTitle], back: "/exchange/cluster",
            body: """
                \(banner(page, .success, .invitationOnce))
                \(summaryList(page, [
                    (.organisationCode, HTML(invitation.organisation.text)), (.validUntil, time(invitation.expiresAt)),
                    (.joinField, copyable(page, id: "invitation", invitation.token)),
                ]))
                """)
    }

    private func administration(_ page: Page) async throws -> View {
        let status = try await status()
        guard status.cluster != nil else {
            return View(
                title: page[.clusterAdministration], back: "/exchange",
                body: """
                    \(form(page, action: "/exchange/cluster", id: "found", """
                        \(formSection(page, .foundTitle, hint: .foundHint, """
                            \(textField(page, "cluster-vi", .clusterNameVi, value: "Cụm 3", maxLength: 100))
                            \(textField(page, "cluster-en", .clusterNameEn, value: "Cluster 3", maxLength: 100))
                            """))
                        \(submit(page, .foundButton, name: "do", value: "found"))
                        """))
                    \(form(page, action: "/exchange/cluster", id: "join", """
                        \(formSection(page, .joinTitle, textArea(page, "invitation", .joinField, hint: .joinHint,
                            maxLength: 4000)))
                        \(submit(page, .joinButton, kind: .quiet, name: "do", value: "join"))
                        """))
                    """)
        }
        let isKeeper = status.keeper == home.organisation
        return View(
            title: page[.clusterAdministration], back: "/exchange",
            body: """
                \(table(
                    page, .membersTitle, headers: [.memberColumn, .code, .role, .statusSummary, .address],
                    rows: status.members.map { member in
                        [
                            memberLink(page, member),
                            HTML(member.organisation.text), HTML(member.role.map { page[$0.phrase] } ?? "–"),
                            statusTag(page[member.state.phrase], kind: member.state.kind),
                                "<code>\(member.address)</code>",
                        ]
                    }))
                \(if: isKeeper, inviteForm(page), else: banner(page, .info, .onlyKeeperInvites))
                """)
    }

    private func memberLink(_ page: Page, _ member: MemberStatus) -> HTML {
        "<a href=\"\(link: "/exchange/members/\(member.organisation.text)")\">\(page[member.name])</a>"
    }

    private func inviteForm(_ page: Page) -> HTML {
        form(
            page, action: "/exchange/cluster", id: "invite",
            """
            \(formSection(page, .inviteTitle, """
                \(textField(page, "organisation", .organisationCode, hint: .organisationHint, maxLength: 32))
                \(textField(page, "name-vi", .organisationName, maxLength: 200))
                \(textField(page, "name-en", .organisationNameEn, maxLength: 200))
                \(radioTiles(page, "role", .role, MemberRole.allCases.map { Choice($0.rawValue, page[$0.phrase]) },
                    chosen: MemberRole.member.rawValue))
                \(checkbox(page, "history", .giveHistory))
                """))
            \(submit(page, .inviteButton, name: "do", value: "invite"))
            """)
    }
}
