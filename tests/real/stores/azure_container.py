#!/usr/bin/env python3
"""Creates a container in Azurite, signed with the account's key: distribution 3.0.0, unlike 2.8, wants one that exists.

usage: azure_container.py BASE_URL ACCOUNT KEY CONTAINER   (BASE_URL such as https://127.0.0.1:10443/ACCOUNT)
"""
import base64
import email.utils
import hashlib
import hmac
import ssl
import sys
import urllib.parse
import urllib.request

VERSION = "2021-08-06"


def main(base, account, key, container):
    date = email.utils.formatdate(usegmt=True)
    path = urllib.parse.urlsplit(base).path + "/" + container
    text = "PUT" + "\n" * 12 + f"x-ms-date:{date}\nx-ms-version:{VERSION}\n/{account}{path}\nrestype:container"
    digest = hmac.new(base64.b64decode(key), text.encode(), hashlib.sha256).digest()
    signature = base64.b64encode(digest).decode()
    request = urllib.request.Request(f"{base}/{container}?restype=container", method="PUT", headers={
        "x-ms-date": date, "x-ms-version": VERSION, "Authorization": f"SharedKey {account}:{signature}",
        "Content-Length": "0"})
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    urllib.request.urlopen(request, context=context)


if __name__ == "__main__":
    main(*sys.argv[1:])
