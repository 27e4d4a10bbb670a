import Database
import Ledger
import Scim
import StrictJSON
import Vocabulary

/// What a client may do with groups. To put somebody into a role is to give the role, with everything that goes with
/// it; a client gives only roles that were handed to it.
extension Identity {
    func scimCreateGroup(_ document: ScimDocument, _ reach: ScimReach, _ tx: any Transaction) throws -> ScimDocument {
        let (caller, id) = (reach.caller, newID())
        try TeamStore.insert(id, document.text("displayName") ?? "", of: reach.home, at: caller.at, in: tx)
        try ExternalStore.put(document.text("externalId"), for: id, by: caller.service.id, in: tx)
        try setMembers(of: id, from: [], to: try wantedMembers(document, reach, tx), reach, tx)
        try record("identity.team-made", id, reach, tx)
        return try foundGroup(id, reach, tx)
    }

    func scimChangeGroup(
        from old: ScimDocument, to new: ScimDocument, _ reach: ScimReach, _ tx: any Transaction
    ) throws -> ScimDocument {
        let (caller, id) = (reach.caller, old.id)
        let name = new.text("displayName") ?? ""
        if RoleGroup(id) != nil {
            guard name == old.text("displayName") else { throw ScimError.mutability("a role keeps its name") }
        } else if name != old.text("displayName") {
            try TeamStore.rename(id, name, at: caller.at, in: tx)
            try record("identity.team-renamed", id, reach, tx)
        }
        if new.text("externalId") != old.text("externalId") {
            try ExternalStore.put(new.text("externalId"), for: id, by: caller.service.id, in: tx)
        }
        let present = try GroupStore(reach: reach, tx: tx).people(in: id)
        try setMembers(of: id, from: present, to: try wantedMembers(new, reach, tx), reach, tx)
        return try foundGroup(id, reach, tx)
    }

    func scimDeleteGroup(_ document: ScimDocument, _ reach: ScimReach, _ tx: any Transaction) throws {
        guard RoleGroup(document.id) == nil else { throw ScimError(403, nil, "a role cannot be deleted") }
        try TeamStore.delete(document.id, in: tx)
        try record("identity.team-deleted", document.id, reach, tx)
    }

    private func foundGroup(_ id: String, _ reach: ScimReach, _ tx: any Transaction) throws -> ScimDocument {
        guard let found = try GroupStore(reach: reach, tx: tx).find(id) else { throw ScimError.notFound }
        return found
    }

    private func wantedMembers(
        _ document: ScimDocument, _ reach: ScimReach, _ tx: any Transaction
    ) throws -> Set<String> {
        let wanted = Set(document.elements("members").compactMap { $0["value"]?.scimText })
        let known = try UserStore(reach: reach, tx: tx).exists(wanted)
        guard known == wanted else { throw ScimError.value("a member is no person that this client can see") }
        return wanted
    }

    private func setMembers(
        of group: String, from present: Set<String>, to wanted: Set<String>, _ reach: ScimReach, _ tx: any Transaction
    ) throws {
        let (joining, leaving) = (wanted.subtracting(present).sorted(), present.subtracting(wanted).sorted())
        guard !joining.isEmpty || !leaving.isEmpty else { return }
        if let role = RoleGroup(group) { return try setHolders(of: role, joining, leaving, reach, tx) }
        for person in joining { try TeamStore.add(person, to: group, in: tx) }
        for person in leaving { try TeamStore.remove(person, from: group, in: tx) }
        for person in joining + leaving { try PeopleStore.touch(ID(person), at: reach.caller.at, in: tx) }
        try record("identity.team-changed", group, reach, tx)
    }

    private func setHolders(
        of group: RoleGroup, _ joining: [String], _ leaving: [String], _ reach: ScimReach, _ tx: any Transaction
    ) throws {
        let caller = reach.caller
        guard caller.service.roles.contains(group.role), !ServiceAccount.privileged.contains(group.role),
            reach.organisations.contains(group.organisation)
        else { throw ScimError(403, nil, "this client may not give or take the role \(group.role.rawValue)") }
        for person in joining {
            try give(
                group.role, to: ID(person), in: group.organisation, until: nil, by: caller.author, at: caller.at, tx)
        }
        for person in leaving {
            for membership in try PeopleStore.memberships(of: ID(person), in: tx)
            where membership.role == group.role && membership.organisation == group.organisation
                && membership.holds(at: caller.at)
            {
                try end(membership, by: caller.author, at: caller.at, in: tx)
            }
        }
    }

    private func record(_ kind: String, _ group: String, _ reach: ScimReach, _ tx: any Transaction) throws {
        try outbox.record(
            kind, ["team": .string(group), "by": by(reach.caller.author)], subject: group, at: reach.caller.at, in: tx)
    }
}
