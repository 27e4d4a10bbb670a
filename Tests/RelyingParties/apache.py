"""Debian's Apache with mod_auth_openidc (signs people in) and mod_oauth2 (asks about tokens), on a free loopback port."""

import os
import shutil

from node import free_port, start, stop, wait_for

CONFIGURATION = """
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/apache.pid
ErrorLog {folder}/error.log
DefaultRuntimeDir {folder}
{user}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authz_user_module {modules}/mod_authz_user.so
LoadModule dir_module {modules}/mod_dir.so
LoadModule headers_module {modules}/mod_headers.so
LoadModule mime_module {modules}/mod_mime.so
LoadModule auth_openidc_module {modules}/mod_auth_openidc.so
LoadModule oauth2_module {modules}/mod_oauth2.so
TypesConfig /etc/mime.types
DocumentRoot {folder}/pages
DirectoryIndex index.html
<Directory {folder}/pages>
    Require all granted
</Directory>
OIDCProviderMetadataURL {origin}/.well-known/openid-configuration
OIDCClientID {app}
OIDCClientSecret {app_secret}
OIDCRedirectURI http://localhost:{port}/inside/redirect_uri
OIDCCryptoPassphrase an-example-passphrase-for-tests
OIDCPKCEMethod S256
OIDCScope "openid profile organisation roles"
OIDCRemoteUserClaim preferred_username
OIDCCacheType shm
<Location /inside>
    AuthType openid-connect
    Require valid-user
    Header always set X-User "expr=%{{REMOTE_USER}}"
    Header always set X-Roles "expr=%{{req:OIDC_CLAIM_roles}}"
</Location>
OAuth2TokenVerify introspect {origin}/identity/oauth/introspect \
introspect.auth=client_secret_basic&client_id={service}&client_secret={service_secret}&introspect.ssl_verify=false
<Location /records>
    AuthType oauth2
    Require valid-user
</Location>
"""


class Apache:
    def __init__(self, node):
        self.node = node

    def __enter__(self):
        self.port = free_port()
        self.origin = f"http://localhost:{self.port}"
        self.folder = self.node.folder / "apache"
        for name, words in [("inside", "Bên trong"), ("records", "Hồ sơ"), ("bye", "Tạm biệt")]:
            (self.folder / "pages" / name).mkdir(parents=True)
            (self.folder / "pages" / name / "index.html").write_text(
                f'<!doctype html><meta charset="utf-8"><h1>{words}</h1>', encoding="utf-8")
        app, app_secret = self.node.client(
            "Apache", "--redirect", self.origin + "/inside/redirect_uri", "--no-consent",
            "--sign-out-redirect", self.origin + "/bye/",
            "--logout-uri", self.origin + "/inside/redirect_uri?logout=backchannel")
        self.service, service_secret = self.node.client("Hồ sơ mẫu", "--acts-alone", "--scope", "none")
        is_root = os.geteuid() == 0
        if is_root:
            # Its workers are www-data and must reach their pages.
            os.chmod(self.node.folder, 0o711)
        (self.folder / "apache.conf").write_text(CONFIGURATION.format(
            port=self.port, folder=self.folder, origin=self.node.origin, app=app, app_secret=app_secret,
            service=self.service, service_secret=service_secret, modules="/usr/lib/apache2/modules",
            user="User www-data\nGroup www-data" if is_root else ""))
        program = shutil.which("apache2") or "/usr/sbin/apache2"
        self.process = start(
            [program, "-d", str(self.folder), "-f", "apache.conf", "-D", "FOREGROUND"], self.folder / "apache.log")
        wait_for(self.origin + "/bye/", self.process)
        return self

    def __exit__(self, *_):
        stop(self.process)

    def log(self):
        return "".join((self.folder / name).read_text(errors="replace")[-3000:]
                       for name in ("apache.log", "error.log") if (self.folder / name).exists())
