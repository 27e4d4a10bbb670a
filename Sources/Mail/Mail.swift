package import Database
package import Jobs
package import Logging
package import Vocabulary

/// Mail that is sent though the process may end before it is: written down in the transaction that caused it, handed to
/// the node's server by a job, tried again for two days, and given up with a reason.
///
/// ```swift
/// try mail.post(Letter(to: address, name: name, subject: .newDevice, body: …), at: now, in: tx)
/// ```
package struct Mail: Sendable {
    let database: any Database
    let now: Clock
    let newID: IDSource
    let settings: MailSettings?
    let logger: Logger

    /// Without `settings` the node has no mail: `post` writes nothing.
    package init(
        database: any Database, now: @escaping Clock, newID: @escaping IDSource, settings: MailSettings?,
        logger: Logger
    ) {
        self.database = database
        self.now = now
        self.newID = newID
        self.settings = settings
        self.logger = logger
    }

    package var isOn: Bool { settings != nil }

    /// Pauses before the second try and each one after it; with the last the mail is given up after two days.
    static let pausesSeconds: [Int64] = [60, 300, 900, 3600, 4 * 3600, 8 * 3600, 12 * 3600, 24 * 3600]
    /// Mail that was sent or given up is remembered so long, without its text.
    static let rememberDays: Int64 = 30

    /// Says what runs the jobs. Before `Jobs.run`.
    package func handle(_ jobs: Jobs) {
        jobs.handle(SendMail.self) { [self] in try await send($0.message) }
    }

    /// Writes a letter down to be sent; it goes when the transaction holds. An address that bounced gets none.
    package func post(_ letter: Letter, at now: Instant, in tx: any Transaction) throws {
        guard isOn, try !MailStore.isDead(letter.to, in: tx) else { return }
        let id = newID()
        try MailStore.insert(id, letter, at: now, in: tx)
        try Jobs.enqueue(SendMail(message: id), id: "mail.\(id).0", at: now, in: tx)
    }

    /// Runs at least once. A server that took the mail just before the process ended gets it again with the same
    /// Message-ID.
    func send(_ id: String) async throws {
        guard let settings, let waiting = try await database.read({ try MailStore.waiting(id, in: $0) }) else { return }
        let mail = MailFormat(
            from: settings.from, fromName: settings.fromName, to: waiting.to, toName: waiting.name,
            subject: waiting.subject, text: waiting.text, messageID: "\(id)@\(settings.from.domain)",
            date: waiting.createdAt)
        do {
            try await SMTPClient(settings: settings).send(mail)
            let at = now()
            try await database.write { try MailStore.end(id, .sent, code: nil, at: at, in: $0) }
        } catch let refused as MailRefused {
            try await settle(waiting, refused)
        }
    }

    /// After a refusal: once more later, or never.
    private func settle(_ waiting: WaitingMail, _ refused: MailRefused) async throws {
        let at = now()
        logger.warning("a mail did not go", metadata: ["mail": "\(waiting.id)", "code": "\(refused.code)"])
        try await database.write { tx in
            if refused.isOfAddress { try MailStore.mark(waiting.to, code: refused.code, at: at, in: tx) }
            guard !refused.isForGood, waiting.attempts < Mail.pausesSeconds.count else {
                return try MailStore.end(waiting.id, .refused, code: refused.code, at: at, in: tx)
            }
            let attempts = try MailStore.countAttempt(waiting.id, code: refused.code, in: tx)
            let due = at.adding(seconds: Mail.pausesSeconds[waiting.attempts])
            try Jobs.enqueue(SendMail(message: waiting.id), id: "mail.\(waiting.id).\(attempts)", at: due, in: tx)
        }
    }

    /// Hands a letter to the server at once and waits for its word: to try settings out. Throws `MailRefused`.
    package static func sendNow(_ letter: Letter, with settings: MailSettings, at now: Instant) async throws {
        let mail = MailFormat(
            from: settings.from, fromName: settings.fromName, to: letter.to, toName: letter.name,
            subject: letter.subjectLine, text: letter.text,
            messageID: "trial.\(now.milliseconds)@\(settings.from.domain)", date: now)
        try await SMTPClient(settings: settings).send(mail)
    }

    /// Takes a report of a mail server that a mail did not arrive. It counts only when it names a mail that this node
    /// sent to that address: anybody can write a report. Whether it did.
    @discardableResult
    package func take(_ bounce: Bounce) async throws -> Bool {
        let at = now()
        let id = bounce.messageID.split(separator: "@").first.map(String.init) ?? ""
        return try await database.write { tx in
            guard let to = try MailStore.recipient(of: id, in: tx),
                to.text.lowercased() == bounce.recipient.lowercased()
            else { return false }
            try MailStore.mark(to, code: bounce.status, at: at, in: tx)
            try MailStore.end(id, .refused, code: bounce.status, at: at, in: tx)
            return true
        }
    }

    /// The code with which mail to this address came back; nil when none did.
    package func bounced(_ address: MailAddress, in tx: any Transaction) throws -> String? {
        try MailStore.mark(of: address, in: tx)
    }

    /// The address works again, or belongs to somebody else now.
    package func forget(_ address: MailAddress, in tx: any Transaction) throws {
        try MailStore.unmark(address, in: tx)
    }

    /// A letter as it is kept for a month. Without its text: while it waits, that may be a link that opens an account.
    package struct Record: Sendable, Hashable {
        package let recipient: String
        package let subject: String
        /// `waiting`, `sent`, `refused`.
        package let state: String
        package let code: String?
        package let writtenAt: Instant
        package let endedAt: Instant?
    }

    /// What is kept of letters to a person.
    package func records(
        of person: ID<Person>, _ address: MailAddress?, in tx: any Transaction
    ) throws -> [Record] {
        try MailStore.records(of: person, address, in: tx)
    }

    /// Nothing is kept of what was, or would have been, sent to this person, nor of their address.
    package func erase(_ person: ID<Person>, _ address: MailAddress?, in tx: any Transaction) throws {
        try MailStore.erase(person, address, in: tx)
    }

    /// Says everything that is kept of letters anew: what others wrote of somebody who is erased is in some.
    package func rewrite(_ change: (String) -> String, in tx: any Transaction) throws {
        try MailStore.rewrite(change, in: tx)
    }

    /// Sweeps every hour until it is cancelled. A sweep that fails is made up for by the next.
    package func run() async throws {
        while true {
            try? await sweep()
            try await Task.sleep(for: .seconds(3600))
        }
    }

    package func sweep() async throws {
        let before = now().adding(days: -Mail.rememberDays)
        try await database.write { try MailStore.sweep(before: before, in: $0) }
    }
}

struct SendMail: Job {
    static let name = "mail.send"
    let message: String
}
