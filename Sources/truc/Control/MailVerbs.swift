import Mail
import StrictJSON
import Vocabulary

extension Control {
    static let mailVerbs = [
        Verb(name: "mail.bounce") { node, input in
            let bytes = Base64.decode(try input.requireString("report")) ?? []
            guard let bounce = Bounce(bytes) else { return ["taken": false] }
            return ["taken": .bool(try await node.mail.take(bounce))]
        }
    ]
}
