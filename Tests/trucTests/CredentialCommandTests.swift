import Foundation
import Gateway
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import truc

/// By what an application is known, by commands: its certificates and keys, each with a proof.
@Suite("credentials by commands", .serialized)
struct CredentialCommandTests {
    /// A certificate and its key, in files.
    private struct Identity {
        let certificate: String
        let key: String
        /// What may be shown of it: the end of its SHA-256.
        let hint: String

        init(_ name: String, in town: CommandTown) throws {
            let made = try TLSIdentity.makeSelfSigned(name: name, now: Configuration.machineClock())
            (certificate, key) = ("\(town.home)/\(name).pem", "\(town.home)/\(name)-key.pem")
            try Data(made.certificatePEM.utf8).write(to: URL(filePath: certificate))
            try Data(made.privateKeyPEM.utf8).write(to: URL(filePath: key))
            hint = String(Hex.encode(try ShownCertificate(pem: made.certificatePEM).sha256).suffix(8))
        }
    }

    private func credentials(_ kind: String, _ town: CommandTown, of application: String) async throws -> [[String]] {
        try await town.typed("application", "credentials", application).filter { $0.contains(kind) }
    }

    @Test("a certificate is added with a proof by its key, another takes its place, and the old one is revoked")
    func certificates() async throws {
        try await CommandTown.open { town in
            _ = try await town.typed("application", "add", "H49/desk", "Mẫu")
            _ = try await town.typed("application", "add", "H49/other", "Khác")
            let (old, new) = (try Identity("old", in: town), try Identity("new", in: town))

            // Where the key lives, without the node; then the proof is carried over.
            let list = try await town.typed("application", "list")
            let id = try #require(list.first { $0.first == "H49/desk" }?.dropFirst(2).first)
            let proof = try #require(
                try await Program.run(["application", "proof", id, old.key, "--certificate", old.certificate]).said
                    .split(separator: "\n").last.map(String.init))
            let add = ["application", "credential", "H49/desk", "certificate"]
            let said = try await Program.run(add + ["--certificate", old.certificate, "--proof", proof] + town.flags)
            #expect(said.code == 0, "\(said)")
            let first = try await credentials("certificate", town, of: "H49/desk")
            #expect(first.count == 1 && first[0].contains(old.hint))

            // The next one beside it, with the key at hand; then the old one goes.
            _ = try await town.typed(
                "application", "credential", "H49/desk", "certificate", "--certificate", new.certificate, "--key",
                new.key)
            #expect(try await credentials("certificate", town, of: "H49/desk").count == 2)
            _ = try await town.typed("application", "revoke", "H49/desk", try #require(first[0].first))
            let left = try await credentials("certificate", town, of: "H49/desk")
            #expect(left.count == 1 && left[0].contains(new.hint))
            try await town.refused(
                "application", "revoke", "H49/desk", try #require(first[0].first), saying: "nothing of this id")

            // It is one application's at a time, and free when that let go of it.
            try await town.refused(
                "application", "credential", "H49/other", "certificate", "--certificate", new.certificate, "--key",
                new.key, saying: "has this credential already")
            _ = try await town.typed(
                "application", "credential", "H49/other", "certificate", "--certificate", old.certificate, "--key",
                old.key)
        }
    }

    @Test("a certificate without its key's proof is refused, and nothing is added")
    func refused() async throws {
        try await CommandTown.open { town in
            _ = try await town.typed("application", "add", "H49/desk", "Mẫu")
            let (mine, theirs) = (try Identity("mine", in: town), try Identity("theirs", in: town))
            let add = ["application", "credential", "H49/desk", "certificate", "--certificate", theirs.certificate]
            func refused(_ more: [String], code: Int32 = 1, saying: String) async throws {
                let ended = try await Program.run(add + more + town.flags)
                #expect(ended.code == code && (ended.said + ended.errors).contains(saying), "\(more): \(ended)")
            }
            try await refused([], saying: "comes with a proof")
            try await refused(["--key", mine.key], saying: "signed that proof")
            try await refused(["--proof", "abc"], saying: "signed that proof")
            // Good, but for another application.
            let elsewhere = try await Program.run([
                "application", "proof", "another", theirs.key, "--certificate", theirs.certificate,
            ])
            let proof = try #require(elsewhere.said.split(separator: "\n").last.map(String.init))
            try await refused(["--proof", proof], saying: "signed that proof")
            try await refused(["--key", theirs.key, "--proof", proof], code: ExitCode.usage, saying: "--proof")
            try await refused(["--key", theirs.certificate], code: ExitCode.usage, saying: "no private key")
            try await town.refused(
                "application", "credential", "H49/desk", "certificate", String(repeating: "0", count: 64),
                saying: "in PEM")
            try await town.refused(
                "application", "credential", "H49/desk", "certificate", "--certificate", theirs.key, "--key",
                theirs.key, code: ExitCode.usage, saying: "no certificate")
            #expect(try await credentials("certificate", town, of: "H49/desk").isEmpty)
        }
    }

    @Test("a signer's key is made where there is none, in a file that its owner alone reads, and added with its proof")
    func signer() async throws {
        try await CommandTown.open { town in
            _ = try await town.typed("application", "add", "H49/desk", "Mẫu")
            let file = "\(town.home)/signer.pem"
            let list = try await town.typed("application", "list")
            let id = try #require(list.first { $0.first == "H49/desk" }?.dropFirst(2).first)
            let made = try await Program.run(["application", "proof", id, file]).said.split(separator: "\n")
            #expect(made.count == 2)
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            _ = try await town.typed("application", "credential", "H49/desk", "signer", "--key", file)
            let found = try await credentials("signer", town, of: "H49/desk")
            let hint = String(try #require(made.first).suffix(8))
            #expect(found.count == 1 && found[0].contains(hint))
        }
    }

    @Test("from when proofs are needed is set and undone by a command, and what has none is listed")
    func proofDay() async throws {
        try await CommandTown.open { town in
            func lines() async throws -> String {
                try await town.typed("application", "unproven").joined().joined(separator: " ")
            }
            #expect(try await lines().hasPrefix("No day is set"))
            _ = try await town.typed("application", "require-proofs", "2031-03-01")
            #expect(try await lines().contains("2031-03-01"))
            try await town.refused("application", "require-proofs", "soon", code: ExitCode.usage, saying: "never")
            let folder = ["folder": "\(town.home)/a"]
            let node = try Configuration.load(flags: folder, file: nil, environment: [:]) { _ in nil }
            await #expect(throws: ControlLine.Refused.self, "the node takes no day that is none for “never”") {
                try await ControlLine(configuration: node).ask("application.require-proofs", ["from": "soon"])
            }
            #expect(try await lines().contains("2031-03-01"))
            _ = try await town.typed("application", "require-proofs", "never")
            #expect(try await lines().hasPrefix("No day is set"))
            // What comes with a proof is none of them.
            _ = try await town.typed("application", "add", "H49/desk", "Mẫu")
            let identity = try Identity("desk", in: town)
            _ = try await town.typed(
                "application", "credential", "H49/desk", "certificate", "--certificate", identity.certificate, "--key",
                identity.key)
            #expect(try await town.typed("application", "unproven").count == 1)
        }
    }
}
