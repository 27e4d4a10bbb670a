"""Whether tables stay flat: the same load on three days, each a start with a later clock. What a day left is swept
before the next one ends, so the rows and the file after the third are what they were after the first."""
import sqlite3
import time

from identity_bench import Node, load
from identity_signin import people

DAY_MS = 86_400_000
TABLES = ["identity_openid_token", "identity_challenge", "identity_session", "identity_device"]


def rows(node):
    database = sqlite3.connect(f"file:{node.folder / 'node/truc.sqlite'}?mode=ro", uri=True)
    counts = {table: database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in TABLES}
    page = database.execute("PRAGMA page_count").fetchone()[0] * database.execute("PRAGMA page_size").fetchone()[0]
    database.close()
    return counts, page / 1e6


def one_round(figures, options):
    with Node(options) as node:
        people(node)
        for day in range(1, 4):
            node.stop()
            node.start("--clock-offset-ms", str(day * DAY_MS))
            until = time.monotonic() + 60
            while any(rows(node)[0][table] for table in TABLES[:3]):
                if time.monotonic() > until:
                    raise RuntimeError(f"nothing was swept: {rows(node)}")
                time.sleep(0.1)
            counts, megabytes = rows(node)
            figures.add(f"soak, day {day}: short-lived rows left of the day before", sum(
                counts[table] for table in TABLES[:3]))
            figures.add(f"soak, day {day}: database, MB", megabytes)
            load(node.origin + node.token_path, node.basic, [node.token_body], options)
