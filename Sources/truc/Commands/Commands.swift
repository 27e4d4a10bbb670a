extension Command {
    /// Every command, in the order of the help.
    static let all: [Command] = [
        serve, demo, demoCode, clusterCreate, clusterInvite, clusterJoin, clusterStatus, personAdd, personPassword,
        organisationList, serviceAccountAdd, serviceAccountList, serviceAccountRotate,
        serviceAccountEnd, clientCreate, clientList, clientRotate,
        clientRevoke, serviceRegister, serviceVersion, serviceDocument, serviceInstance, serviceEdit, serviceClose,
        serviceList,
        applicationAdd, applicationKey, applicationCredential, applicationEnd, applicationList,
        grantIssue, grantRequest, grantApprove, grantRefuse, grantSuspend, grantResume, grantRevoke, grantList,
        grantShow, grantCheck, guestAdd, guestList, guestEnd, reviewList, reviewShow, reviewOpen, reviewDecide,
        eventRegister, eventList, eventQueues, eventReplay, eventDead, eventAgain, eventPause, eventResume,
        eventAllow,
        explain, policyList, policyShow, policyDiff, policyCheck, policyPropose, threatsImport, mailTry, mailBounce,
        call, exampleService,
        verify,
        help, version,
    ]
}
