#!/usr/bin/env python3
"""Prints the facts that the tests of the proof left (one JSON object a line, a file a table) as tables in Markdown. It
judges nothing: a fact is there because its test passed.

usage: table.py FOLDER
"""
import json
import os
import sys

# What this machine room cannot show, and why; anything else that is missing is a fault of the run.
NOT_SHOWN = [
    {"backend": "gcs", "registry": "2.8.3", "why": "its driver needs the module google.golang.org/cloud, which is no longer to be had"},
    {"backend": "swift", "registry": "3.0.0", "why": "it has no such driver"},
    {"backend": "oss", "registry": "3.0.0", "why": "it has no such driver"},
]
ORDER = ["persistentVolume", "s3", "azure", "gcs", "swift", "oss"]


def facts(folder, table):
    path = os.path.join(folder, f"{table}.jsonl")
    if not os.path.exists(path):
        return []
    with open(path) as lines:
        return sorted((json.loads(line) for line in lines), key=rank)


def rank(fact):
    backend = fact.get("backend")
    return (ORDER.index(backend) if backend in ORDER else -1, fact.get("registry", ""), fact.get("helm", ""),
            fact.get("credentials from", ""), fact.get("setting", ""), fact.get("fault", ""), fact.get("target", ""))


def table(title, rows):
    if not rows:
        return
    columns = list(rows[0])
    print(f"\n### {title}\n")
    print("| " + " | ".join(columns) + " |")
    print("|" + " --- |" * len(columns))
    for row in rows:
        print("| " + " | ".join(row.get(column, "") for column in columns) + " |")


def missing(rows):
    """What a chain in the table has no row for, of six backends, two registries and two Helms."""
    there = {(row["backend"], row["registry"], row["helm"]) for row in rows}
    excused = {(row["backend"], row["registry"]) for row in NOT_SHOWN}
    return [(backend, registry, helm) for backend in ORDER for registry in ("2.8.3", "3.0.0") for helm in "34"
            if (backend, registry) not in excused and (backend, registry, helm) not in there]


def main(folder):
    chain = facts(folder, "chain")
    table("Images: values, real Helm, a real API server, a real registry, a real store", chain)
    if chain:
        table("Not shown", NOT_SHOWN)
    fields = facts(folder, "fields")
    if fields:
        total = {"backend": "all"}
        total.update({name: f"{sum(int(row[name]) for row in fields):,}" for name in ("fields", "strings", "values")})
        table("Fields: what was typed is what the driver sees, on 2.8.3 and 3.0.0", fields + [total])
    table("A role instead of keys, on S3", facts(folder, "role"))
    table("Settings beside the driver, on a started registry", facts(folder, "settings"))
    table("Faults", facts(folder, "faults"))
    table("Other people's charts and manifests", facts(folder, "foreign"))
    table("Fuzzing", facts(folder, "fuzz"))
    gaps = missing(chain) if chain else []
    for gap in gaps:
        print("missing:", *gap, file=sys.stderr)
    return 1 if gaps else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
