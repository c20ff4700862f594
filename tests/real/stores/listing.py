#!/usr/bin/env python3
"""Lists the objects of a test's store on 127.0.0.1, one name a line, with signatures of its own. It changes nothing.

usage: listing.py azure PORT ACCOUNT KEY CONTAINER | oss PORT KEY_ID SECRET BUCKET | gcs PORT BUCKET
"""
import base64
import email.utils
import hashlib
import hmac
import json
import re
import ssl
import sys
import urllib.request

DATE = email.utils.formatdate(usegmt=True)


def fetched(url, headers):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    request = urllib.request.Request(url, headers=headers)
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)).open(request).read().decode()


def azure(port, account, key, container):
    path = f"/{account}/{container}"
    text = "GET" + "\n" * 12 + f"x-ms-date:{DATE}\nx-ms-version:2021-08-06\n/{account}{path}\ncomp:list\nrestype:container"
    signature = base64.b64encode(hmac.new(base64.b64decode(key), text.encode(), hashlib.sha256).digest()).decode()
    xml = fetched(f"https://127.0.0.1:{port}{path}?restype=container&comp=list", {
        "x-ms-date": DATE, "x-ms-version": "2021-08-06", "Authorization": f"SharedKey {account}:{signature}"})
    return re.findall(r"<Name>(.*?)</Name>", xml)


def oss(port, key_id, secret, bucket):
    text = f"GET\n\n\n{DATE}\n/{bucket}/"
    signature = base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()
    xml = fetched(f"https://127.0.0.1:{port}/", {"Date": DATE, "Authorization": f"OSS {key_id}:{signature}"})
    return re.findall(r"<Key>(.*?)</Key>", xml)


def gcs(port, bucket):
    listed = json.loads(fetched(f"http://127.0.0.1:{port}/storage/v1/b/{bucket}/o", {}))
    return [item["name"] for item in listed.get("items", [])]


if __name__ == "__main__":
    kinds = {"azure": azure, "oss": oss, "gcs": gcs}
    print("\n".join(kinds[sys.argv[1]](*sys.argv[2:])))
