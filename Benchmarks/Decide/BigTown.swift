import Cedar
import Foundation
import Identity
import Vocabulary

/// A hundred thousand facts: people with roles in two thousand organisations, delegations, opened records.
struct BigTown {
    struct Question {
        let person: Person
        let action: Permission
        let resource: Resource
    }

    let rights: Rights
    /// What the rights were made of.
    let entities: [Entity]
    let factCount: Int
    let organisations: [ID<Organisation>]
    let people: [Person]

    init(people count: Int, organisations places: Int) throws {
        let now = Instant(milliseconds: 1_604_883_600_000)
        var random = SplitMix(seed: 1)
        let organisations = (0..<places).map { ID<Organisation>("unit-\($0)") }
        let early = Day(daysSince1970: Day(now).daysSince1970 - 100)
        // Each stands under the one of a tenth of its number: four levels.
        let records = organisations.enumerated().map { index, id in
            OrganisationRecord(
                id: id, kind: .department, validFrom: early, names: [],
                parents: index == 0 ? [] : [Dated(organisations[index / 10], from: early)])
        }
        let roles: [Role] = [
            .officer, .officer, .officer, .incidentHandler, .departmentLead, .auditor, .nodeAdministrator,
        ]
        var memberships: [Membership] = []
        let ids = (0..<count).map { ID<Person>("person-\($0)") }
        for (index, id) in ids.enumerated() {
            for number in 0..<2 {
                memberships.append(
                    Membership(
                        id: ID("\(index)-\(number)"), person: id, organisation: random.pick(organisations),
                        role: random.pick(roles), from: now))
            }
        }
        var facts: [Relationship] = []
        for index in 0..<18_000 {
            let isOpening = index % 3 == 0
            facts.append(
                Relationship(
                    id: ID("f\(index)"), subject: random.pick(ids).text, relation: isOpening ? .opens : .delegate,
                    object: isOpening ? "incidents/\(index)" : random.pick(ids).text, from: now))
        }
        factCount = memberships.count + facts.count + records.count
        self.organisations = organisations
        let knowledge = Knowledge(
            organisations: OrganisationRegister(records), people: ids, memberships: memberships, facts: facts,
            home: organisations[0])
        rights = try knowledge.rights(at: now, by: try Policies.engine())
        entities = knowledge.entities(at: now)
        people = ids.map {
            Person(
                id: $0, name: "", organisation: nil, roles: [],
                assurance: Assurance(level: 2, methods: [], at: now))
        }
    }

    func doors(_ count: Int) -> [Question] {
        var random = SplitMix(seed: 2)
        let actions = Permissions.all.map(\.action)
        return (0..<count).map { _ in
            Question(person: random.pick(people), action: random.pick(actions), resource: .none)
        }
    }

    func records(_ count: Int) -> [Question] {
        var random = SplitMix(seed: 3)
        let labels = ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]
        let actions = ["incidents.view", "incidents.report", "incidents.share", "threats.view"].map { Permission($0) }
        return (0..<count).map { number in
            Question(
                person: random.pick(people), action: random.pick(actions),
                resource: Resource(
                    "incidents/\(number)", owner: random.pick(organisations), label: random.pick(labels),
                    author: random.pick(people).id,
                    recipients: [random.pick(organisations), random.pick(organisations)]))
        }
    }

    /// One core, a second and a half. Decisions a second are of time on the core, so that another program beside this
    /// one does not count; latencies are of the clock on the wall, of every decision, the clock's own time included.
    func measure(_ name: String, _ questions: [Question]) throws -> [String: Any] {
        let clock = ContinuousClock()
        var (count, allowed) = (0, 0)
        let (began, onCore) = (clock.now, Processor.seconds())
        while clock.now - began < .milliseconds(1500) {
            for question in questions {
                if decide(question.person, question.action, on: question.resource, with: rights).allowed {
                    allowed += 1
                }
            }
            count += questions.count
        }
        let seconds = Processor.seconds() - onCore
        var nanoseconds: [Int64] = []
        nanoseconds.reserveCapacity(10 * questions.count)
        for _ in 0..<10 {
            for question in questions {
                let start = clock.now
                _ = decide(question.person, question.action, on: question.resource, with: rights).allowed
                nanoseconds.append((clock.now - start).components.attoseconds / 1_000_000_000)
            }
        }
        nanoseconds.sort()
        func percentile(_ part: Double) -> Double {
            Double(nanoseconds[Int(Double(nanoseconds.count - 1) * part)]) / 1000
        }
        return [
            "what": "decide \(name)", "perSecond": Double(count) / seconds,
            "allowedShare": Double(allowed) / Double(count),
            "p50us": percentile(0.5), "p99us": percentile(0.99), "p999us": percentile(0.999),
        ]
    }
}

/// How long this process was on a core.
enum Processor {
    static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// A seeded source of random numbers.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func pick<T>(_ all: [T]) -> T { all[Int.random(in: 0..<all.count, using: &self)] }
}

enum Line {
    static func write(_ object: [String: Any]) {
        let data = (try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])) ?? Data()
        FileHandle.standardOutput.write(data + Data("\n".utf8))
    }
}
