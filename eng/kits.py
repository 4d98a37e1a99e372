#!/usr/bin/env python3
"""Runs the external kits (translation fidelity, malformed input, upstream faults) and holds their results to thresholds.

    kits.py FOLDER BINARY RESULTS      each check counts as one test; the outcome goes to RESULTS/kits.json
"""
import json
import pathlib
import subprocess
import sys
import tempfile

LEAST_FACTS = 0.998            # of the facts of recorded exchanges, how many must survive translation
CLIENTS = ("openai-chat", "anthropic-messages", "openai-responses", "gemini-generate")
UPSTREAMS = (*CLIENTS, "bedrock-converse", "cohere-chat")
STYLES = ("-chat", "anthropic-messages", "-responses", "gemini-generate", "bedrock-converse")
OTHER_WIRE_FORMATS = ("ollama-chat", "cohere-chat-v1", "snowflake-chat")


def run(command, folder, limit):
    """The exit status of a program; what it prints goes through."""
    return subprocess.run([sys.executable, *command], cwd=folder, timeout=limit, check=False).returncode


def fidelity(kit, start, out):
    """The checks on translation: (name, passed, detail)."""
    styles = sorted(p.name for p in (kit / "corpus/exchanges").iterdir()
                    if p.name.endswith(STYLES) and p.name not in OTHER_WIRE_FORMATS)
    report = out / "fidelity-report.json"
    run(["fidelity.py", "run", "--start", start, "--styles", ",".join(styles), "--dialects", ",".join(CLIENTS),
         "--report", str(report)], kit, 1200)
    data = json.loads(report.read_text())
    checks = []
    for matrix in ("answers", "errors"):
        totals = data["totals"][matrix]
        checks.append(judge(f"fidelity of {matrix}", totals["kept"], totals["facts"], totals["violations"]))
    cells = [cell for cell in data["cells"] if cell["matrix"] == "requests" and cell["upstream"] in UPSTREAMS]
    checks.append(judge("fidelity of requests", sum(c["kept"] for c in cells), sum(c["facts"] for c in cells), sum(c["violations"] for c in cells)))
    return checks


def judge(name, kept, facts, violations):
    """One check on counted facts and breaches of protocol."""
    share = kept / facts if facts else 0
    return name, share >= LEAST_FACTS and violations == 0, f"{kept} of {facts} facts kept ({share:.2%}), {violations} violations"


def main():
    folder, binary, results = (pathlib.Path(a).resolve() for a in sys.argv[1:4])
    start = f"{binary} -app-dir {{app_dir}} -port {{port}} -log-level error"
    checks = []
    with tempfile.TemporaryDirectory() as temporary:
        out = pathlib.Path(temporary)
        if (folder / "fidelity/fidelity.py").exists():
            checks += fidelity(folder / "fidelity", start, out)
        if (folder / "faults/bad_inputs.py").exists():
            status = run(["bad_inputs.py", "--start", start, "--count", "20000", "--seed", "1", "--out", str(out / "bad")], folder / "faults", 1200)
            checks.append(("malformed input", status == 0, f"exit status {status}"))
        if (folder / "faults/run_faults.py").exists():
            status = run(["run_faults.py", "--start", start, "--out", str(out / "faults")], folder / "faults", 1200)
            checks.append(("upstream faults", status == 0, f"exit status {status}"))
    for name, passed, detail in checks:
        print(f"{'ok  ' if passed else 'FAIL'} {name}: {detail}")
    passed = sum(1 for check in checks if check[1])
    summary = {"tests": len(checks), "passed": passed, "failed": len(checks) - passed, "other": 0}
    (results / "kits.json").write_text(json.dumps({"results": {"summary": summary}}))
    return 0 if passed == len(checks) else 1


if __name__ == "__main__":
    sys.exit(main())
