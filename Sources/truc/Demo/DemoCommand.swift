import Foundation
import Vocabulary

extension Command {
    static let demo = Command(
        name: "demo",
        about: Phrase(
            vi: "Cụm thử trên máy này: mười nút, ngày 09/11/2020",
            en: "A demo cluster on this machine: ten nodes, 9 November 2020"),
        options: [
            Option(
                name: "folder", value: "PATH",
                about: Phrase(
                    vi: "Nơi giữ dữ liệu; mặc định .truc-demo", en: "Where its data is kept; .truc-demo by default")),
            Option(
                name: "fresh", value: nil, about: Phrase(vi: "Bỏ dữ liệu lần trước", en: "Throw away what is there")),
            Option(
                name: "nodes", value: "CODES",
                about: Phrase(
                    vi: "Chỉ một số nút: H40,H23 (nút đầu lập Cụm)",
                    en: "Only some nodes: H40,H23 (the first founds the cluster)")),
            Option(
                name: "without-feed", value: nil,
                about: Phrase(vi: "Không nhập nguồn dữ liệu thật", en: "Do not import the real feed")),
        ], takesSettings: false
    ) { call in
        let nodes = try chosen(call["nodes"])
        let folder = try DemoFolder(call["folder"] ?? DemoFolder.usual, fresh: call.has("fresh"))
        let feed = call.has("without-feed") ? nil : DemoFeed.find()
        try await StopSignals.run(until: {}) {
            var demo = try await Demo.start(nodes, in: folder, call)
            do {
                if !folder.isReady { demo = try await demo.fill(feed: feed) }
                demo.table()
                try await demo.keepUp()
            } catch {
                await demo.stop()
                throw error
            }
        }
        return ExitCode.done
    }

    static let demoCode = Command(
        name: "demo code",
        about: Phrase(
            vi: "Mã sáu số của tài khoản hai bước trong cụm thử",
            en: "The six digits of the demo's account with two steps"), takesSettings: false
    ) { call in
        call.terminal.say(DemoPerson.code(at: Configuration.machineClock()))
        return ExitCode.done
    }

    private static func chosen(_ codes: String?) throws(UsageError) -> [DemoNode] {
        guard let codes else { return DemoNode.all }
        var nodes: [DemoNode] = []
        for code in codes.split(separator: ",") {
            guard let node = DemoNode.all.first(where: { $0.code == code }) else {
                throw UsageError("the demo has no node \(code)")
            }
            nodes.append(node)
        }
        return nodes
    }
}

/// The real feed in the repository: a MISP feed of 61,070 attributes, with its licence beside it.
enum DemoFeed {
    static func find() -> String? {
        guard let folder = try? PublicFolder.find(nil) else { return nil }
        let file = URL(filePath: folder).deletingLastPathComponent().appending(
            path: "Demo/threat/infoblox-misp-feed.tar.gz"
        ).path()
        return FileManager.default.fileExists(atPath: file) ? file : nil
    }
}
