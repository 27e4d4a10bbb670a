import Vocabulary

/// A table while it is changed. All that stays is shared with the table of before; what is read and compiled are the
/// rows of the change and the grants that hang on a service or a name that changed. Made row by row, so that whoever
/// makes it can do so in small pieces.
struct TableDraft: Sendable {
    private(set) var parts: CompiledTable.Parts
    /// Grants that were in force before and are not any more, by their ids.
    private(set) var left: [String: CompiledGrant] = [:]
    /// Why rows are left out; empty unless the draft is lenient.
    private(set) var faults: [TableFault] = []

    private let change: TableChange
    private let quotas: QuotaBook?
    private let isLenient: Bool
    private var gone: TableChange.Gone
    private var stage = Stage.goneGrants
    private var place = 0
    private var seen = Set<String>()
    /// Rows of the change that are other than before.
    private var others: (consumers: [Int], services: [Int]) = ([], [])
    /// Places of services and of applications whose grants have to be compiled again.
    private var touched: (consumers: Set<Int>, services: Set<Int>) = ([], [])
    /// Places of services that are gone, kept free until their grants are gone, too.
    private var lost = Set<Int>()
    /// What is held by applications of which a grant came or went.
    private var held: [Int: [Int: [CompiledGrant]]] = [:]
    private var holders: [Int] = []

    private enum Stage: Int {
        case goneGrants, goneServices, goneConsumers, looseConsumers, looseServices, consumers, services, again, grants
        case holdings, done
    }

    /// - Parameter isLenient: a row that cannot be is left out, and so are its grants; otherwise it is thrown.
    init(_ change: TableChange, after old: CompiledTable?, quotas: QuotaBook? = nil, isLenient: Bool = false) {
        parts = old?.parts ?? CompiledTable.Parts()
        (self.change, self.quotas, self.isLenient) = (change, quotas, isLenient)
        gone = change.isWhole ? parts.notNamed(in: change) : change.gone
    }

    /// Does the next rows, as many as told. False when nothing is left to be done.
    mutating func work(rows: Int) throws(TableFault) -> Bool {
        for _ in 0..<rows {
            while place >= count(of: stage) {
                guard let next = Stage(rawValue: stage.rawValue + 1) else { return false }
                end(stage)
                (stage, place) = (next, 0)
                seen.removeAll(keepingCapacity: true)
            }
            try row(place)
            place += 1
        }
        return true
    }

    private func count(of stage: Stage) -> Int {
        switch stage {
        case .goneGrants: gone.grants.count
        case .goneServices: gone.services.count
        case .goneConsumers: gone.consumers.count
        case .looseConsumers: change.consumers.count
        case .looseServices: change.services.count
        case .consumers: others.consumers.count
        case .services: others.services.count
        case .again: touched.consumers.isEmpty && touched.services.isEmpty && lost.isEmpty ? 0 : parts.grants.end
        case .grants: change.grants.count
        case .holdings: holders.count
        case .done: 0
        }
    }

    private mutating func end(_ stage: Stage) {
        switch stage {
        case .again:
            for place in lost { parts.services.remove(at: place) }
            lost = []
        case .grants: holders = Array(held.keys)
        default: break
        }
    }

    private mutating func row(_ place: Int) throws(TableFault) {
        switch stage {
        case .goneGrants: if let place = parts.grantIDs.find(gone.grants[place]) { removeGrant(at: place) }
        case .goneServices: removeService(gone.services[place])
        case .goneConsumers: removeConsumer(gone.consumers[place])
        case .looseConsumers: try loosen(change.consumers[place], place)
        case .looseServices: try loosen(change.services[place], place)
        case .consumers: try put(change.consumers[others.consumers[place]])
        case .services: try put(change.services[others.services[place]])
        case .again: try again(at: place)
        case .grants: try put(change.grants[place])
        case .holdings: settle(holders[place])
        case .done: break
        }
    }

    private mutating func fails(_ fault: TableFault) throws(TableFault) {
        guard isLenient else { throw fault }
        faults.append(fault)
    }

    private mutating func isFirst(_ id: String, _ what: StaticString) throws(TableFault) {
        guard seen.insert(id).inserted else {
            throw TableFault(kind: .duplicate, subject: id, reason: "there are two \(what)s of this id")
        }
    }
}

/// Applications.
extension TableDraft {
    /// Takes away what only one may have, before others take it.
    private mutating func loosen(_ consumer: Consumer, _ row: Int) throws(TableFault) {
        let place = parts.consumerIDs.find(consumer.id)
        let old = place.flatMap { parts.consumers[$0] }
        do throws(TableFault) {
            try Table.check(consumer)
            try isFirst(consumer.id, "consumer")
        } catch {
            removeConsumer(consumer.id)
            return try fails(error)
        }
        if let old, old.consumer == consumer { return }
        others.consumers.append(row)
        if let place, let old { parts.removeCredentials(of: old.consumer, at: place) }
    }

    private mutating func put(_ consumer: Consumer) throws(TableFault) {
        let place: Int
        if let known = parts.consumerIDs.find(consumer.id), let old = parts.consumers[known] {
            place = known
            let isSame = old.consumer.name == consumer.name
            if !isSame { touched.consumers.insert(known) }
            let like = isSame ? old : CompiledConsumer(consumer, counting: old.refusals)
            parts.consumers.set(CompiledConsumer(like, as: consumer, holding: old.held), at: known)
        } else {
            place = parts.consumers.add(CompiledConsumer(consumer))
            _ = parts.consumerIDs.insert(Array(consumer.id.utf8), place)
        }
        for credential in consumer.credentials where !parts.add(credential, at: place) {
            removeConsumer(consumer.id)
            return try fails(
                TableFault(kind: .duplicate, subject: consumer.id, reason: "shares a credential with another"))
        }
    }

