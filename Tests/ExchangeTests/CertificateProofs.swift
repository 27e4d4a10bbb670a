import Vocabulary

/// Certificates with what OpenSSL 3.0.19 printed for them by the commands on the page, for one application.
struct CertificateProof: Sendable, CustomStringConvertible {
    let kind: String
    let pem: String
    let proof: String

    var description: String { kind }

    static let application = "01234567-89ab-7def-8123-456789abcdef"

    private static let rsa = CertificateProof(
        kind: "RSA 2048",
        pem: """
            -----BEGIN CERTIFICATE-----
            MIIC/zCCAeegAwIBAgIUPAjiHFMyBWEvxbtv14e6B5PI9OAwDQYJKoZIhvcNAQEL
            BQAwDjEMMAoGA1UEAwwDcnNhMCAXDTI2MTEyOTEzMjE0MFoYDzIxMjYxMTA1MTMy
            MTQwWjAOMQwwCgYDVQQDDANyc2EwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEK
            AoIBAQDkGOXZ5WHJEw9qcWtXldf6HmBO2tZLGdIbQ4PJ5bJJcQk8/xAg5XnSolKl
            mekeSPtYrJVSF6yuh7wDxBHS+ClWiAkVWrCkUnBRX7j6mtZbNsX6KdGZDHU8VoV8
            n/YBWNXRREWlp21vKX+HmpLz+DOIWdGBYauIkvJ/M+Am0xXpfoME8Xc9eCOzf3fg
            da7uhT/A7sJVwu96ygWpMO/4RhXkHtj6ITDPq/VLlJDw0DzXHbXo6HqUvkA5H/Kt
            +vOHo+UzgbKaHUK6p8JVFsLDoIdjgyuoiY48HOYhYnjLMFxINap1/lYYlv0QEf9i
            nCYhk6vYSi0WU88nj0c1WGMmXl2lAgMBAAGjUzBRMB0GA1UdDgQWBBRamgtqxFxT
            vtYw+F1fd1/c7Ae0ozAfBgNVHSMEGDAWgBRamgtqxFxTvtYw+F1fd1/c7Ae0ozAP
            BgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4IBAQAJUQMR3U4XyeQa4+4W
            LXDJVgG8peVrQkr5Vmm4+p6esHgd94YbXyK0aJFuJT7hrdavvCZhhBypYEet87ls
            AtF0Ng7Fy/DSQyAadgdn5ghycT2Rzr7F9BqH3oazhj9Xti0POoj6LnzsSwWiNNs1
            7tr7nLjtJbSVNW2mHAPXLIQFKaezjUOopKgb/HoOmReCw/Hjq5XqiZVbREdMOZA0
            t5igQ1Fa8IdD0PMMMIgmpih7HAECMJHEbKvVzWGfBwV2XBk4tlycOi5689V4Thgt
            MshRBAcOa2qsCiMlm1M1o0vmO89wLlFJuzGoDy0Tuf6tf5QbzdCIlxIYQ0gqwb5z
            +6qs
            -----END CERTIFICATE-----
            """,
        proof: """
            nKG2YcQWZNB2dwvOlziPWMa2_y8FLVQjPOGxnsXo_rRr4EBsoV0hF3zStF-QPxqBUmScFIYLe9tNqu-w_RmDLNMf2P\
            ah-lMCXsBecNhMnRe2Ngy4p4D1XCTvdLI1LTs6M8UZDK6iGGifUc8SzLCOpttrewit_HvxK-cYGuGg8SSnM0nOF1HD\
            bfmT7nocyVIQZ9BJxJ5mha8TmZ0zd5nU_ekM0FInC0Fsz3nKBsEUWjl8u7ketlf5VDCcw08aV6G8dvZaPCyeRezJ7D\
            zTLBiRlXJOpQS_sFVNlWI5-e9gDKf_3pzBk_UQQ9rjOIEtKF4ptH2gc_21HNFSfo6QmQ9tPQ
            """)

