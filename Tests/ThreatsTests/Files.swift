import Foundation
import Vocabulary

@testable import Threats

/// The demo data in the repository.
func demoFile(_ name: String) throws -> [UInt8] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    return [UInt8](try Data(contentsOf: root.appendingPathComponent("Demo/threat/" + name)))
}

/// Every item of a file, in order.
func items(of bytes: [UInt8], limits: ArchiveLimits = .standard) throws -> [ImportItem] {
    var found: [ImportItem] = []
    let file = try ThreatFile(bytes, limits: limits)
    while let items = try file.next() { found += items }
    return found
}

extension ImportItem {
    var object: [UInt8]? {
        switch self {
        case .object(let bytes), .companion(let bytes): bytes
        case .fault: nil
        }
    }

    var fault: StixFault? {
        if case .fault(let fault) = self { fault } else { nil }
    }
}

/// A correct indicator, with some properties replaced or added.
func indicator(_ changes: String = "", id: String = "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f") -> String {
    """
    {"type":"indicator","spec_version":"2.1","id":"\(id)","created":"2020-11-09T01:30:00.000Z",\
    "modified":"2020-11-09T01:30:00.000Z","pattern":"[domain-name:value = 'xau.example']","pattern_type":"stix",\
    "valid_from":"2020-11-09T01:30:00Z"\(changes)}
    """
}
