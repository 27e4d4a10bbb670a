import Database
import Exchange
import Foundation
import Jobs
import Ledger
import StrictJSON
package import Vocabulary
import Web

/// Reads a file that was handed in, in the background.
package struct ImportFile: Job {
    package static let name = "threats.import"
    package let id: String
}

extension Threats {
    /// A file as large as this, packed, is taken.
    package static let fileLimitBytes = 64 << 20
    /// Objects in one transaction: short, so that pages and calls go on between two of them.
    static let batch = 500

    /// Takes a file and lets a job read it; returns the import to watch.
    package func importBytes(
        _ bytes: [UInt8], name: String, as person: Person, share: Sharing? = nil
    ) async throws -> ID<ThreatImport> {
        guard bytes.count <= Threats.fileLimitBytes else { throw Problem.tooLarge(limitBytes: Threats.fileLimitBytes) }
        if share?.label == .red { throw Problem.conflict(.redStays) }
        let id = ID<ThreatImport>(newID())
        let at = now()
        let (organisation, outbox) = (organisation, outbox)
        try await database.write { tx in
            try ImportStore(tx: tx).start(
                id, name: name, bytes: bytes, person: person, origin: organisation, share: share, at: at)
            try Jobs.enqueue(ImportFile(id: id.text), id: "threats.import:" + id.text, at: at, in: tx)
            try outbox.record(
                "threats.import-started",
                ["import": .string(id.text), "file": .string(name), "size": .integer(Int64(bytes.count))],
                subject: person.id.text, at: at, in: tx)
        }
        return id
    }

    /// The same for a file on this machine: what `truc threats import FILE` and the demo call.
    package func importFile(_ path: String, as person: Person, share: Sharing? = nil) async throws -> ID<ThreatImport> {
        let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        return try await importBytes(
            [UInt8](data), name: String(path.split(separator: "/").last ?? "?"), as: person, share: share)
    }

    package func find(_ id: ID<ThreatImport>) async throws -> ThreatImport? {
        try await database.read { tx in try ImportStore(tx: tx).find(id) }
    }

    /// Reads what is left of an import. Running it twice, or after a crash, adds nothing twice: each transaction stores
    /// its objects and moves `done` on together.
    package func runImport(_ id: ID<ThreatImport>) async throws {
        guard let state = try await find(id), !state.isOver else { return }
        do {
            try await read(state)
            try await finish(id, problem: nil)
        } catch let problem as FileProblem {
            try await finish(id, problem: problem.code)
        }
    }

    private func read(_ state: ThreatImport) async throws {
        let (bytes, known) = try await database.read { tx in
            (try ImportStore(tx: tx).file(state.id), try ThreatStore(tx: tx).meanings(by: state.origin))
        }
        let survey = try ImportSurvey(bytes, known: known)
        try await database.write { tx in try ImportStore(tx: tx).begin(state.id, total: survey.total) }
        progress.ring()
        var batch = ImportBatch(start: state.done)
        var position = 0
        let file = try ThreatFile(bytes)
        while let items = try file.next() {
            for item in items {
                position += 1
                if position <= state.done { continue }
                batch.add(item, position, survey.markings)
                if batch.count == Threats.batch { batch = try await flush(batch, state) }
            }
        }
        if batch.count > 0 { _ = try await flush(batch, state) }
    }

    private func flush(_ batch: ImportBatch, _ state: ThreatImport) async throws -> ImportBatch {
        let (now, newID, neighbours) = (now, newID, neighbours)
        let sharing = state.shareLabel.map { Sharing(label: $0, recipients: state.recipients) }
        try await database.write { tx in
            let (store, imports) = (ThreatStore(tx: tx), ImportStore(tx: tx))
            let before = try imports.find(state.id)
            let arrival = ThreatStore.Arrival(origin: state.origin, signature: .unsigned, at: now())
            var brought = arrival
            brought.author = state.person
            let inserted = try store.insert(
                batch.objects.map { ($0, $0.label == .red ? brought : arrival) }, newID: newID)
            let journal = journal(by: state.person, at: now())
            try journal.write(inserted.relabelled, in: tx)
            var faults = batch.faults
            if let sharing {
                let drafts = inserted.unambiguous.compactMap { $0.draft(sharing) }
                faults += try publishEach(drafts, store, tx, neighbours, journal).map(batch.unshared)
            }
            try imports.add(faults, to: state.id, already: before?.faults ?? 0)
            let moved = try imports.advance(
                state.id, from: batch.start, by: batch.count, added: inserted.added,
                known: batch.objects.count - inserted.added,
                faults: faults.count)
            guard moved else { throw Problem.conflict(.importElsewhere) }
        }
        progress.ring()
        if sharing != nil { neighbours.ring() }
        await Task.yield()
        return ImportBatch(start: batch.start + batch.count)
    }

