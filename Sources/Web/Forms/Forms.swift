import Vocabulary

/// Reads the body of a form, whichever way the browser sent it.
enum Forms {
    static func read(_ request: Request, limits: FormLimits = .standard) throws -> Fields {
        switch request.mediaType {
        case "application/x-www-form-urlencoded": try URLEncoded.parse(request.body, limits: limits)
        case "multipart/form-data": try Multipart.parse(request, limits: limits)
        case "" where request.body.isEmpty: [:]
        default: throw Refusal.unsupportedMediaType()
        }
    }
}
