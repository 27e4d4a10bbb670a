import Foundation
import Vocabulary

/// What a password must be (NIST SP 800-63B §5.1.1.2): long, and not the one that everybody tries first. No rule asks
/// for capitals, digits or signs.
enum PasswordRules {
    static let minimumCharacters = 12
    static let maximumBytes = 1024

    /// The same password typed on two keyboards is the same text: NFKC (Unicode Standard Annex 15).
    static func normalise(_ password: String) -> String {
        password.precomposedStringWithCompatibilityMapping
    }

    /// What is wrong with a new password for the person called `login`; nil when nothing is.
    static func complaint(about password: String, login: String) -> Phrase? {
        let password = normalise(password)
        if password.utf8.count > maximumBytes { return .passwordTooLong }
        if password.count < minimumCharacters { return .passwordTooShort }
        let folded = Folding.fold(password).filter { !$0.isWhitespace }
        if isMonotonous(folded) || isCommon(folded) { return .passwordTooCommon }
        if login.count >= 3, cores(of: folded).contains(Folding.fold(login).filter(\.isLetter)) {
            return .passwordIsLogin
        }
        return nil
    }

    /// One short piece over and over (`abcabcabcabc`), or keys in a row (`123456789012`).
    private static func isMonotonous(_ text: String) -> Bool {
        let units = Array(text.utf8)
        if (1...4).contains(where: { period in units.indices.allSatisfy { units[$0] == units[$0 % period] } }) {
            return true
        }
        let rows = ["0123456789012345678901234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm"]
        return rows.contains { $0.contains(text) || String($0.reversed()).contains(text) }
    }

    /// A word of the list with digits and signs around it, or two such words in a row: `Matkhau@123456`.
    private static func isCommon(_ text: String) -> Bool {
        cores(of: text).contains { core in
            commonWords.contains(core)
                || commonWords.contains { core.hasPrefix($0) && commonWords.contains(String(core.dropFirst($0.count))) }
        }
    }

    /// The letters alone, and the letters when `P@ssw0rd` is read as it is meant.
    private static func cores(of text: String) -> [String] {
        let inside = text.drop { !$0.isLetter }.reversed().drop { !$0.isLetter }.reversed()
        let read = inside.map { lookalikes[$0] ?? $0 }.filter(\.isLetter)
        return [text.filter(\.isLetter), String(read)]
    }

    private static let lookalikes: [Character: Character] = [
        "@": "a", "0": "o", "1": "i", "3": "e", "$": "s", "5": "s",
    ]

    /// Folded: without tone marks, lower case. The heads of public lists of leaked passwords and the Vietnamese words
    /// that lead them here.
    static let commonWords: Set<String> = [
        "password", "passw", "pass", "qwerty", "qwertyuiop", "asdfghjkl", "zxcvbnm", "letmein", "welcome", "monkey",
        "dragon", "iloveyou", "football", "baseball", "sunshine", "princess", "superman", "batman", "trustno",
        "administrator", "admin", "root", "user", "test", "guest", "changeme", "default", "secret", "master",
        "computer",
        "internet", "facebook", "google", "abc", "abcd", "abcdef", "abcxyz", "hello", "login", "system", "server",
        "matkhau", "matkhaumoi", "anhyeuem", "emyeuanh", "yeuem", "yeuanh", "yeuemnhieu", "nhoemnhieu", "giadinh",
        "hanhphuc", "binhyen", "mayman", "conyeu", "contrai", "congai", "chimuonyeuem", "khongbiet", "khongco",
        "khongnho", "khongbietdau", "toiyeuvietnam", "toiyeuban", "vietnam", "vietnamvodich", "hanoi", "saigon",
        "hochiminh", "bachho", "namdinh", "haiduong", "quangninh", "haiphong", "hungyen", "thaibinh", "ninhbinh",
        "hanam",
        "hoabinh", "phutho", "sothongtin", "sotttt", "thongtin", "truyenthong", "anninhmang", "antoanthongtin",
        "quantri",
        "quantrivien", "canbo", "lanhdao", "truc", "tructichhop", "ungcuusuco", "vncert", "ubnd", "ubndtinh", "coquan",
        "xinchao", "chaoban", "deptrai", "xinhgai", "nguyen", "nguyenvan", "tran", "levan", "doremon", "doraemon",
    ]
}
