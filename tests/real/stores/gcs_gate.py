#!/usr/bin/env python3
"""Google's sign-in in front of fake-gcs-server, which checks nothing itself: TLS for *.googleapis.com on 127.0.0.1. A
token is given for a JWT signed by the service account's key; every other request needs such a token, such a JWT, or a
URL signed by that key, and then goes on to fake-gcs-server. It keeps nothing.

usage: gcs_gate.py PORT FAKE_GCS_PORT CERTIFICATE KEY SERVICE_ACCOUNT_JSON
"""
import base64
import hashlib
import http.client
import json
import secrets
import ssl
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")  # of SHA-256, in DER
HOP_BY_HOP = {"transfer-encoding", "content-length", "connection", "authorization"}


class Account:
    """A service account: what its key signed, and the tokens given for that."""

    def __init__(self, file):
        with open(file) as text:
            content = json.load(text)
        self.email = content["client_email"]
        modulus = subprocess.run(["openssl", "rsa", "-noout", "-modulus"], input=content["private_key"].encode(),
                                 capture_output=True, check=True).stdout
        self.modulus = int(modulus.split(b"=")[1], 16)
        self.tokens = set()

    def signed(self, message, signature):
        """RSASSA-PKCS1-v1_5 with SHA-256 and e = 65537."""
        size = (self.modulus.bit_length() + 7) // 8
        tail = DIGEST_INFO + hashlib.sha256(message).digest()
        wanted = b"\0\1" + b"\xff" * (size - 3 - len(tail)) + b"\0" + tail
        return pow(int.from_bytes(signature, "big"), 65537, self.modulus).to_bytes(size, "big") == wanted

    def vouches(self, jwt):
        try:
            head, body, signature = (part.encode() for part in jwt.split("."))
            claims = json.loads(decoded(body))
            return (self.signed(head + b"." + body, decoded(signature)) and claims["iss"] == self.email
                    and claims["exp"] > time.time())
        except (ValueError, KeyError):
            return False


def decoded(text):
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


class Gate(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    account = None
    store = 0
    uploads = set()

    def answer(self, status, body, headers=(("Content-Type", "application/json"),)):
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        if not any(name.lower() == "content-length" for name, _ in headers):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        data = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return data

    def allowed(self):
        given = self.headers.get("Authorization", "")
        if given.startswith("Bearer "):
            return given[7:] in self.account.tokens or self.account.vouches(given[7:])
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        # The address of a resumable upload needs no token beside it: Google says that it is one itself.
        if query.get("upload_id") in self.uploads:
            return True
        if query.get("GoogleAccessId") != self.account.email or int(query.get("Expires", 0)) < time.time():
            return False
        text = f"{self.command}\n\n\n{query['Expires']}\n{url.path}"
        return self.account.signed(text.encode(), base64.b64decode(query.get("Signature", "")))

    def token(self, body):
        if not self.account.vouches(parse_qs(body.decode()).get("assertion", [""])[0]):
            print("token refused", flush=True)
            return self.answer(400, b'{"error": "invalid_grant", "error_description": "Invalid JWT Signature."}')
        token = secrets.token_hex(16)
        self.account.tokens.add(token)
        return self.answer(200, json.dumps({"access_token": token, "token_type": "Bearer", "expires_in": 3600}).encode())

    def any(self):
        body = self.body()
        if urlsplit(self.path).path == "/token":
            return self.token(body)
        if not self.allowed():
            print("refused", self.command, self.path, flush=True)
            return self.answer(401, b'{"error": {"code": 401, "message": "Invalid Credentials"}}')
        onward = http.client.HTTPConnection("127.0.0.1", self.store)
        onward.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in HOP_BY_HOP:
                onward.putheader(name, value)
        onward.putheader("Content-Length", str(len(body)))
        onward.endheaders(body)
        response = onward.getresponse()
        data = response.read()
        onward.close()
        headers = [(name, value.replace("http://", "https://", 1) if name.lower() == "location" else value)
                   for name, value in response.getheaders() if name.lower() not in {"transfer-encoding", "connection"}]
        for location in (value for name, value in headers if name.lower() == "location"):
            self.uploads.update(parse_qs(urlsplit(location).query).get("upload_id", []))
        return self.answer(response.status, data, headers)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_PATCH = any

    def log_message(self, *args):
        pass


def main(port, store, certificate, key, account):
    Gate.account, Gate.store = Account(account), int(store)
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Gate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
