import TestKit
import Testing

@testable import Cedar

@Suite("the text of policies")
struct SyntaxTests {
    @Test("a policy keeps its id, its annotations and its own words")
    func policy() throws {
        let text = """
            // who leads reads
            @id("lead") @reason_vi("Lãnh đạo đọc")
            permit (principal is Person in Seat::"a", action in [Action::"view", Action::"edit"], resource)
            when { context.level >= 2 }
            unless { resource.label like "R*" };
            """
        let policy = try #require(try PolicyText(text).policies.first)
        #expect(policy.id == "lead")
        #expect(policy.annotations["reason_vi"] == "Lãnh đạo đọc")
        #expect(policy.scope.principal == .ofTypeWithin("Person", EntityUID("Seat", "a")))
        #expect(policy.conditions.count == 2)
        #expect(policy.text.hasPrefix("@id") && policy.text.hasSuffix("};"))
        #expect(policy.at == Position(line: 2, column: 1))
    }

    @Test(
        "what is no policy is refused with its place",
        arguments: [
            ("permit(principal, action, resource) when { 1 == };", CedarError.Code.unexpected, 1, 49),
            ("permit(principal, action, resource)\nwhen { principal.if == 1 };", .reserved, 2, 18),
            ("permit(principal, action, resource) when { \"a };", .badString, 1, 44),
            ("permit(principal, action, resource) when { \"\\q\" == \"\" };", .badString, 1, 44),
            ("permit(principal, action, resource) when { 9223372036854775808 == 1 };", .badNumber, 1, 44),
            ("permit(principal, action, resource) when { -9223372036854775808.isEmpty() };", .badNumber, 1, 45),
            ("permit(principal, action, resource) when { -9223372036854775808[\"a\"] };", .badNumber, 1, 45),
            ("permit(principal, action, resource) when { -(9223372036854775808) == 1 };", .badNumber, 1, 46),
            ("permit(principal, action, resource) when { ip(\"::1\") == 1 };", .notSupported, 1, 44),
            ("permit(principal, action, resource) when { {a: 1, a: 2} == 1 };", .duplicate, 1, 51),
            ("permit(principal, action, resource) § ;", .badCharacter, 1, 37),
            ("@id(\"a\") @id(\"b\") permit(principal, action, resource);", .duplicate, 1, 11),
            ("permit(principal == ?principal, action, resource);", .unexpected, 1, 21),
            ("permit(principal, action, resource)", .unexpected, 1, 36),
        ])
    func refused(text: String, code: CedarError.Code, line: Int, column: Int) {
        let error = #expect(throws: CedarError.self) { try PolicyText(text) }
        #expect(error?.code == code)
        #expect(error?.at == Position(line: line, column: column))
    }

    @Test(
        "a minus belongs to its number, unless something is asked of the number",
        arguments: [
            ("-9223372036854775808 == 1", "(-9223372036854775808) == 1"),
            ("--9223372036854775808 == 1", "-(-9223372036854775808) == 1"),
            ("-1.isEmpty()", "-(1.isEmpty())"), ("--1.a == 1", "-(-(1.a)) == 1"),
            ("-1[\"a\"] < 2", "-(1[\"a\"]) < 2"),
        ])
    func minus(written: String, meant: String) throws {
        func conditions(_ condition: String) throws -> [Expression] {
            let text = try PolicyText("permit(principal, action, resource) when { \(condition) };")
            return try #require(text.policies.first).conditions
        }
        #expect(try conditions(written) == conditions(meant))
    }

    @Test("depth, length and number are bounded")
    func bounded() {
        func refusal(_ condition: String) -> CedarError.Code? {
            do throws(CedarError) {
                _ = try PolicyText("permit(principal, action, resource) when { \(condition) };")
                return nil
            } catch { return error.code }
        }
        #expect(refusal(String(repeating: "(", count: 40) + "true" + String(repeating: ")", count: 40)) == nil)
        #expect(refusal(String(repeating: "(", count: 100_000)) == .tooDeep)
        #expect(refusal(String(repeating: "[", count: 100_000)) == .tooDeep)
        #expect(refusal(String(repeating: "if ", count: 10_000)) == .tooDeep)
        #expect(refusal(String(repeating: "true && ", count: 10_000) + "true") == .tooDeep)
        #expect(refusal("context" + String(repeating: ".a", count: 10_000)) == .tooDeep)
        #expect(refusal(String(repeating: "!", count: 5) + "true") == .unexpected)
        #expect(refusal(String(repeating: " ", count: 300_000)) == .tooLong)
        let many = String(repeating: "permit(principal, action, resource);", count: 129)
        #expect(throws: CedarError.self) { try PolicyText(many) }
    }

    @Test("no text stops the reader, whatever a stranger sends")
    func anything() {
        var random = SeededRandom(seed: 7)
        let pieces = [
            "permit", "(", ")", "principal", ",", "action", "resource", "when", "{", "}", ";", "\"", "\\", "::", "has",
            "in", "[", "]", ".", "a", "1", "if", "then", "-", "!", "like", "@id", "\u{301}", "đ", "\n", "entity", "=",
        ]
        for _ in 0..<3000 {
            let text = (0..<Int.random(in: 0..<30, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined(separator: Bool.random(using: &random) ? " " : "")
            _ = try? PolicyText(text)
            _ = try? Schema(text)
        }
    }

    @Test(
        "a schema that contradicts itself is refused",
        arguments: [
            ("entity A; entity A;", CedarError.Code.duplicate), ("entity A in B;", .unknownName),
            ("entity A { x: Nothing };", .unknownName), ("type T = { t: T }; entity A { x: T };", .circular),
            ("action a in [b]; action b in [a];", .circular), ("action a in [missing];", .unknownName),
            ("entity A tags String;", .notSupported),
            ("entity A; action a appliesTo { principal: A, resource: A, context: A };", .wrongType),
        ])
    func schema(text: String, code: CedarError.Code) {
        let error = #expect(throws: CedarError.self) { try Schema(text) }
        #expect(error?.code == code)
    }
}
