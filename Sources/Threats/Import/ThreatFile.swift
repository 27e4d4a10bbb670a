import StrictJSON
package import Vocabulary

/// One thing that a file holds, in the file's own order, which is always the same.
enum ImportItem: Sendable {
    /// A STIX object, ours or converted.
    case object([UInt8])
    /// Something that stands beside the counted ones, such as who made an event.
    case companion([UInt8])
    case fault(StixFault)
}

/// Why a whole file cannot be read. `code` is stable.
package struct FileProblem: Error, Sendable, Hashable {
    package let code: String
    package let words: Phrase
}

/// A file of threats: a STIX bundle, a list or one object, a MISP event or a feed of them; plain, gzip, xz, tar or zip.
///
/// Read in pieces, each item handed out once: only one object or one MISP event is ever held.
final class ThreatFile {
    private let archive: ArchiveReader
    private var splitter: ObjectSplitter?
    private var entry = ""

    init(_ bytes: [UInt8], limits: ArchiveLimits = .standard) throws(FileProblem) {
        do throws(ArchiveError) {
            archive = try ArchiveReader(bytes, limits: limits)
        } catch {
            throw FileProblem(error)
        }
    }

    /// The next few items; nil at the end of the file. An empty list means: go on.
    func next() throws(FileProblem) -> [ImportItem]? {
        do throws(ArchiveError) {
            guard splitter != nil else { return try open() ? [] : nil }
            let piece = try archive.read()
            return try piece.isEmpty ? finish() : take(piece)
        } catch {
            throw FileProblem(error)
        }
    }

    /// Goes to the next entry that may be JSON.
    private func open() throws(ArchiveError) -> Bool {
        while let name = try archive.next() {
            guard name == "data" || name.lowercased().hasSuffix(".json") && !name.hasPrefix(".") else { continue }
            entry = name
            splitter = ObjectSplitter()
            return true
        }
        return false
    }

    private func take(_ piece: [UInt8]) throws(ArchiveError) -> [ImportItem] {
        let objects = splitter?.take(piece) ?? []
        if splitter?.isTooLarge == true { throw .tooLarge }
        return objects.flatMap(items)
    }

    /// Most elements are STIX objects; an export of MISP lists events.
    private func items(_ object: [UInt8]) -> [ImportItem] {
        guard
            object.prefix(64).split(separator: UInt8(ascii: "\"")).dropFirst().first?.elementsEqual("Event".utf8)
                == true,
            let document = try? JSONDocument(object), let event = MispEvent(document.root)
        else { return [.object(object)] }
        return items(event)
    }

    private func items(_ event: MispEvent) -> [ImportItem] {
        var found = event.identity.map { [ImportItem.companion($0)] } ?? []
        event.eachAttribute { attribute in
            do throws(StixFault) {
                found.append(.object(try event.stix(attribute)))
            } catch {
                found.append(.fault(error))
            }
        }
        return found
    }

    /// What stood around the objects, or the whole of a text without any.
    private func finish() -> [ImportItem] {
        let frame = splitter?.frame ?? []
        splitter = nil
        do throws(JSONError) {
            return items(frame: try JSONDocument(frame, limits: JSONLimits(nodes: 8_000_000)).root)
        } catch {
            return [.fault(StixFault(error, of: entry))]
        }
    }

    private func items(frame: JSONValue) -> [ImportItem] {
        if frame["type"]?.spells("bundle") == true || frame.kind == .array {
            let list = frame.kind == .array ? frame : frame["objects"]
            var strays = 0
            list?.eachElement { if !$0.isNull, strays < ImportStore.faultsKept { strays += 1 } }
            return (0..<strays).map { _ in .fault(StixFault("threats.not-an-object", of: entry)) }
        }
        if let event = MispEvent(frame) { return items(event) }
        if let exported = frame["response"]?.elements { return exported.compactMap { MispEvent($0) }.flatMap(items) }
        if frame["type"] != nil { return [.object(Array(frame.bytes))] }
        return isManifest(frame) ? [] : [.fault(StixFault("threats.not-an-object", of: entry))]
    }

    /// A MISP feed's table of contents: event UUIDs with what they are about.
    private func isManifest(_ frame: JSONValue) -> Bool {
        frame.members?.allSatisfy { $0.value["info"] != nil || $0.value["timestamp"] != nil } ?? false
    }
}

extension FileProblem {
    init(_ error: ArchiveError) {
        let code =
            switch error {
            case .unreadable: "threats.unreadable"
            case .tooLarge: "threats.too-large"
            case .tooManyEntries: "threats.too-many"
            case .noLibrary: "threats.no-libarchive"
            }
        self.init(code: code, words: FileProblem.words(for: code))
    }

    static func words(for code: String) -> Phrase {
        switch code {
        case "threats.too-large":
            Phrase(vi: "Nội dung tệp sau khi giải nén quá lớn", en: "What the file unpacks to is too large")
        case "threats.too-many":
            Phrase(vi: "Tệp nén chứa quá nhiều tệp con", en: "The archive holds too many files")
        case "threats.no-libarchive":
            Phrase(
                vi: "Máy chủ của nút thiếu thư viện mở tệp (gói libarchive13 của Debian)",
                en: "The node's machine lacks the library that opens files (Debian's package libarchive13)")
        default:
            Phrase(
                vi: "Không mở được tệp: tệp hỏng hoặc bị cắt",
                en: "The file cannot be opened: it is damaged or cut off")
        }
    }
}
