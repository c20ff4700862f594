#!/usr/bin/python3
"""A whole OpenStack Swift in one process on 127.0.0.1, for a test: proxy, account, container and object server, one
replica on one device, tempauth. It needs no root, no memcached and no /etc/swift; its folder needs user xattrs.

usage: swift_store.py FOLDER PORT ACCOUNT USER PASSWORD KEY
The user logs in as ACCOUNT:USER at /auth/v1.0; KEY signs the account's temporary URLs.
"""
import os
import sys
import time
import urllib.request

import eventlet
import eventlet.wsgi

eventlet.monkey_patch()
from swift.common import utils, wsgi  # noqa: E402 (after the patch, as Swift's own servers do it)
from swift.common.ring import RingBuilder  # noqa: E402

KINDS = ("account", "container", "object")
FILTERS = ["catch_errors", "gatekeeper", "healthcheck", "cache", "bulk", "tempurl", "tempauth", "copy", "slo", "dlo"]


class Cache:
    """What the pipeline needs of a memcache client."""

    def __init__(self):
        self.entries = {}

    def get(self, key, raise_on_error=False):
        value, until = self.entries.get(key, (None, 0))
        return value if not until or until > time.time() else None

    def set(self, key, value, serialize=True, time=0, min_compress_len=0, raise_on_error=False):
        self.entries[key] = (value, time and now() + time)

    def delete(self, key, server_key=None):
        self.entries.pop(key, None)

    def incr(self, key, delta=1, time=0):
        self.set(key, (self.get(key) or 0) + delta, time=time)
        return self.get(key)

    def decr(self, key, delta=1, time=0):
        return self.incr(key, -delta, time)

    def get_multi(self, keys, server_key):
        return [self.get(key) for key in keys]

    def set_multi(self, mapping, server_key, serialize=True, time=0, min_compress_len=0):
        for key, value in mapping.items():
            self.set(key, value, time=time)


now = time.time


def cache_filter(global_conf, **conf):
    cache = Cache()

    def wrap(app):
        def call(env, start):
            env["swift.cache"] = cache
            return app(env, start)
        return call
    return wrap


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def ring(root, kind, port):
    builder = RingBuilder(2, 1, 0)
    builder.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": port, "device": "d1", "weight": 1.0, "meta": ""})
    builder.rebalance()
    builder.get_ring().save(f"{root}/{kind}.ring.gz")


def proxy_conf(common, account, user, password):
    text = common + f"[pipeline:main]\npipeline = {' '.join(FILTERS)} app\n"
    text += "[app:app]\nuse = egg:swift#proxy\nallow_account_management = true\naccount_autocreate = true\n"
    for name in FILTERS:
        text += f"[filter:{name}]\n"
        text += "paste.filter_factory = swift_store:cache_filter\n" if name == "cache" else f"use = egg:swift#{name}\n"
        if name == "tempauth":
            text += f"user_{account}_{user} = {password} .admin\n"
    return text


def set_key(port, account, user, password, key):
    """Logs in and gives the account its key for temporary URLs, as an operator would."""
    login = urllib.request.Request(f"http://127.0.0.1:{port}/auth/v1.0",
                                   headers={"X-Auth-User": f"{account}:{user}", "X-Auth-Key": password})
    answer = urllib.request.urlopen(login)
    update = urllib.request.Request(answer.headers["X-Storage-Url"], method="POST", data=b"", headers={
        "X-Auth-Token": answer.headers["X-Auth-Token"], "X-Account-Meta-Temp-URL-Key": key})
    urllib.request.urlopen(update)


def main(root, port, account, user, password, key):
    os.makedirs(f"{root}/dev/d1", exist_ok=True)
    write(f"{root}/swift.conf", "[swift-hash]\nswift_hash_path_suffix = x\nswift_hash_path_prefix = y\n")
    utils.set_swift_dir(root)
    sockets = {kind: eventlet.listen(("127.0.0.1", 0)) for kind in KINDS}
    common = (f"[DEFAULT]\nswift_dir = {root}\ndevices = {root}/dev\nmount_check = false\nlog_level = WARNING\n"
              "disable_fallocate = true\nworkers = 0\n")
    for kind, socket in sockets.items():
        ring(root, kind, socket.getsockname()[1])
        write(f"{root}/{kind}.conf", common + f"[pipeline:main]\npipeline = app\n[app:app]\nuse = egg:swift#{kind}\n")
    write(f"{root}/proxy.conf", proxy_conf(common, account, user, password))
    sockets["proxy"] = eventlet.listen(("127.0.0.1", port))
    servers = []
    for kind, socket in sockets.items():
        app = wsgi.loadapp(f"{root}/{kind}.conf", global_conf={"log_name": kind})
        servers.append(eventlet.spawn(eventlet.wsgi.server, socket, app, utils.NullLogger(),
                                      protocol=wsgi.SwiftHttpProtocol, capitalize_response_headers=False))
    set_key(port, account, user, password, key)
    for server in servers:
        server.wait()


if __name__ == "__main__":
    sys.modules["swift_store"] = sys.modules["__main__"]  # so that paste finds swift_store:cache_filter
    main(os.path.abspath(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:7])
