"""PyPI's idpyoidc as a relying party: discovery, PKCE, code, ID token, user info."""

import os
from urllib.parse import parse_qsl, urlsplit

from idpyoidc.client.rp_handler import RPHandler

from browser import fetch_code

REDIRECT = "http://localhost:1/authz_cb"


def test_sign_in(node, chromium):
    # It keeps keys of its own in the folder in which it runs.
    os.chdir(node.folder)
    app, secret = node.client("Ứng dụng idpyoidc", "--redirect", REDIRECT, "--no-consent")
    handler = RPHandler(
        base_url="http://localhost:1",
        client_configs={
            "node": {
                "issuer": node.origin, "client_id": app, "client_secret": secret, "client_type": "oidc",
                "redirect_uris": [REDIRECT], "response_types_supported": ["code"],
                "scopes_supported": ["openid", "profile", "roles"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "services": {
                    "discovery": {"class": "idpyoidc.client.oidc.provider_info_discovery.ProviderInfoDiscovery"},
                    "authorization": {"class": "idpyoidc.client.oidc.authorization.Authorization"},
                    "accesstoken": {"class": "idpyoidc.client.oidc.access_token.AccessToken"},
                    "userinfo": {"class": "idpyoidc.client.oidc.userinfo.UserInfo"},
                },
                "add_ons": {
                    "pkce": {
                        "function": "idpyoidc.client.oauth2.add_on.pkce.add_support",
                        "kwargs": {"code_challenge_length": 64, "code_challenge_method": "S256"},
                    }
                },
            }
        })
    begun = handler.begin("node")
    address = begun if isinstance(begun, str) else begun["url"]
    answer = dict(parse_qsl(urlsplit(fetch_code(chromium, address, REDIRECT)).query))
    done = handler.finalize(answer.get("iss", node.origin), answer)
    assert "error" not in done, done
    assert done["userinfo"]["preferred_username"] == "canbo.mau", done["userinfo"]
    assert done["userinfo"]["sub"] == done["id_token"]["sub"]
