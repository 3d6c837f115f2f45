"""Announcing to five hundred open desks: from commit to receipt, through the real server of the streams (SRV-5)."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.books import Failed
from benchmarks.machine import ROOT
from benchmarks.running import Run, say
from benchmarks.serving import free_port

#: Seconds to wait for the streams to stand, and for the last announcement to arrive.
LONGEST, LAST = 60.0, 5.0


def measure(run: Run) -> dict[str, Any]:
    """Return latencies and the processor time of the streams; what was made is deleted afterwards."""
    made = run.book.ask("chatting", "prepare")
    try:
        found = _measured(run, made["cookies"])
    finally:
        run.book.ask("chatting", "clear")
    say(
        f"  {found['streams']} streams: to one p95 {found['one_p95_ms']} ms, to all p95 {found['all_p95_ms']} ms; "
        f"{found['lost']} lost, {found['cpu_percent']} % of a processor, {found['megabytes']} MB"
    )
    return found


def _measured(run: Run, cookies: list[str]) -> dict[str, Any]:
    port = free_port()
    flags = "--lifespan off --log-level warning --no-access-log --host 127.0.0.1 --port"
    command = [sys.executable, "-m", "uvicorn", *flags.split(), str(port), "keyuan.config.asgi:application"]
    process = subprocess.Popen(command, cwd=ROOT, env=run.book.environment)
    try:
        return asyncio.run(_listened(run, port, cookies, process.pid))
    finally:
        process.terminate()
        process.wait(timeout=30)


async def _listened(run: Run, port: int, cookies: list[str], pid: int) -> dict[str, Any]:
    heard: dict[tuple[int, int], float] = {}
    await _stands(port)
    listeners = [asyncio.create_task(_listen(port, place, cookie, heard)) for place, cookie in enumerate(cookies)]
    await asyncio.sleep(5)
    before, began = _processor(pid), time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="keyuan-bench-") as folder:
        told = await _announced(run, Path(folder, "answer.json"))
    await asyncio.sleep(LAST)
    spent, passed = _processor(pid) - before, time.perf_counter() - began
    for listener in listeners:
        listener.cancel()
    await asyncio.gather(*listeners, return_exceptions=True)
    return _figures(told, heard, len(cookies)) | {
        "streams": len(cookies), "cpu_percent": round(spent * 100 / passed, 1), "megabytes": _memory(pid),
    }  # fmt: skip


async def _stands(port: int) -> None:
    ends = time.perf_counter() + LONGEST
    while time.perf_counter() < ends:
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        writer.close()
        return
    raise Failed("the server of the streams does not stand")


async def _listen(port: int, place: int, cookie: str, heard: dict[tuple[int, int], float]) -> None:
    """Hold one stream open and note when each announcement came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /live/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode())
    if b" 200 " not in await reader.readline():
        raise Failed("a stream was refused")
    try:
        while line := await reader.readline():
            if line.startswith(b"data: ") and b'"bench"' in line:
                heard[(place, json.loads(line[6:])["n"])] = time.time()
    finally:
        writer.close()


async def _announced(run: Run, answer: Path) -> list[tuple[int, int, float]]:
    """Let another process announce; return (number, receiver or -1 for everybody, moment of the commit)."""
    words = [sys.executable, "-m", "benchmarks.inside.chatting", "announce"]
    env = run.book.environment | {"KEYUAN_ANSWER": str(answer)}
    process = await asyncio.create_subprocess_exec(*words, cwd=ROOT, env=env)
    if await process.wait():
        raise Failed("announcing ended with an error")
    return [tuple(row) for row in json.loads(answer.read_text(encoding="utf-8"))["told"]]


def _figures(told: list[tuple[int, int, float]], heard: dict[tuple[int, int], float], streams: int) -> dict[str, Any]:
    delays: dict[str, list[float]] = {"one": [], "all": []}
    lost = 0
    for number, receiver, at in told:
        kind = "all" if receiver < 0 else "one"
        for place in range(streams) if receiver < 0 else (receiver,):
            came = heard.get((place, number))
            lost += came is None
            if came is not None:
                delays[kind].append((came - at) * 1000)
    found: dict[str, Any] = {"lost": lost, "told": len(told), "received": sum(map(len, delays.values()))}
    for kind, times in delays.items():
        times.sort()
        for share in (50, 95, 99):
            found[f"{kind}_p{share}_ms"] = round(times[len(times) * share // 100], 1) if times else None
    return found


def _processor(pid: int) -> float:
    """Return the processor seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> int:
    """Return the resident memory of a process in megabytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024 // 1024
