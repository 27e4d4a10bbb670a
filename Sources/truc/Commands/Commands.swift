extension Command {
    /// Every command, in the order of the help.
    static let all: [Command] = [
        serve, demo, clusterCreate, clusterInvite, clusterJoin, clusterStatus, personAdd, personPassword,
        organisationList, threatsImport,
        verify,
        help, version,
    ]
}
