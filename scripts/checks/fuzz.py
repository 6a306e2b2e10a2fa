#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs libFuzzer over every reader of files: whatever the bytes, a reader reads them or refuses them with words.

    python3 scripts/checks/fuzz.py                        ten minutes a reader
    python3 scripts/checks/fuzz.py --total 60             a minute for all together
    python3 scripts/checks/fuzz.py --seconds 60 amber-topology manifest

Built with libFuzzer's counters and the address sanitizer into .build-fuzz. What is learnt stays in .build-fuzz/corpus and is where the
next run begins. A crash is made small, put into Tests/Fixtures/crashes and named; exit code 1. The tests read those files ever
after.
"""
import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / ".build-fuzz"
CRASHES = ROOT / "Tests" / "Fixtures" / "crashes"
PROGRAM = BUILD / "release" / "FuzzReaders"
# A seed may be long, what is made of it is not: libFuzzer is as fast as inputs are short.
LONGEST = 32768


def build() -> None:
    subprocess.run(
        ["swift", "build", "-c", "release", "--package-path", str(ROOT / "Fuzz"), "--scratch-path", str(BUILD), "--product", "FuzzReaders",
         "-Xswiftc", "-sanitize=fuzzer,address", "-Xswiftc", "-use-ld=lld"], check=True)


def environment(reader: str) -> dict[str, str]:
    # The backtracer of Swift would run for minutes at every crash; leaks of an aborted read are none.
    return os.environ | {"SWIVEL_READER": reader, "SWIFT_BACKTRACE": "enable=no", "ASAN_OPTIONS": "detect_leaks=0:detect_stack_use_after_return=0"}


def readers() -> dict[str, list[str]]:
    """Seeds by reader."""
    text = subprocess.run([PROGRAM], env=environment("list"), capture_output=True, text=True, check=True).stdout
    return {line.split("\t")[0]: line.split("\t")[1:] for line in text.strip().split("\n")}


def fuzz(reader: str, seeds: list[str], seconds: float) -> list[Path]:
    """Runs a reader's fuzzer; the crashes that it found."""
    corpus, found = BUILD / "corpus" / reader, BUILD / "found" / reader
    corpus.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(found, ignore_errors=True)
    found.mkdir(parents=True)
    for seed in seeds:
        data = (ROOT / seed).read_bytes()[:LONGEST]
        (corpus / ("seed-" + hashlib.sha1(data).hexdigest()[:12])).write_bytes(data)
    run = subprocess.run(
        [PROGRAM, str(corpus), f"-max_total_time={max(1, round(seconds))}", f"-max_len={LONGEST}", "-timeout=20", "-rss_limit_mb=3000",
         f"-artifact_prefix={found}/", "-print_final_stats=1", "-verbosity=1", "-seed=1"],
        env=environment(reader), capture_output=True, text=True, errors="replace", cwd=ROOT, check=False)
    counts = {words[0]: words[1] for line in run.stderr.split("\n")
              if (words := line.replace("stat::", "").replace(":", " ").split())[:1] and line.startswith("stat::")}
    print(f"{reader:22s} {counts.get('number_of_executed_units', '?'):>9s} inputs, {len(list(corpus.iterdir()))} kept", flush=True)
    crashes = sorted(found.iterdir())
    if run.returncode and not crashes:
        print(run.stderr[-2000:])
        sys.exit(f"{reader}: the fuzzer did not run")
    for crash in crashes:
        print("\n".join(line for line in run.stderr.split("\n") if "Fatal error" in line or "ERROR:" in line)[:1000])
    return crashes


def keep(reader: str, crash: Path) -> Path:
    """A crash as small as a minute makes it, where the tests find it."""
    small = crash.with_name(crash.name + ".small")
    subprocess.run(
        [PROGRAM, "-minimize_crash=1", "-max_total_time=20", f"-exact_artifact_path={small}", str(crash)],
        env=environment(reader), capture_output=True, check=False)
    data = (small if small.exists() else crash).read_bytes()
    target = CRASHES / reader / hashlib.sha1(data).hexdigest()[:12]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readers", nargs="*")
    parser.add_argument("--seconds", type=float, default=600, help="for each reader")
    parser.add_argument("--total", type=float, help="for all together, instead")
    parser.add_argument("--skip-build", action="store_true")
    arguments = parser.parse_args()
    if not arguments.skip_build:
        build()
    known = readers()
    unknown = set(arguments.readers) - set(known)
    if unknown:
        sys.exit(f"there is no reader {', '.join(sorted(unknown))}: {' '.join(known)}")
    chosen = arguments.readers or list(known)
    seconds = arguments.total / len(chosen) if arguments.total else arguments.seconds
    kept = [keep(reader, crash) for reader in chosen for crash in fuzz(reader, known[reader], seconds)]
    for path in kept:
        print(f"crash: {path.relative_to(ROOT)}")
    sys.exit(1 if kept else 0)


if __name__ == "__main__":
    main()
