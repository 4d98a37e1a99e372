#!/usr/bin/env python3
"""Direct, nginx and Causeway against the same fast upstream, each on one core.   bench.py --binary FILE [--quick]

The upstream and the load share the last core, what is measured has the first. CPU time is read from /proc.
"""
import argparse
import json
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import time
import urllib.request

TICK = os.sysconf("SC_CLK_TCK")
LAST = str((os.cpu_count() or 1) - 1)
WORDS = "the agent reads a file then edits code and runs tests before it reports the result to the user with care"

ANSWER = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1700000000, "model": "m",
          "choices": [{"index": 0, "message": {"role": "assistant", "content": f"{WORDS} " * 8, "refusal": None},
                       "logprobs": None, "finish_reason": "stop"}],
          "usage": {"prompt_tokens": 230, "completion_tokens": 80, "total_tokens": 310}}


def chunk(delta, finish=None):
    """One event of a streamed answer."""
    choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1700000000, "model": "m"}
    return "data: " + json.dumps({**head, "choices": choices}, separators=(",", ":")) + "\n\n"


# nginx takes at most 4 KB in one parameter.
STREAM = (chunk({"role": "assistant", "content": ""}) + "".join(chunk({"content": word + " "}) for word in WORDS.split(" ")[:16])
          + chunk({}, "stop") + "data: [DONE]\n\n")