    private static let p256 = CertificateProof(
        kind: "P-256",
        pem: """
            -----BEGIN CERTIFICATE-----
            MIIBdTCCARugAwIBAgIUBX4AO1ntlSPtAD5DsXdfww4iE5kwCgYIKoZIzj0EAwIw
            DzENMAsGA1UEAwwEcDI1NjAgFw0yNjExMjkxMzIxNDBaGA8yMTI2MTEwNTEzMjE0
            MFowDzENMAsGA1UEAwwEcDI1NjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBYg
            xbn9tqfcS7VU+ZDh5StsqqFW8Eg1+YU01VYoAtXRVFqYRonSOkfa+fmngTKgRS+V
            b2o5a2MbLtOYZo+N1UKjUzBRMB0GA1UdDgQWBBQv+EOuAGb5qQ+d0rkpnjg6jW7/
            yjAfBgNVHSMEGDAWgBQv+EOuAGb5qQ+d0rkpnjg6jW7/yjAPBgNVHRMBAf8EBTAD
            AQH/MAoGCCqGSM49BAMCA0gAMEUCICJn0sHtUosB/HWhAx5lV/E9MuewBfrdDyc+
            7Me95AK/AiEAq/45eUnGbXR4hnx+Mx15RQT8c4lxMNLL8p4gq8oIo18=
            -----END CERTIFICATE-----
            """,
        proof: """
            MEUCIQDIc0nrYC1AXGmDQ2IZawt8TOPSA3JbfL0DxteU28YbwgIgPwOlxwMkgDzJbzd7IJ7d9yjpAH6WNj8FSHsZaK\
            0s5is
            """)

    private static let p384 = CertificateProof(
        kind: "P-384",
        pem: """
            -----BEGIN CERTIFICATE-----
            MIIBsjCCATigAwIBAgIUUg5R1Myu0DXIqRLY0TjF26rL8mAwCgYIKoZIzj0EAwIw
            DzENMAsGA1UEAwwEcDM4NDAgFw0yNjExMjkxMzIxNDBaGA8yMTI2MTEwNTEzMjE0
            MFowDzENMAsGA1UEAwwEcDM4NDB2MBAGByqGSM49AgEGBSuBBAAiA2IABHWkDbvf
            jaBHJQyDcpR3q3xEnjuvqARRHguZoSPezGw9zycusaPO6fP79EtTsMy3/wOG1kLV
            iWdPZ0/fb0ie+zapLOs7nt2Z0TB9A1ZIfBKjY2LwdzCCTOq48p1NKBc7CqNTMFEw
            HQYDVR0OBBYEFF0ThvZ4O1lNna6OJwx8G0H37IVRMB8GA1UdIwQYMBaAFF0ThvZ4
            O1lNna6OJwx8G0H37IVRMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDaAAw
            ZQIwdwOhpSZTdvNk+bvWrUZvDr5eKpHsRLsdj6BxarxbGK0pCgj4iBaoMVgy5OxI
            k6fUAjEA1F4Rl8MHhBuGJ7MnHGH2FQ2IPW4zXJHeYFB7ygHUeY/arQDCiL2E0KhG
            FO7OR+cV
            -----END CERTIFICATE-----
            """,
        proof: """
            MGUCMC79Vjjs5jzQjySyde2P3fBAi3_mbMt1W_w2OVi4PWUfYjJ5HJ48lQgueBOLtRn-NQIxAOAiEAKSTPCnlmxeyU\
            T9QFXzZodvG_MTUkSAwDN40AnLOCbBTXvuBMuk7ziTltUFxg
            """)

    private static let p521 = CertificateProof(
        kind: "P-521",
        pem: """
            -----BEGIN CERTIFICATE-----
            MIIB/TCCAV6gAwIBAgIUWNgr2o14lTRGEOt0yB2WxLeAf/swCgYIKoZIzj0EAwIw
            DzENMAsGA1UEAwwEcDUyMTAgFw0yNjExMjkxMzIxNDBaGA8yMTI2MTEwNTEzMjE0
            MFowDzENMAsGA1UEAwwEcDUyMTCBmzAQBgcqhkjOPQIBBgUrgQQAIwOBhgAEAElC
            4Rlw6s2oI7i8wLWhGBrB59Zb4tJz7/u+4qyaF/tb1mqdafsBHHRjdpO1r4uekFGy
            cV1Eu3di0AkNmEcs87fJAHmjxRYu7Kf+aDT0h3Rzrf0utr59XD3KHS2igXGUD/3z
            AHMcq8zymqoy6rc7jmFfksR8JmkSaGSjpwhq0cwtt0hSo1MwUTAdBgNVHQ4EFgQU
            4vWDrTFzML1rG+jgNedkbnCekk4wHwYDVR0jBBgwFoAU4vWDrTFzML1rG+jgNedk
            bnCekk4wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgOBjAAwgYgCQgDGgqSx
            3IpuqfjJ/mx/K9WFIGikiGIBGT55k+utCTulR8mkMDHuOQSAi89A3H95oGfNgWpe
            GdreDJst3Tg/XtYtaQJCAfjUrF8yqtfUD3pajVzeqNONbWGhh11fqrD+Kj2oEPjn
            ZQrVw9QjihsWxee1Fzg9oY6tVnuvOQ/yOK/sHvZ0fsdl
            -----END CERTIFICATE-----
            """,
        proof: """
            MIGIAkIBT_zBbWxmpeSNjOZTPaE-bnIsgxBOTzP_v61NO00HHjzxXirH9kJdQ9i0jgZOuOmB1XsVwqH2ZwXBCAYybm\
            N6PMgCQgEcLnzgysOT3zR8K-b5bpIsRo_70V4nLaP7FjKbMDn-cd-HEfcGqUwehmia6EGhxi2IB0WLE1tHVbazON_t\
            psS21A
            """)

