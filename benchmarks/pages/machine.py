"""What the kernel says of processes (CPU time, memory, age), and on which core they may run."""

import os
import re
import socket
import subprocess
import time
from pathlib import Path

PROC = Path("/proc")
# One core for the server under test, another for those who ask it.
SERVER_CORE = "0"
CLIENT_CORE = "1"
ANY_CORE = "0,1"


def pinned(command: list[str], cores: str) -> list[str]:
    """Return ``command`` such that it runs on ``cores`` only and ends when its starter is gone.

    ``cores`` is a list as taskset(1) takes it, such as "0" or "0,1".
    """
    return ["setpriv", "--pdeathsig", "TERM", "taskset", "--cpu-list", cores, *command]


def pin_this_process() -> None:
    """Keep this process, and so its threads, on the core of the clients."""
    os.sched_setaffinity(0, {int(CLIENT_CORE)})


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def parent_of(stat: str) -> int:
    """Return the parent that a line of /proc/<pid>/stat names; proc(5), field 4."""
    # The second field is the program's name in brackets, and may itself hold spaces and brackets.
    return int(stat.rpartition(")")[2].split()[1])


def start_of(stat: str) -> int:
    """Return the clock ticks from boot to the start of a process; proc(5), field 22."""
    return int(stat.rpartition(")")[2].split()[19])


def tree(root: int) -> dict[int, int]:
    """Return the process ``root`` and all its descendants, each with its parent."""
    parents = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = parent_of((folder / "stat").read_text())
            except (FileNotFoundError, ProcessLookupError):
                continue
    found = {}
    waiting = [root] if root in parents else []
    while waiting:
        pid = waiting.pop()
        found[pid] = parents[pid]
        waiting += [child for child, parent in parents.items() if parent == pid]
    return found


def now() -> float:
    """Return the seconds from boot, the clock of `started_at`."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def started_at(pid: int) -> float:
    """Return when a process started, in seconds from boot, to a clock tick (10 ms as a rule)."""
    return start_of((PROC / str(pid) / "stat").read_text()) / os.sysconf("SC_CLK_TCK")


def listening_inode(table: str, port: int) -> str:
    """Return the inode of the socket of 127.0.0.1 that listens on ``port``.

    ``table`` is /proc/net/tcp; proc(5). Raises LookupError when there is none.
    """
    # 127.0.0.1 as a little-endian hexadecimal number; state 0A is LISTEN.
    address = f"0100007F:{port:04X}"
    for line in table.splitlines()[1:]:
        fields = line.split()
        if fields[1] == address and fields[3] == "0A":
            return fields[9]
    raise LookupError(f"Nobody listens on port {port}.")


def listeners(root: int, port: int) -> set[int]:
    """Return those of a process tree that hold the socket listening on ``port`` of loopback."""
    socket_file = f"socket:[{listening_inode((PROC / 'net' / 'tcp').read_text(), port)}]"
    found = set()
    for pid in tree(root):
        for link in (PROC / str(pid) / "fd").iterdir():
            try:
                if os.readlink(link) == socket_file:
                    found.add(pid)
            except FileNotFoundError:
                continue
    return found


def time_on_cpu(schedstat: str) -> int:
    """Return the nanoseconds on a CPU that a line of /proc/<pid>/task/<tid>/schedstat names.

    Its first field, by Documentation/scheduler/sched-stats.rst of the Linux kernel.
    """
    return int(schedstat.split()[0])


def cpu_times(root: int) -> dict[tuple[int, int], int]:
    """Return the nanoseconds on a CPU of each (process, thread) of a process tree."""
    times = {}
    for pid in tree(root):
        for line in PROC.glob(f"{pid}/task/*/schedstat"):
            try:
                times[pid, int(line.parent.name)] = time_on_cpu(line.read_text())
            except (FileNotFoundError, ProcessLookupError):
                continue
    return times


def spent(before: dict[tuple[int, int], int], after: dict[tuple[int, int], int]) -> dict[int, int]:
    """Return the nanoseconds on a CPU that each process spent between two calls of cpu_times.

    What a thread spent that ended meanwhile is not known, and not counted.
    """
    processes: dict[int, int] = {}
    for (pid, thread), nanoseconds in after.items():
        own = nanoseconds - before.get((pid, thread), 0)
        processes[pid] = processes.get(pid, 0) + own
    return processes


def proportional_memory(rollup: str) -> int:
    """Return the bytes of memory that /proc/<pid>/smaps_rollup counts, shared pages by share."""
    for line in rollup.splitlines():
        if line.startswith("Pss:"):
            return 1024 * int(line.split()[1])
    raise ValueError("There is no Pss in it.")


def memory(pids) -> int:
    """Return the bytes of memory of some processes, what they share with others by share."""
    return sum(proportional_memory((PROC / str(pid) / "smaps_rollup").read_text()) for pid in pids)


def end(process: subprocess.Popen, seconds: float = 30) -> None:
    """End a process and whatever it started, first by asking."""
    family = tree(process.pid)
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pid in family:
        try:
            os.kill(pid, 9)
        except ProcessLookupError:
            continue


def describe() -> str:
    """Return the machine in a line: processor, cores, kernel."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in (PROC / "cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        os.uname().machine,
    )
    return f"{model}, {os.cpu_count()} cores, Linux {os.uname().release}"


def version(program: str, flag: str) -> str:
    """Return the name of a program and its version, as it says on either stream."""
    done = subprocess.run([program, flag], capture_output=True, text=True, check=False)
    found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
    return f"{program} {found[0] if found else 'of an unknown version'}"
