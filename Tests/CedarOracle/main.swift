import Cedar
import Foundation
import Identity
import StrictJSON

// The policies that ship with the program, for Cedar's own validator.
if CommandLine.arguments.dropFirst() == ["--shipped"] {
    let shipped: JSON = ["schema": .string(Policies.schema), "policies": .string(Policies.text)]
    FileHandle.standardOutput.write(Data(shipped.encoded()))
    exit(0)
}

// Answers worlds, one JSON object a line, for run.py to compare with the real Cedar.
while let line = readLine(strippingNewline: true) {
    let answer: JSON
    do {
        answer = try World.compared(JSONDocument(line).root).json
    } catch let unread as Unread {
        answer = ["unread": .string("\(unread.why)")]
    } catch {
        answer = ["error": .string("\(error)")]
    }
    FileHandle.standardOutput.write(Data(answer.encoded() + [UInt8(ascii: "\n")]))
}
