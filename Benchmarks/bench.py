"""The figures of the first issue of the house, in interleaved rounds beside a peer; `scripts/bench` runs it."""
import argparse
import json
import lzma
import os
import subprocess
import tempfile
from pathlib import Path
from statistics import median

import cluster_bench
import machine
from figures import Figures, percentile
from peer_medallion import Medallion

ROOT = Path(__file__).resolve().parents[1]
ATTACK = ROOT / "Demo/threat/attack-all-28617.stix21.json.xz"


def rooms(program, *arguments):
    done = subprocess.run([program, *arguments], check=True, capture_output=True, timeout=600)
    return json.loads(done.stdout)


def one_round(figures, options, objects, lines):
    fsyncs = machine.fsyncs_per_second(tempfile.gettempdir())
    figures.add("disk: fdatasync of 4 KiB appends, a second", fsyncs)
    ledger = rooms(options.bench, "ledger")
    figures.add("ledger: durable signed appends a second, 256 at once", ledger["appendsPerSecond"], "≥ 20,000")
    sync = rooms(options.bench, "sync", str(lines))
    figures.add("publish: signed, stored, gated objects a second", sync["publishedPerSecond"])
    figures.add("ingest: taken over TLS, verified, durable objects a second", sync["ingestedPerSecond"], "≥ 5,000")
    for count, suffix in [(100, "After100"), (sync["objects"], "")]:
        figures.add(f"sync with nothing new, {count:,.0f} objects, ms", sync["nothingNewMilliseconds" + suffix], "≤ 10")
        figures.add(f"sync with nothing new, {count:,.0f} objects, bytes both ways", sync["nothingNewBytes" + suffix], "≤ 1,000")
    with Medallion(options.peer) as peer:
        figures.add("peer medallion (in memory): ingest of 500, objects a second", peer.ingest_per_second(objects[:500]))
        figures.add("peer medallion: anything new after 500, ms", median(peer.anything_new_ms() for _ in range(3)))
    cluster, seconds = cluster_bench.start(options.program)
    try:
        figures.add("ten nodes answer after, s", seconds, "≤ 5")
        cluster_bench.rest()
        figures.add("resident, the largest node at rest, nothing imported, MB",
                    max(cluster_bench.resident(options.program, cluster.folder)), "≤ 60")
        waits = cluster_bench.publish_latency(cluster)
        figures.add("publish → stored and verified at all nine peers, p95 ms", percentile(waits, 0.95), "≤ 1,000")
        figures.add("page, whole answer, p95 ms", cluster_bench.page_times(cluster), "≤ 50")
        figures.add("page, first load of the heaviest, KB", max(cluster_bench.first_loads(cluster)), "≤ 50")
        slow, slowest = cluster_bench.pages_during_import(
            cluster,
            [options.program, "threats", "import", str(ATTACK), "--folder", str(cluster.folder / "demo/H23")])
        figures.add("page while the same node imports 28,617 objects, p95 ms", slow)
        figures.add("page while the same node imports 28,617 objects, the slowest, ms", slowest)
        imported = cluster.folder / "demo/H23"
        figures.add("resident when the import of 28,617 ATT&CK objects ends, MB",
                    max(cluster_bench.resident(options.program, imported)))
        cluster_bench.rest(130)
        figures.add("resident with 28,617 ATT&CK objects, at rest again, MB",
                    max(cluster_bench.resident(options.program, imported)), "≤ 100")
    finally:
        cluster.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--program", default=str(ROOT / ".build/release/truc"))
    parser.add_argument("--bench", default=str(ROOT / ".build/release/bench"))
    parser.add_argument("--peer", default=str(ROOT / ".build-venv-bench/bin/python"))
    options = parser.parse_args()
    objects = json.loads(lzma.open(ATTACK).read())["objects"]
    figures = Figures()
    print(machine.describe())
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder, "objects.jsonl")
        lines.write_text("\n".join(json.dumps(item, ensure_ascii=False) for item in objects[:10_000]))
        for number in range(options.rounds):
            one_round(figures, options, objects, lines)
            print(f"round {number + 1} of {options.rounds} done, load {os.getloadavg()[0]:.1f}", flush=True)
    print(figures.table())
    figures.save(ROOT / "Benchmarks/last-run.json")


if __name__ == "__main__":
    main()
