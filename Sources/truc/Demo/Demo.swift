import Exchange
import Foundation
import Identity
import StrictJSON
import Vocabulary
import Web

/// Ten nodes on one machine, filled through the commands and doors that an administrator and her people use.
struct Demo: Sendable {
    let folder: DemoFolder
    let children: [DemoChild]
    let axis: DemoAxis?
    let call: Invocation

    /// Starts the nodes side by side and waits until all answer.
    static func start(_ nodes: [DemoNode], in folder: DemoFolder, _ call: Invocation) async throws -> Demo {
        let configurations = try folder.configurations(for: nodes)
        let children = try zip(nodes, configurations).map { node, configuration in
            try DemoChild(node, folder: folder.folder(of: node), configuration: configuration)
        }
        let demo = Demo(folder: folder, children: children, axis: try DemoAxis.start(in: folder), call: call)
        do {
            try await demo.each { try await $0.ready() }
        } catch {
            await demo.stop()
            throw error
        }
        return demo
    }

    /// Founds the cluster, lets the others join, makes people, sends the sample reports and begins the import.
    ///
    /// - Returns: the demo with what it learned meanwhile.
    func fill(feed: String?) async throws -> Demo {
        try await joinUp()
        try await each { child in
            for person in DemoPerson.all {
                _ = try await child.line.ask(
                    "person.add",
                    [
                        "login": .string(person.login), "name": .string(person.name),
                        "roles": [.string(person.role.rawValue)],
                        "password": .string(DemoPerson.password),
                    ])
                guard person.hasSecondStep else { continue }
                _ = try await child.line.ask(
                    "person.authenticator",
                    ["login": .string(person.login), "secret": .string(Base64.encode(DemoPerson.secret))])
            }
        }
        try await each { child in try await report(at: child) }
        if let feed, let first = children.first {
            _ = try await first.line.ask("threats.import", ["path": .string(feed)])
        }
        var axis = axis
        if let provider = children.first {
            axis = try await axis?.fill(provider: provider, consumer: consumer ?? provider)
        }
        try folder.markReady()
        return Demo(folder: folder, children: children, axis: axis, call: call)
    }

    /// At which node the application is that calls the example services.
    var consumer: DemoChild? {
        children.first { $0.node.code == "H42" } ?? children.dropFirst().first ?? children.first
    }

    private func joinUp() async throws {
        guard let keeper = children.first else { return }
        _ = try await keeper.line.ask("cluster.create", ["name": "Cụm 3", "nameInEnglish": "Cluster 3"])
        for child in children.dropFirst() {
            let invitation = try await keeper.line.ask(
                "cluster.invite", ["organisation": .string(child.node.code), "role": .string(child.node.role.rawValue)])
            _ = try await child.line.ask("cluster.join", ["token": .string(try invitation.requireString("token"))])
        }
    }

    private func report(at child: DemoChild) async throws {
        for report in DemoReport.all where report.code == child.node.code {
            let browser = DemoBrowser(port: child.configuration.webPort)
            try await browser.signIn(report.by, DemoPerson.password)
            let place = try await browser.fill("/incidents/new", report.fields(at: child.configuration.clock()))
            guard report.reaches(children.map(\.node)) else { continue }
            let incident = String(place.prefix { $0 != "?" })
            _ = try await browser.fill(incident + "/share", ["title": report.title, "text": report.summary])
        }
    }

    func table() {
        let words = Phrase(
            vi: "Mở một địa chỉ, đăng nhập bằng một trong các tài khoản; mật khẩu chung: \(DemoPerson.password)",
            en: "Open an address and sign in with one of the accounts; the password of all: \(DemoPerson.password)")
        call.say(words)
        call.terminal.say("")
        call.terminal.table(children.map { [$0.node.code, $0.configuration.pageURL, $0.node.role.rawValue] })
        call.terminal.say("")
        call.terminal.table(
            DemoPerson.all.map { person in
                let code = DemoPerson.code(at: Configuration.machineClock())
                return [person.login, person.name, person.role.rawValue, person.hasSecondStep ? "+ \(code)" : ""]
            })
        call.terminal.say("")
        let secret = Base32.grouped(Base32.encode(DemoPerson.secret))
        let command = "\(TiedProcess.program) demo code"
        call.say(
            Phrase(
                vi: """
                    Mã sáu số bên cạnh tài khoản hai bước đổi mỗi 30 giây: mã mới ở `\(command)`, hoặc nhập bí mật ví \
                    dụ \(secret) vào ứng dụng xác thực. Chỉ tài khoản ấy đọc được TLP:RED.
                    """,
                en: """
                    The six digits beside the account with two steps change every 30 seconds: `\(command)` prints \
                    new ones, or give an authenticator app the example secret \(secret). Only that account reads \
                    TLP:RED.
                    """))
        call.terminal.say("")
        call.say(Phrase(vi: "Ctrl-C dừng tất cả.", en: "Ctrl-C stops all."))
    }

    /// Starts nodes that ended again, so that whoever kills one sees the others go on and it come back. Throws when
    /// one does not stay up.
    func keepUp() async throws -> Never {
        let calling = Task { if let axis, let consumer { await axis.callOnAndOn(through: consumer) } }
        defer { calling.cancel() }
        var startedAgain: [String: ContinuousClock.Instant] = [:]
        while true {
            for child in children where !child.isRunning {
                let code = child.node.code
                if let last = startedAgain[code], last.duration(to: .now) < .seconds(10) {
                    throw child.trouble("does not stay up")
                }
                call.say(
                    Phrase(vi: "Nút \(code) đã dừng; chạy lại.", en: "The node \(code) has ended; starting it again."))
                startedAgain[code] = .now
                try child.startAgain()
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    func stop() async {
        await withTaskGroup { group in
            for child in children { group.addTask { await child.stop() } }
            if let axis { group.addTask { await axis.stop() } }
        }
    }

    private func each(_ body: @escaping @Sendable (DemoChild) async throws -> Void) async throws {
        try await withThrowingTaskGroup { group in
            for child in children { group.addTask { try await body(child) } }
            try await group.waitForAll()
        }
    }
}
