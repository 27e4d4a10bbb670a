"""What the figures were measured on: the machine, and how fast its disk makes bytes durable."""
import os
import pathlib
import platform
import tempfile
import time


def describe():
    cpu = next((line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), platform.processor())
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"{cpu}, {os.cpu_count()} cores, {memory_gib:.0f} GiB, Linux {platform.release()}, "
            f"load {os.getloadavg()[0]:.1f} at the start")


def fsyncs_per_second(folder, seconds=1.0):
    """Appends of 4 KiB, each made durable before the next: the disk's own pace."""
    with tempfile.TemporaryFile(dir=folder) as file:
        block, count, begin = b"x" * 4096, 0, time.perf_counter()
        while time.perf_counter() - begin < seconds:
            file.write(block)
            file.flush()
            os.fdatasync(file.fileno())
            count += 1
        return count / (time.perf_counter() - begin)


def family(process_id):
    """A process and those that it started, and those that they did: by everybody's parent, since the kernel's list of
    children may leave some out while others end (proc_pid_children(5))."""
    parents = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rsplit(")", 1)[1].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            pass
    found = [process_id]
    for known in found:
        found += [child for child, parent in parents.items() if parent == known]
    return found


def cpu_ns(process_id):
    """On-CPU time of a process, its threads and its children: it holds on a busy machine, where rates do not."""
    total = 0
    for known in family(process_id):
        for task in pathlib.Path(f"/proc/{known}/task").iterdir():
            try:
                total += int((task / "schedstat").read_text().split()[0])
            except (FileNotFoundError, ProcessLookupError):
                pass
    return total


def resident_mb(process_id):
    """VmRSS of a process in megabytes (10^6 bytes)."""
    status = pathlib.Path(f"/proc/{process_id}/status").read_text()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in status.splitlines() if line.startswith("VmRSS"))
