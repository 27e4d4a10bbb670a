import Gateway
import Vocabulary

/// What whoever asks or decides says of how often and until when: a figure and a day. What these leave open is as it
/// was asked for, so that less of it can be given.
extension GrantTerms {
    /// - Parameter burst: how many calls at once; otherwise what a second brings, and no more than were asked for.
    mutating func limit(perSecond: Double, burst: Int? = nil) {
        let ofOneSecond = min(max(1, Int(perSecond.rounded(.up))), rate?.burst ?? .max)
        rate = Rate(perSecond: perSecond, burst: burst ?? ofOneSecond)
    }

    /// So many calls in each window, which is a day unless another was asked for.
    mutating func limit(calls: Int64) {
        quota = Quota(calls: calls, windowSeconds: quota?.windowSeconds ?? 86_400)
    }

    var lastDay: Day { Day(lastOf: until) }

    /// When what ends with a day does: no later than these terms when it is their last.
    func end(with day: Day) -> Instant { day == lastDay ? until : day.start.adding(days: 1) }
}
