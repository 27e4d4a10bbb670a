extension Command {
    /// Every command, in the order of the help.
    static let all: [Command] = [
        serve, demo, demoCode, clusterCreate, clusterInvite, clusterJoin, clusterStatus, personAdd, personPassword,
        organisationList, serviceAccountAdd, serviceAccountList, serviceAccountRotate,
        serviceAccountEnd, clientCreate, clientList, clientRotate, clientCertificate,
        clientRevoke, clientRekey, serviceRegister, serviceVersion, serviceDocument, serviceInstance, serviceEdit,
        serviceLimits, serviceInstances, serviceMove, serviceRemove,
        serviceClose, serviceKeep,
        serviceList,
        applicationAdd, applicationContact, applicationKey, applicationCredential, applicationProof,
        applicationCredentials,
        applicationRevoke, applicationUnproven, applicationRequireProofs, applicationEnd, applicationList,
        grantIssue, grantRequest, grantApprove, grantRefuse, grantWithdraw, grantSuspend, grantResume, grantRevoke,
        grantList,
        grantShow, grantCheck, guestAdd, guestList, guestEnd, deputyAdd, deputyList,
        deputyEnd, reviewList, reviewShow, reviewOpen, reviewDecide,
        eventRegister, eventList, eventQueues, eventReplay, eventDead, eventAgain, eventPause, eventResume,
        eventEnd, eventAllow,
        explain, policyList, policyShow, policyDiff, policyCheck, policyPropose, threatsImport, mailTry, mailBounce,
        call, exampleService,
        verify,
        help, version,
    ]
}
