extension Command {
    /// Every command, in the order of the help.
    static let all: [Command] = [
        serve, clusterCreate, clusterInvite, clusterJoin, clusterStatus, personAdd, personPassword, organisationList,
        help, version,
    ]
}
