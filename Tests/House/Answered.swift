package import Testing
package import Web

/// What a visitor got.
package struct Answered: Sendable {
    package let response: Response

    package init(response: Response) { self.response = response }

    package var status: Int { response.status }
    package var text: String { response.text }
    package var location: String? { response.headers["location"] }
    package var isPage: Bool { (response.headers["content-type"] ?? "").hasPrefix("text/html") }

    /// Says what must be there and what must not.
    @discardableResult
    package func expect(
        _ status: Int, shows: String..., hides: [String] = [], at location: SourceLocation = #_sourceLocation
    ) -> Answered {
        #expect(response.status == status, "\(text.prefix(400))", sourceLocation: location)
        for words in shows {
            #expect(text.contains(words), "should show \(words)", sourceLocation: location)
        }
        for words in hides {
            #expect(!text.contains(words), "should hide \(words)", sourceLocation: location)
        }
        return self
    }

    /// 303 (or another redirect) to this place.
    @discardableResult
    package func expect(redirectTo place: String, at location: SourceLocation = #_sourceLocation) -> Answered {
        #expect((300..<400).contains(response.status), "\(text.prefix(400))", sourceLocation: location)
        #expect(self.location == place, sourceLocation: location)
        return self
    }
}
