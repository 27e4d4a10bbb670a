import Testing

@testable import Contracts

/// By which member a value says of which kind it is: programs that were made from a document hang on it.
@Suite("Compatibility of discriminators") struct DiscriminatorChangeTests {
    private static let cat = ##"{"$ref":"#/components/schemas/Cat"}"##
    private static let dog = ##"{"$ref":"#/components/schemas/Dog"}"##

    private static func kinds(_ discriminator: String) -> String { #"{"anyOf":[\#(cat),\#(dog)]\#(discriminator)}"# }

    private static func mapped(_ mapping: String, by name: String = "kind") -> String {
        #","discriminator":{"propertyName":"\#(name)","mapping":{\#(mapping)}}"#
    }

    /// What breaks in answers, and in requests.
    private static func codes(
        _ before: String, _ after: String, _ components: String? = nil, then others: String? = nil
    ) throws -> [[String]] {
        let usual = #"{"Cat":{"properties":{"c":{}}},"Dog":{"properties":{"d":{"type":"string"}}}}"#
        let makers: [(String) -> String] = [{ CompatibilityTests.answer($0) }, { CompatibilityTests.body($0) }]
        return try makers.map { make in
            let documents = try [(before, components ?? usual), (after, others ?? components ?? usual)].map {
                try OpenAPIDocument(
                    Samples.api(
                        paths: #"{"/u":{"post":\#(make($0.0))}}"#, components: #"{"schemas":\#($0.1)}"#))
            }
            return Compatibility.breakages(from: documents[0], to: documents[1]).map(\.code)
        }
    }

    private static let (answers, requests) = ("breaks.response-discriminator", "breaks.request-discriminator")

    @Test("who reads the member misses it, who need not write it does not")
    func member() throws {
        let (none, one) = (Self.kinds(""), Self.kinds(Self.mapped("")))
        #expect(try Self.codes(one, one) == [[], []])
        #expect(try Self.codes(none, one) == [[], [Self.requests]])
        #expect(try Self.codes(one, none) == [[Self.answers], []])
        #expect(try Self.codes(one, Self.kinds(Self.mapped("", by: "type"))) == [[Self.answers], [Self.requests]])
    }

    @Test("a name more is one that nobody knows, a name less one that nobody takes")
    func names() throws {
        let one = Self.kinds(Self.mapped(##""c":"#/components/schemas/Cat""##))
        let two = Self.kinds(Self.mapped(##""c":"#/components/schemas/Cat","x":"Cat""##))
        #expect(try Self.codes(one, two) == [[Self.answers], []])
        #expect(try Self.codes(two, one) == [[], [Self.requests]])
    }

    @Test("a name that stands for something else is another, whether it was mapped or is a component's")
    func targets() throws {
        let cats = #"{"Cat":{"type":"object"},"Dog":{"type":"string"}}"#
        func one(_ name: String, _ target: String) -> String { Self.kinds(Self.mapped(#""\#(name)":"\#(target)""#)) }
        let other = [["breaks.response-type"], ["breaks.request-type"]]
        #expect(try Self.codes(one("a", "Cat"), one("a", "Dog"), cats) == other)
        #expect(try Self.codes(one("a", "Cat"), one("a", "#/components/schemas/Cat"), cats) == [[], []])
        #expect(try Self.codes(Self.kinds(Self.mapped("")), one("Cat", "Dog"), cats) == other)
    }

    @Test("what is meant by a name counts where nothing else leads to it")
    func children() throws {
        let parent = ##"{"$ref":"#/components/schemas/Pet"}"##
        func components(_ type: String) -> String {
            let pet = Self.mapped(#""d":"Dog""#).dropFirst()
            let dog = #"{"allOf":[\#(parent),{"properties":{"d":{"type":"\#(type)"}}}]}"#
            return #"{"Pet":{"type":"object",\#(pet)},"Dog":\#(dog)}"#
        }
        #expect(try Self.codes(parent, parent, components("string")) == [[], []])
        let found = try Self.codes(parent, parent, components("string"), then: components("integer"))
        #expect(found.allSatisfy { !$0.isEmpty }, "\(found)")
        let whole = #"{"not":\#(parent)}"#
        let hidden = try Self.codes(whole, whole, components("string"), then: components("integer"))
        #expect(hidden.allSatisfy { !$0.isEmpty }, "\(hidden)")
    }
}
