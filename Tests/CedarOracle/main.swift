import Cedar
import Foundation
import StrictJSON

// Answers worlds, one JSON object a line, for run.py to compare with the real Cedar.
while let line = readLine(strippingNewline: true) {
    let answer: JSON
    do { answer = try World.answer(JSONDocument(line).root) } catch { answer = ["error": .string("\(error)")] }
    FileHandle.standardOutput.write(Data(answer.encoded() + [UInt8(ascii: "\n")]))
}
