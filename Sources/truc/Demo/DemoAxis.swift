import Examples
import Foundation
import StrictJSON
import Vocabulary
import Web

/// Services of one province that an application of another uses under grants: the example services stand at the first
/// node, and the application calls them through the second one's gateway.
struct DemoAxis: Sendable {
    /// What the demo remembers of it between two runs: where the services stand, and the application's key.
    struct Memory: Sendable {
        var ports: [Int]
        var key: String?

        init(ports: [Int]) { self.ports = ports }

        init(_ bytes: [UInt8]) throws {
            let json = try JSONDocument(bytes).root
            ports = try json.requireElements("ports").map { Int(try $0.requireInteger()) }
            key = try json.optionalString("key")
        }

        var json: JSON {
            ["ports": .array(ports.map { .integer(Int64($0)) }), "key": .string(orNull: key)]
        }
    }

    static let application = "cong-dich-vu"
    static let legalBasis = "47/2020/NĐ-CP"

    let path: String
    let data: String
    let memory: Memory
    let services: [TiedProcess]

    /// Starts the services; nil when their data is not beside the program.
    static func start(in folder: DemoFolder) throws -> DemoAxis? {
        guard let data = DemoAxis.data() else { return nil }
        let path = folder.path + "/axis.json"
        let memory =
            try FileManager.default.contents(atPath: path).map { try Memory(Array($0)) }
            ?? Memory(ports: try FreePorts.take(Example.allCases.count, from: 9240))
        let services = try zip(Example.allCases, memory.ports).map { service, port in
            try TiedProcess(
                ["example-service", service.rawValue, "--port", "\(port)", "--data", data],
                log: "\(folder.path)/\(service.rawValue).log")
        }
        let axis = DemoAxis(path: path, data: data, memory: memory, services: services)
        try axis.remember(memory)
        return axis
    }

    /// `Demo/axis` beside the program's `Public`.
    static func data() -> String? {
        guard let folder = try? PublicFolder.find(nil) else { return nil }
        let data = URL(filePath: folder).deletingLastPathComponent().appending(path: "Demo/axis").path()
        return FileManager.default.fileExists(atPath: data + "/units.openapi.yaml") ? data : nil
    }

    private func remember(_ memory: Memory) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw UsageError("\(path) cannot be written") }
        defer { close(descriptor) }
        writeAll(memory.json.text, to: descriptor)
    }

    func stop() async {
        for service in services { await service.stop() }
    }
}

/// Registering and granting, by the commands that an administrator has.
extension DemoAxis {
    /// - Returns: with the application's key.
    func fill(provider: DemoChild, consumer: DemoChild) async throws -> DemoAxis {
        var memory = memory
        memory.key = try await application(of: consumer, at: consumer, node: nil)
        if provider.node.code != consumer.node.code {
            _ = try await application(of: consumer, at: provider, node: consumer.node.code)
        }
        for (service, port) in zip(Example.allCases, memory.ports) {
            try await register(service, at: provider, "http://127.0.0.1:\(port)")
            try await grant(service, of: consumer, at: provider)
        }
        try remember(memory)
        return DemoAxis(path: path, data: data, memory: memory, services: services)
    }

    private func register(_ service: Example, at child: DemoChild, _ address: String) async throws {
        let contract = try String(contentsOfFile: service.contractPath(in: data), encoding: .utf8)
        var input: JSON = [
            "code": .string(service.rawValue), "name": .string(service.title.vi), "name-en": .string(service.title.en),
            "owner": .string(child.node.code), "contact": "Đầu mối mẫu, mau@example.vn",
            "class": service == .dossiers ? "personal" : "open", "document": .string(contract),
            "instances": [.string(address)], "allow-private": true, "validate": true,
        ]
        if service == .communes { input["evidence"] = "within-1s" }
        _ = try await child.line.ask("service.register", input)
    }

    private func application(of consumer: DemoChild, at child: DemoChild, node: String?) async throws -> String? {
        var input: JSON = [
            "code": .string(DemoAxis.application), "name": "Cổng dịch vụ công mẫu",
            "owner": .string(consumer.node.code), "contact": "mau@example.vn",
        ]
        if let node { input["node"] = .string(node) }
        return try await child.line.ask("application.add", input).optionalString("key")
    }

    private func grant(_ service: Example, of consumer: DemoChild, at child: DemoChild) async throws {
        var input: JSON = [
            "application": .string("\(consumer.node.code)/\(DemoAxis.application)"),
            "version": .string("\(service.rawValue)/v1"), "purpose": .string(DemoAxis.purpose(service)),
            "basis": .string(DemoAxis.legalBasis), "rate": 50, "quota": 100_000, "until": "2021-11-09",
        ]
        // What is not needed does not leave: the applicant stays.
        if service == .dossiers { input["fields"] = ["code", "procedure", "state", "receivedOn", "dueOn"] }
        _ = try await child.line.ask("grant.issue", input)
    }

    private static func purpose(_ service: Example) -> String {
        switch service {
        case .units: "Ví dụ: điền địa chỉ trên biểu mẫu"
        case .communes: "Ví dụ: vẽ bản đồ địa bàn"
        case .dossiers: "Ví dụ: cho người dân biết tình trạng hồ sơ"
        }
    }
}

/// The application at work.
extension DemoAxis {
    static let calls = [
        "/units/v1/units?asOf=2025-07-01", "/units/v1/units?asOf=2025-03-01&parent=36",
        "/units/v1/units/37?asOf=2025-07-01", "/communes/v1/communes?bbox=106.1,20.4,106.2,20.5",
        "/dossiers/v1/dossiers/000.00.01.H40-201103-0007", "/dossiers/v1/dossiers/000.00.01.H40-201109-0001",
    ]

    /// Calls the services one after the other, every other second, until cancelled.
    func callOnAndOn(through consumer: DemoChild) async {
        guard let key = memory.key, let caller = try? GatewayCaller(consumer.configuration, key: key) else { return }
        var place = 0
        while !Task.isCancelled {
            _ = try? await caller.call(DemoAxis.calls[place % DemoAxis.calls.count])
            place += 1
            try? await Task.sleep(for: .seconds(2))
        }
    }
}