def free_port():
    """A free TCP port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def nginx_upstream(folder, port):
    """nginx as the fast upstream: one canned answer for each kind."""
    return conf(folder, "upstream", f"""
      server {{ listen 127.0.0.1:{port} backlog=4096;
        location /whole/ {{ default_type application/json; return 200 '{json.dumps(ANSWER)}'; }}
        location /stream/ {{ default_type text/event-stream; return 200 '{STREAM}'; }}
        location / {{ return 200; }} }}""")


def nginx_proxy(folder, port, upstream):
    """nginx as the practical limit of a proxy: it passes bytes on."""
    return conf(folder, "proxy", f"""
      upstream mock {{ server 127.0.0.1:{upstream}; keepalive 512; keepalive_requests 100000000; }}
      server {{ listen 127.0.0.1:{port} backlog=4096;
        location / {{ proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; }} }}""")


def conf(folder, name, servers):
    """Writes an nginx configuration; the command that runs it."""
    path = folder / f"{name}.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    path.write_text(f"""daemon off; {user} worker_processes 1; pid {folder}/{name}.pid; error_log {folder}/{name}.log crit;
    events {{ worker_connections 4096; }}
    http {{ access_log off; keepalive_requests 100000000; client_max_body_size 64m; client_body_buffer_size 2m; client_body_temp_path {folder}/{name}-body;
      proxy_temp_path {folder}/{name}-p; fastcgi_temp_path {folder}/{name}-f; uwsgi_temp_path {folder}/{name}-u; scgi_temp_path {folder}/{name}-s;
      {servers} }}""")
    return ["nginx", "-c", str(path), "-e", str(folder / f"{name}.log")]


def start(command, core):
    """A process on one core, in a group of its own."""
    return subprocess.Popen(["taskset", "-c", core, *map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def tree(pid):
    """A process and its children."""
    found = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += tree(int(child))
    return found


def cpu(pid):
    """CPU seconds of a process and its children."""
    total = 0
    for one in tree(pid):
        fields = pathlib.Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def rss(pid):
    """Resident memory in MB."""
    return sum(int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{one}/status").read_text()).group(1)) for one in tree(pid)) / 1024


def body(dialect, model, size, stream):
    """A request of about `size` bytes, shaped like a coding agent's when it is large."""
    text = (WORDS + ". ") * max(1, (size // 2) // len(WORDS))
    request = {"model": model, "max_tokens": 1000, "stream": stream, "messages": [{"role": "user", "content": text[:size // 2]}]}
    while len(json.dumps(request)) < size - 700:
        number = len(request.setdefault("tools", []))
        schema = {"type": "object", "properties": {f"field{i}": {"type": "string", "description": WORDS} for i in range(4)}}
        tool = {"name": f"tool_{number}", "description": (WORDS + ". ") * 4}
        request["tools"].append({**tool, "input_schema": schema} if dialect == "anthropic" else {"type": "function", "function": {**tool, "parameters": schema}})
    return json.dumps(request)


def load(folder, url, text, seconds, connections):
    """wrk's result: requests, requests a second, latencies in ms."""
    script = folder / "post.lua"
    (folder / "body").write_text(text)
    script.write_text(f"""local f = io.open("{folder}/body", "rb"); wrk.body = f:read("*a"); f:close()
wrk.method = "POST"; wrk.headers["content-type"] = "application/json"; wrk.headers["anthropic-version"] = "2023-06-01"
done = function(s, l, r) io.write(string.format("RESULT %d %d %f %f %d\\n", s.requests, s.duration, l:percentile(50) / 1000, l:percentile(99) / 1000, s.errors.status)) end""")
    out = subprocess.run(["taskset", "-c", LAST, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script), url], capture_output=True, text=True, check=True).stdout
    requests, micros, p50, p99, errors = re.search(r"RESULT (\d+) (\d+) (\S+) (\S+) (\d+)", out).groups()
    if int(errors):
        raise SystemExit(f"{url}: {errors} answers were errors")
    return int(requests), int(requests) / (int(micros) / 1e6), float(p50), float(p99)


def wait(url, process):
    """Seconds until the address answers."""
    began = time.perf_counter()
    while time.perf_counter() - began < 10:
        try:
            urllib.request.urlopen(url, timeout=1).read()
            return time.perf_counter() - began
        except OSError:
            if process.poll() is not None:
                raise SystemExit(f"{process.args} ended with {process.returncode}")
            time.sleep(0.0005)
    raise SystemExit(f"{url} does not answer")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--quick", action="store_true", help="one second for each cell")
    parser.add_argument("--connections", type=int, default=64)
    options = parser.parse_args()
    seconds = 1 if options.quick else 4
    processes = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        up, proxy, gate = free_port(), free_port(), free_port()
        providers = {kind: {"keys": [{"value": "k"}], "network_config": {"base_url": f"http://127.0.0.1:{up}/{kind}"},
                            "custom_provider_config": {"base_provider_type": "openai"}} for kind in ("whole", "stream")}
        (folder / "config.json").write_text(json.dumps({"providers": providers}))
        try:
            mock = start(nginx_upstream(folder, up), LAST)
            limit = start(nginx_proxy(folder, proxy, up), "0")
            processes += [mock, limit]
            wait(f"http://127.0.0.1:{up}/", mock)
            wait(f"http://127.0.0.1:{proxy}/", limit)
            gateway = start([options.binary, "-app-dir", folder, "-port", gate, "-log-level", "error"], "0")
            processes.append(gateway)
            started = wait(f"http://127.0.0.1:{gate}/health", gateway)
            idle = rss(gateway.pid)
            print(f"| {'case':32} | req/s | p50 ms | p99 ms | CPU µs/req | × nginx |\n| --- | ---: | ---: | ---: | ---: | ---: |")
            for size in (1_000, 100_000):
                for kind in ("whole", "stream"):
                    cases = [("direct", mock, up, f"/{kind}/v1/chat/completions", "openai"),
                             ("nginx", limit, proxy, f"/{kind}/v1/chat/completions", "openai"),
                             ("causeway verbatim", gateway, gate, "/v1/chat/completions", "openai"),
                             ("causeway translated", gateway, gate, "/anthropic/v1/messages", "anthropic")]
                    base = None
                    for name, process, port, path, dialect in cases:
                        text = body(dialect, f"{kind}/m", size, kind == "stream")
                        url = f"http://127.0.0.1:{port}{path}"
                        load(folder, url, text, 1, options.connections)
                        before = cpu(process.pid)
                        count, rate, p50, p99 = load(folder, url, text, seconds, options.connections)
                        micros = (cpu(process.pid) - before) / count * 1e6
                        base = micros if name == "nginx" else base
                        cost = f"{micros:10.1f} | {micros / base:7.2f}" if base else f"{'–':>10} | {'–':>7}"
                        print(f"| {f'{name}, {size // 1000} KB, {kind}':32} | {rate:,.0f} | {p50:.2f} | {p99:.2f} | {cost} |", flush=True)
            print(f"\nstart to first answer: {started * 1000:.0f} ms; RSS idle {idle:.0f} MB, after the load {rss(gateway.pid):.0f} MB")
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(10)


if __name__ == "__main__":
    main()
