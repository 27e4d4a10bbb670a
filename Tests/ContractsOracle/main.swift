import Contracts
import Foundation
import StrictJSON
import Vocabulary

// Answers, line by line, what the room `Contracts` thinks of what `oracle.py` made up.

func answer(_ question: JSONValue) -> JSON {
    do {
        switch question["kind"]?.string {
        case "schema": return try schema(question)
        case "openapi":
            return ["warnings": codes(try OpenAPIDocument(Array((question["text"]?.string ?? "").utf8)).warnings)]
        case "yaml": return ["json": JSON(try ContractText(Array((question["text"]?.string ?? "").utf8)).root)]
        default: return ["unknown": true]
        }
    } catch {
        return ["refused": codes((error as? Flaws)?.errors ?? [])]
    }
}

func schema(_ question: JSONValue) throws -> JSON {
    let text = try ContractText(Array((question["schema"]?.string ?? "").utf8))
    let dialect: SchemaDialect = question["dialect"]?.string == "3.0" ? .openAPI30 : .draft2020
    let program = try SchemaProgram(text.root, of: text, dialect: dialect)
    return ["valid": .array((question["values"]?.elements ?? []).map { .bool(program.accepts($0)) })]
}

func codes(_ flaws: [Flaw]) -> JSON { .array(flaws.map { .string($0.code) }) }

while let line = readLine() {
    let question = try JSONDocument(line)
    FileHandle.standardOutput.write(Data(answer(question.root).encoded() + [0x0A]))
}
