import Vocabulary

/// `multipart/form-data`, RFC 7578.
enum Multipart {
    static func parse(_ request: Request, limits: FormLimits) throws -> Fields {
        throw Problem.unreadableForm
    }
}
