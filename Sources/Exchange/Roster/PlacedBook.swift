import Gateway
import Synchronization
import Vocabulary

/// The rows of the node, and what was handed over of them and of those that hang on others.
final class PlacedBook: Sendable {
    private struct State {
        var isBegun = false
        /// Nothing is known of what is in force: all has to be handed over.
        var mustBeWhole = true
        var ground = JoinGround()
        /// What is other in the node's own rows and was not handed over.
        var waiting = TableChange()
        /// What was handed over of services that stand elsewhere, and of grants for them that other nodes gave.
        var services: [String: Service] = [:]
        var grants: [String: Grant] = [:]
    }

    private let state = Mutex(State())

    var isBegun: Bool { state.withLock { $0.isBegun } }

    /// - Returns: what is passed on to other nodes now, and to which of them that may be other than before (nil: all).
    func take(
        _ change: TableChange
    ) -> (new: [ID<Organisation>: GrantedAcross], nodes: Set<ID<Organisation>>?) {
        state.withLock { state in
            let nodes = change.isWhole ? nil : GrantedAcross.nodes(touchedBy: change, of: state.ground.rows)
            state.ground.take(change)
            if change.isWhole { state.mustBeWhole = true }
            if !state.mustBeWhole { state.waiting.add(change) }
            state.isBegun = true
            return (nodes?.isEmpty == true ? [:] : GrantedAcross.all(in: state.ground.rows, for: nodes), nodes)
        }
    }

    /// What has to be handed over now.
    ///
    /// - Parameter standing: the services that stand elsewhere, and the grants of other nodes for them.
    func next(_ standing: (JoinGround) -> (services: [Service], grants: [Grant])) -> TableChange {
        state.withLock { state in
            let (services, grants) = standing(state.ground)
            let old = (services: state.services, grants: state.grants)
            state.services = Dictionary(services.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            state.grants = Dictionary(grants.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            var change = state.mustBeWhole ? TableChange(whole: state.ground.rows.table) : state.waiting
            change.services.removeAll { state.services[$0.id] != nil }
            if state.mustBeWhole {
                change.services += services
                change.grants += grants
            } else {
                // What is gone of the node's own takes a row of the same name with it, and what hangs on it.
                let (lost, left) = (Set(change.gone.services), Set(change.gone.consumers))
                let ended = Set(change.gone.grants)
                let others = services.filter { service in
                    lost.contains(service.id) || old.services[service.id].map { !$0.isSame(as: service) } ?? true
                }
                let names = Set(others.map(\.id))
                change.services += others
                change.grants += grants.filter { grant in
                    old.grants[grant.id] != grant || names.contains(grant.service) || ended.contains(grant.id)
                        || left.contains(grant.consumer)
                }
                change.gone.services += old.services.keys.filter { state.services[$0] == nil }
                change.gone.grants += old.grants.keys.filter { state.grants[$0] == nil }
            }
            (state.waiting, state.mustBeWhole) = (TableChange(), false)
            return change
        }
    }

    func forget() { state.withLock { $0.mustBeWhole = true } }
}
