import House
import Identity
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// A door that passed over what it does not know would do something else than was meant.
@Suite("Members that nobody reads")
struct SurplusMembersTests {
    @Test("every door for programs that is sent an object refuses it by name, and the document says so")
    func refused() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let visitors = [Role.nodeAdministrator, .departmentLead, .officer].map { role in
                town.visitor(RegistryTown.person("somebody", role, at: "T40"), isProgram: true)
            }
            let doors = visitors[0].doors.filter { door in
                door.permission != .peer && door.about?.request?.json["properties"] != nil
            }
            #expect(doors.count > 12)
            for door in doors {
                let name = "\(door.method.rawValue) \(door.pattern)"
                #expect(door.about?.request?.json["additionalProperties"] == false, "\(name)")
                let path = door.pattern.split(separator: "/", omittingEmptySubsequences: false).map {
                    $0.hasPrefix("{") ? "0" : String($0)
                }.joined(separator: "/")
                // Nobody may open them all.
                var answers: [Answered] = []
                for visitor in visitors {
                    answers.append(
                        await visitor.send(
                            door.method, path, headers: ["content-type": "application/json"],
                            body: (["surplus": 1] as JSON).encoded()))
                }
                let answer = try #require(answers.first { $0.status != 403 }, "\(name)")
                #expect(answer.status == 422, "\(name): \(answer.text)")
                #expect(answer.text.contains(#""code":"exchange.unknown-member""#), "\(name): \(answer.text)")
                #expect(answer.text.contains(#""field":"surplus""#), "\(name)")
            }
        }
    }
}
