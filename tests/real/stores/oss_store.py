#!/usr/bin/env python3
"""One Alibaba OSS bucket in memory, on 127.0.0.1 with TLS, for a test: nobody publishes such a server. It verifies the
signature (version 1, in a header or in a signed URL) and knows the requests that the registry's driver makes, no others.

usage: oss_store.py PORT BUCKET KEY_ID SECRET CERTIFICATE KEY
"""
import base64
import hashlib
import hmac
import re
import ssl
import sys
import time
import uuid
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

# Parameters that are a part of what is signed.
SIGNED = {"acl", "append", "delete", "location", "lifecycle", "logging", "partNumber", "position", "security-token",
          "uploadId", "uploads", "tagging", "response-content-type", "response-content-disposition"}


def etag(data):
    return '"' + hashlib.md5(data).hexdigest().upper() + '"'


def iso(moment):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(moment))


def tag(name, value):
    return f"<{name}>{escape(str(value))}</{name}>"


class Bucket(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    objects = {}  # key -> (bytes, time)
    uploads = {}  # upload id -> (key, {part number: bytes})
    name = key_id = secret = ""

    def answer(self, status, body=b"", **headers):
        if isinstance(body, str):
            body = b'<?xml version="1.0" encoding="UTF-8"?>' + body.encode()
            headers["Content_Type"] = "application/xml"
        self.send_response(status)
        headers.setdefault("Content_Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def fail(self, status, code):
        self.answer(status, f"<Error>{tag('Code', code)}{tag('Message', code)}</Error>")

    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        data = b""
        while size := int(self.rfile.readline(), 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return data

    def signature(self, key, query, date):
        own = sorted({name.lower() for name in self.headers.keys() if name.lower().startswith("x-oss-")})
        headers = "".join(f"{name}:{self.headers[name].strip()}\n" for name in own)
        sub = "&".join(f"{k}={v}" if v else k for k, v in sorted(query.items()) if k in SIGNED)
        text = "\n".join([self.command, self.headers.get("Content-MD5", ""), self.headers.get("Content-Type", ""), date, ""])
        text += headers + f"/{self.name}/{key}" + ("?" + sub if sub else "")
        return base64.b64encode(hmac.new(self.secret.encode(), text.encode(), hashlib.sha1).digest()).decode()

    def trouble(self, key, query):
        """Why a request is refused; None where it is not."""
        if "OSSAccessKeyId" in query:
            who, given, date = query["OSSAccessKeyId"], query.get("Signature", ""), query.get("Expires", "0")
        else:
            found = re.fullmatch(r"OSS ([^:]+):(\S+)", self.headers.get("Authorization", ""))
            if not found:
                return "AccessDenied"
            who, given, date = found[1], found[2], self.headers.get("Date", "")
        if who != self.key_id:
            return "InvalidAccessKeyId"
        if not hmac.compare_digest(given, self.signature(key, query, date)):
            return "SignatureDoesNotMatch"
        if "OSSAccessKeyId" in query and int(date) < time.time():
            return "AccessDenied"
        return None

    def any(self):
        url = urlsplit(self.path)
        key, query = unquote(url.path).lstrip("/"), dict(parse_qsl(url.query, keep_blank_values=True))
        body = self.body()
        if trouble := self.trouble(key, query):
            return self.fail(403, trouble)
        source = unquote(self.headers.get("x-oss-copy-source", "")).lstrip("/")
        if source:
            body = self.copied(source)
            if body is None:
                return self.fail(404, "NoSuchKey")
        if "uploadId" in query or "uploads" in query:
            return self.multipart(key, query, body, bool(source))
        if not key:
            return self.whole(query, body)
        if self.command == "PUT":
            self.objects[key] = (body, time.time())
            result = tag("ETag", etag(body)) + tag("LastModified", iso(time.time()))
            return self.answer(200, f"<CopyObjectResult>{result}</CopyObjectResult>" if source else b"", ETag=etag(body))
        if self.command == "DELETE":
            self.objects.pop(key, None)
            return self.answer(204)
        return self.get(key)

    def copied(self, source):
        bucket, _, key = source.partition("/")
        if bucket != self.name or key not in self.objects:
            return None
        data = self.objects[key][0]
        part = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("x-oss-copy-source-range", ""))
        return data[int(part[1]):int(part[2]) + 1] if part else data

    def multipart(self, key, query, body, is_copy):
        if "uploads" in query and self.command == "POST":
            upload = uuid.uuid4().hex.upper()
            self.uploads[upload] = (key, {})
            result = tag("Bucket", self.name) + tag("Key", key) + tag("UploadId", upload)
            return self.answer(200, f"<InitiateMultipartUploadResult>{result}</InitiateMultipartUploadResult>")
        if "uploads" in query:
            mine = [(k, u) for u, (k, _) in self.uploads.items() if k.startswith(query.get("prefix", ""))]
            result = "".join(f"<Upload>{tag('Key', k)}{tag('UploadId', u)}</Upload>" for k, u in mine)
            return self.answer(200, f"<ListMultipartUploadsResult>{result}{tag('IsTruncated', 'false')}</ListMultipartUploadsResult>")
        if query["uploadId"] not in self.uploads:
            return self.fail(404, "NoSuchUpload")
        parts = self.uploads[query["uploadId"]][1]
        if self.command == "PUT":
            parts[int(query["partNumber"])] = body
            result = tag("ETag", etag(body)) + tag("LastModified", iso(time.time()))
            return self.answer(200, f"<CopyPartResult>{result}</CopyPartResult>" if is_copy else b"", ETag=etag(body))
        if self.command == "GET":
            result = "".join(f"<Part>{tag('PartNumber', n)}{tag('ETag', etag(b))}{tag('Size', len(b))}</Part>"
                             for n, b in sorted(parts.items()))
            return self.answer(200, f"<ListPartsResult>{result}{tag('IsTruncated', 'false')}</ListPartsResult>")
        del self.uploads[query["uploadId"]]
        if self.command == "DELETE":
            return self.answer(204)
        order = re.findall(r"<PartNumber>(\d+)</PartNumber>", body.decode())
        self.objects[key] = (b"".join(parts[int(n)] for n in order), time.time())
        return self.answer(200, f"<CompleteMultipartUploadResult>{tag('ETag', etag(b''))}</CompleteMultipartUploadResult>")

    def whole(self, query, body):
        """A request to the bucket itself."""
        if self.command == "POST" and "delete" in query:
            for key in re.findall(r"<Key>(.*?)</Key>", body.decode()):
                self.objects.pop(key.replace("&amp;", "&"), None)
            return self.answer(200, "<DeleteResult/>")
        prefix, delimiter, most = query.get("prefix", ""), query.get("delimiter", ""), int(query.get("max-keys") or 100)
        names = {}
        for key in sorted(key for key in self.objects if key.startswith(prefix)):
            cut = key.find(delimiter, len(prefix)) if delimiter else -1
            name = key[:cut + len(delimiter)] if cut >= 0 else key
            if name > query.get("marker", ""):
                names[name] = cut >= 0
        page, more = list(names)[:most], len(names) > most
        result = tag("Name", self.name) + tag("IsTruncated", str(more).lower())
        result += tag("NextMarker", page[-1]) if more else ""
        return self.answer(200, f"<ListBucketResult>{result}{''.join(self.entry(k, names[k]) for k in page)}</ListBucketResult>")

    def entry(self, key, is_prefix):
        if is_prefix:
            return "<CommonPrefixes>" + tag("Prefix", key) + "</CommonPrefixes>"
        data, when = self.objects[key]
        return "<Contents>" + tag("Key", key) + tag("Size", len(data)) + tag("LastModified", iso(when)) + tag("ETag", etag(data)) + "</Contents>"

    def get(self, key):
        if key not in self.objects:
            return self.fail(404, "NoSuchKey")
        data, when = self.objects[key]
        headers = {"ETag": etag(data), "Last_Modified": formatdate(when, usegmt=True), "Content_Type": "application/octet-stream"}
        if self.command == "HEAD":
            return self.answer(200, Content_Length=str(len(data)), **headers)
        part = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not part or int(part[1]) >= len(data):
            return self.answer(200, data, **headers)
        first, last = int(part[1]), min(int(part[2] or len(data)), len(data) - 1)
        return self.answer(206, data[first:last + 1], Content_Range=f"bytes {first}-{last}/{len(data)}", **headers)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = any


def main(port, bucket, key_id, secret, certificate, key):
    Bucket.name, Bucket.key_id, Bucket.secret = bucket, key_id, secret
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Bucket)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