    private func finish(_ id: ID<ThreatImport>, problem: String?) async throws {
        let (at, outbox) = (now(), outbox)
        try await database.write { tx in
            let store = ImportStore(tx: tx)
            try store.finish(id, problem: problem, at: at)
            guard let state = try store.find(id) else { return }
            try outbox.record(
                "threats.import-finished",
                [
                    "import": .string(id.text), "added": .integer(Int64(state.added)),
                    "known": .integer(Int64(state.known)),
                    "faults": .integer(Int64(state.faults)), "problem": .string(orNull: problem),
                ], subject: state.person.text, at: at, in: tx)
        }
        progress.ring()
    }
}

/// Publishes drafts and says so in the store, in one transaction.
func publish(
    _ drafts: [FactDraft], _ store: ThreatStore, _ tx: any Transaction, _ neighbours: Threats.Neighbours,
    _ journal: LabelJournal
) throws {
    guard !drafts.isEmpty else { return }
    try neighbours.publish(drafts, tx)
    for label in Set(drafts.map(\.tlp)) {
        let changes = try store.markShared(drafts.filter { $0.tlp == label }, label: label, at: journal.at)
        try journal.write(changes, in: tx)
    }
}

/// Publishes all or, when one of them cannot go out, those that can; the ids of the others. One object that somebody
/// else took the version of, or that is too large, does not hold up a file.
private func publishEach(
    _ drafts: [FactDraft], _ store: ThreatStore, _ tx: any Transaction, _ neighbours: Threats.Neighbours,
    _ journal: LabelJournal
) throws -> [String] {
    do {
        try publish(drafts, store, tx, neighbours, journal)
        return []
    } catch is FactError {
        return try drafts.filter { draft in
            do {
                try publish([draft], store, tx, neighbours, journal)
                return false
            } catch is FactError {
                return true
            }
        }.map(\.id)
    }
}

/// Up to `Threats.batch` items that go into one transaction.
struct ImportBatch: Sendable {
    /// How many items of the file stand before it.
    let start: Int
    private(set) var count = 0
    private(set) var objects: [StixObject] = []
    private(set) var faults: [ImportFault] = []
    /// Where in the file each object stands, by id.
    private var places: [String: Int] = [:]

    init(start: Int) {
        self.start = start
    }

    mutating func add(_ item: ImportItem, _ position: Int, _ markings: [String: Marking]) {
        count += 1
        switch item {
        case .fault(let fault): faults.append(ImportFault(position: position, fault: fault))
        case .object(let bytes), .companion(let bytes):
            do throws(StixFault) {
                let object = try StixObject(bytes) { markings[$0] }
                objects.append(object)
                places[object.id] = position
            } catch {
                faults.append(ImportFault(position: position, fault: error))
            }
        }
    }

    /// An object that was stored and could not be shared.
    func unshared(_ id: String) -> ImportFault {
        ImportFault(position: places[id] ?? start, fault: StixFault("threats.not-shared", of: id))
    }
}

/// The first look through a file: how much there is, and what its markings mean, wherever in it they are defined.
struct ImportSurvey: Sendable {
    private(set) var total = 0
    private(set) var markings: [String: Marking]

    /// Of several definitions of one marking, here and before, the strictest counts.
    init(_ bytes: [UInt8], known: [String: Marking]) throws(FileProblem) {
        markings = known
        let file = try ThreatFile(bytes)
        while let items = try file.next() {
            total += items.count
            for item in items {
                guard case .object(let bytes) = item, ImportSurvey.mayDefine(bytes) else { continue }
                note(bytes)
            }
        }
    }

    private mutating func note(_ bytes: [UInt8]) {
        guard let root = try? JSONDocument(bytes, limits: StixObject.limits).root,
            root["type"]?.spells("marking-definition") == true,
            let id = root["id"]?.string
        else { return }
        let said = Markings.meaning(of: root)
        markings[id] = markings[id]?.stricter(said) ?? said
    }

    private static let word = Array("\"marking-definition\"".utf8)

    /// Whether the word stands somewhere in the text: cheaper than reading every object.
    private static func mayDefine(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { text in
            word.withUnsafeBufferPointer { word in
                guard text.count >= word.count else { return false }
                for start in 0...text.count - word.count where text[start] == word[0] && text[start + 1] == word[1] {
                    if text[start..<start + word.count].elementsEqual(word) { return true }
                }
                return false
            }
        }
    }
}
