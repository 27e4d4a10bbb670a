import StrictJSON

extension Site {
    func hangOpenAPI() {}
}