    private mutating func removeConsumer(_ id: String) {
        guard let place = parts.consumerIDs.find(id), let old = parts.consumers[place] else { return }
        for grant in (held[place] ?? old.held).values.joined() {
            if let place = parts.grantIDs.find(grant.grant.id) { removeGrant(at: place) }
        }
        parts.removeCredentials(of: old.consumer, at: place)
        parts.consumerIDs.remove(Array(id.utf8))
        parts.consumers.remove(at: place)
        held[place] = nil
        touched.consumers.remove(place)
    }
}

/// Services.
extension TableDraft {
    private mutating func loosen(_ service: Service, _ row: Int) throws(TableFault) {
        let old = parts.serviceIDs.find(service.id).flatMap { parts.services[$0] }
        do throws(TableFault) {
            try Table.check(service)
            try isFirst(service.id, "service")
        } catch {
            removeService(service.id)
            return try fails(error)
        }
        if let old, old.service.isSame(as: service) { return }
        others.services.append(row)
        if let old { parts.removePaths(of: old.service) }
    }

    private mutating func put(_ service: Service) throws(TableFault) {
        let known = parts.serviceIDs.find(service.id)
        do throws(TableFault) {
            let made = try CompiledOffer(service, after: known.flatMap { parts.services[$0] })
            for path in [service.path, service.xroadPath] where parts.paths.find(path) != nil {
                throw TableFault(
                    kind: .duplicate, subject: service.id, reason: "another service has the path \(path)")
            }
            let place = known ?? parts.services.add(made)
            if known != nil {
                touched.services.insert(place)
                parts.services.set(made, at: place)
            } else {
                _ = parts.serviceIDs.insert(Array(service.id.utf8), place)
            }
            for path in [service.path, service.xroadPath] { _ = parts.paths.insert(Array(path.utf8), place) }
        } catch {
            removeService(service.id, hasPaths: false)
            try fails(error)
        }
    }

    private mutating func removeService(_ id: String, hasPaths: Bool = true) {
        guard let place = parts.serviceIDs.find(id), let old = parts.services[place] else { return }
        if hasPaths { parts.removePaths(of: old.service) }
        parts.serviceIDs.remove(Array(id.utf8))
        lost.insert(place)
    }
}

/// Grants.
extension TableDraft {
    /// A grant that was there, whose service or application is another now.
    private mutating func again(at place: Int) throws(TableFault) {
        guard let old = parts.grants[place] else { return }
        if lost.contains(old.service) {
            removeGrant(at: place)
        } else if touched.services.contains(old.service) || touched.consumers.contains(old.consumer) {
            try compile(old.grant, at: place)
        }
    }

    private mutating func put(_ grant: Grant) throws(TableFault) {
        let place = parts.grantIDs.find(grant.id)
        do throws(TableFault) {
            try Table.check(grant)
            try isFirst(grant.id, "grant")
        } catch {
            if let place { removeGrant(at: place) }
            return try fails(error)
        }
        if let place, let old = parts.grants[place], old.grant == grant { return }
        try compile(grant, at: place)
    }

    /// - Parameter known: where the grant of before is.
    private mutating func compile(_ grant: Grant, at known: Int?) throws(TableFault) {
        let old = known.flatMap { parts.grants[$0] }
        // One that went and comes again in the same change goes on counting.
        let before = old ?? left.removeValue(forKey: grant.id)
        do throws(TableFault) {
            guard let holder = parts.consumerIDs.find(grant.consumer), let consumer = parts.consumers[holder],
                let offer = parts.serviceIDs.find(grant.service), let service = parts.services[offer]
            else {
                throw TableFault(
                    kind: .unknown, subject: grant.id,
                    reason: "no consumer \(grant.consumer) or service \(grant.service)")
            }
            let made = try CompiledGrant(
                grant, of: (holder, consumer), for: (offer, service), after: before, quotas: quotas)
            if let old { letGo(old) }
            hold(made)
            if let known {
                parts.grants.set(made, at: known)
            } else {
                _ = parts.grantIDs.insert(Array(grant.id.utf8), parts.grants.add(made))
            }
        } catch {
            if let known { removeGrant(at: known) }
            try fails(error)
        }
    }

    private mutating func removeGrant(at place: Int) {
        guard let grant = parts.grants[place] else { return }
        letGo(grant)
        parts.grantIDs.remove(Array(grant.grant.id.utf8))
        parts.grants.remove(at: place)
        left[grant.grant.id] = grant
    }

    private mutating func open(_ consumer: Int) {
        if held[consumer] == nil { held[consumer] = parts.consumers[consumer]?.held ?? [:] }
    }

    private mutating func hold(_ grant: CompiledGrant) {
        open(grant.consumer)
        let before = held[grant.consumer]?[grant.service]?.firstIndex { $0.grant.id > grant.grant.id }
        let end = held[grant.consumer]?[grant.service]?.count ?? 0
        held[grant.consumer]?[grant.service, default: []].insert(grant, at: before ?? end)
    }

    private mutating func letGo(_ grant: CompiledGrant) {
        open(grant.consumer)
        held[grant.consumer]?[grant.service]?.removeAll { $0 === grant }
        if held[grant.consumer]?[grant.service]?.isEmpty == true { held[grant.consumer]?[grant.service] = nil }
    }

    private mutating func settle(_ place: Int) {
        guard let holdings = held[place], let old = parts.consumers[place] else { return }
        parts.consumers.set(CompiledConsumer(old, as: old.consumer, holding: holdings), at: place)
    }
}
