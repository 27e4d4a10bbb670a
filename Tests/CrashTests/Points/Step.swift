import Synchronization
import TestKit
import Vocabulary

/// Something that is done to a node, whose plug is pulled at one of the calls that come of it.
struct Step: Sendable {
    let name: String
    /// Whose plug it is: a place among the stand's nodes.
    var victim = 0
    /// How long consequences may take to reach the disk after the answer.
    var seconds = 1.7
    /// Whether it is the start of the node that is met.
    var isStart = false
    /// Makes ready, with the plug in.
    var prepare: @Sendable () async throws -> Void = {}
    /// Writes down what was answered; throws when the node went away.
    var act: @Sendable () async throws -> Void = {}
    /// With the node back: does again what was not answered, until it is, and expects what was.
    var expect: @Sendable () async throws -> Void = {}
}

/// One moment of one step, and what happens in it.
struct Point: Sendable, CustomStringConvertible {
    let step: Step
    /// The number of the call, counted from the step's beginning.
    let number: Int
    let call: Plug.Call
    let manner: Plug.Manner

    var description: String { "\(step.name) \(number) \(call) \(manner)" }
}

/// Goes through the points of some steps, one after the other, at nodes that run.
struct PointWalk: Sendable {
    let name: String
    let nodes: [NodeProcess]
    /// How nodes are started again.
    var way = NodeProcess.Way()
    let steps: [Step]
    /// Of how many points there are a sample is drawn; nil for all of them.
    let sample: Int?
    let seed: UInt64

    /// - Returns: how many points there were, and how many of them were met.
    func walk() async throws -> (all: Int, met: Int) {
        var points: [Point] = []
        for step in steps {
            points += try await trace(step).enumerated().flatMap { place, call in
                call.manners.map { Point(step: step, number: place + 1, call: call, manner: $0) }
            }
        }
        var random = SeededRandom(seed: seed)
        var drawn = points
        if let sample {
            drawn.shuffle(using: &random)
            drawn = Array(drawn.prefix(sample))
        }
        var met = 0
        for point in drawn {
            let tries = sample == nil ? [point] : [point] + PointWalk.nearer(point, among: points)
            for point in tries where try await live(point) {
                met += 1
                break
            }
        }
        return (points.count, met)
    }

    /// Points of the same kind at a half and a quarter of the way. On a busy machine more is written by one call than
    /// when the step was traced, and a late number is not reached.
    private static func nearer(_ point: Point, among points: [Point]) -> [Point] {
        let alike = points.filter {
            $0.step.name == point.step.name && $0.call == point.call && $0.manner == point.manner
        }
        return [point.number / 2, point.number / 4].compactMap { most in alike.last { $0.number <= most } }
    }

    /// The calls that come of a step, in order, when nothing happens to it.
    private func trace(_ step: Step) async throws -> [Plug.Call] {
        let (node, plug) = try victim(of: step)
        try await step.prepare()
        if step.isStart { await node.kill() }
        plug.count()
        if step.isStart {
            try await node.start(way)
            try await node.ready()
        } else {
            try await step.act()
        }
        try await Task.sleep(for: .seconds(step.seconds))
        let trace = plug.trace
        plug.off()
        try await step.expect()
        return trace
    }

    /// - Returns: whether the point was met; otherwise the node was killed when the step was over.
    private func live(_ point: Point) async throws -> Bool {
        let step = point.step
        let (node, plug) = try victim(of: step)
        try await step.prepare()
        if step.isStart { await node.kill() }
        plug.arm(at: point.number, point.manner)
        if step.isStart { try await node.start(way) }
        let isOver = Mutex(false)
        let acting = Task {
            try? await step.act()
            try? await Task.sleep(for: .seconds(step.seconds))
            isOver.withLock { $0 = true }
        }
        while !plug.isMet, !isOver.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
        let isMet = plug.isMet
        // What failed may have consequences of its own.
        if isMet, point.manner == .fails { try await Task.sleep(for: .milliseconds(300)) }
        if isMet, point.manner != .fails { _ = await node.ended() }
        acting.cancel()
        await acting.value
        plug.off()
        if isMet, point.manner == .fails, !step.isStart {
            let isRunning = await node.isRunning
            if !isRunning { throw NodeProcess.Failed(description: "\(point): ended by itself") }
        } else {
            await node.kill()
            try await node.start(way)
            try await node.ready()
        }
        do {
            try await step.expect()
        } catch {
            throw NodeProcess.Failed(description: "\(name), \(point), seed \(seed): \(error)")
        }
        return isMet
    }

    private func victim(of step: Step) throws -> (NodeProcess, Plug) {
        let node = nodes[step.victim]
        guard let plug = node.plug else { throw NodeProcess.Failed(description: "\(node.code) has no plug") }
        return (node, plug)
    }
}