    private static let ed25519 = CertificateProof(
        kind: "Ed25519",
        pem: """
            -----BEGIN CERTIFICATE-----
            MIIBMDCB46ADAgECAhQVdBV7/xmTvZjYP00CramLenmxiTAFBgMrZXAwDTELMAkG
            A1UEAwwCZWQwIBcNMjYxMTI5MTMyMTQwWhgPMjEyNjExMDUxMzIxNDBaMA0xCzAJ
            BgNVBAMMAmVkMCowBQYDK2VwAyEAzsU8yJ9F0JXQDix7ZGDyFu67vWRqkx0+lcfS
            VdYUccCjUzBRMB0GA1UdDgQWBBTdeiN+hghrmrBMsrHZTD4zMDeyuTAfBgNVHSME
            GDAWgBTdeiN+hghrmrBMsrHZTD4zMDeyuTAPBgNVHRMBAf8EBTADAQH/MAUGAytl
            cANBAPrrBDF7+9+Vx7UDQM4mByooz5T8MEp9Z+ugVfawweW3ug5si5y+3TcKbmQO
            yMK9a86Rf0S7g8qJGuXAQdoJtA8=
            -----END CERTIFICATE-----
            """,
        proof: """
            tzILhsKWtNYCSEGuEuCzBOZ8ZvO9I7QHhS7GMgFsgj16WCdQsYuXe2ioEwImLdN5E-3xWy395BHUpZes3gsMDw
            """)

    static let all = [rsa, p256, p384, p521, ed25519]

    /// RSA of 1024 bits: others may sign with it.
    static let weak = CertificateProof(
        kind: "RSA 1024",
        pem: """
            -----BEGIN CERTIFICATE-----
            MIIB/DCCAWWgAwIBAgIUReIuCLuJ13FEwPPQPohynzlbwF8wDQYJKoZIhvcNAQEL
            BQAwDzENMAsGA1UEAwwEd2VhazAgFw0yNjExMjkxMzIxNDBaGA8yMTI2MTEwNTEz
            MjE0MFowDzENMAsGA1UEAwwEd2VhazCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkC
            gYEAv37gpKJpZVmaAOjbWZY/f4XKXJA3gkXOfj3ka0ElPw4PT3s58612oyPVAcqc
            YhpKgVaTfaxz8gdBtP6JdNVNIWubQiR/JMasp5rUrKYF7l/u4ugyZADeovvPQm98
            BXl8xP4KlxVJfNSpD9j06YuOy/n+dW/y9Gvq/3yie9qg8kcCAwEAAaNTMFEwHQYD
            VR0OBBYEFDHtQEW5UGPqocTcNyXfDuF1MVQjMB8GA1UdIwQYMBaAFDHtQEW5UGPq
            ocTcNyXfDuF1MVQjMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADgYEA
            BWHu6LSBY1QgITLAqJn+0liUtfiVRy+9n3c3UyqsQWNVAtTyG6ZlynXgGhJI9I5d
            cuqte/vWNSmZrpgSZg8e895eBVE11EI8p75R/bR8mSSbiRIOW7Q2jv/5cPdv+ZCJ
            Kcl6aU+PaVMAFWAQ6OIVWdUhCqsQchDqgo2oHKU2c4c=
            -----END CERTIFICATE-----
            """,
        proof: """
            nx7n3IQh0fpFBO_qlfG62tTs-YI6qiHNm1BHKo_6N81ecIiOtyNqX-_mdJoOmDwYlKbLqKFYl8lH8yT0XUNO7oAM7g\
            BSsYIdclNy-N2L8tIiByEXBVNBYiUR9H8tA78CqmTg6JT9effLunr6RDee6PUKO27E8gDMzpvtZEEvrJ4
            """)
}
