import Identity

extension Configuration {
    static func review(_ values: SettingValues) throws(UsageError) -> ReviewSettings {
        var review = ReviewSettings()
        review.everyDays = try values.integer(.reviewDays, in: 7...3660)
        review.dueDays = try values.integer(.reviewDueDays, in: 1...365)
        guard ["keep", "end"].contains(values.text(.reviewUndecided)) else {
            throw values.wrong(.reviewUndecided, "keep or end")
        }
        review.endsUndecided = values.text(.reviewUndecided) == "end"
        return review
    }
}
