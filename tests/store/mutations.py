"""Small good files, and a seeded mutator that spoils them: python -m tests.store.mutations N loads N of them."""

import gzip
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

import duckdb
import xlsxwriter

from analytics.errors import RequestError
from analytics.store import Mapping, load
from tests.store.bench import visit

GIVEN = Mapping(constants={"process": "loans", "branch_id": "B1"})
ODD = [
    "", " ", "NULL", "nan", "inf", "-1", "1e999", "9" * 400, "x" * 5000, '"', '""', '"open', "'", "\\", ";", ",", "\t",
    "2026-02-30", "31/12/2026", "03/04/26", "99999", "46023.4", "1,5", "1.234,5", "=1+1", "@SUM(A1)", "../../etc/passwd",
    "'; drop table visits; --", "{source}", "$zone", "$v0", "%s", "\x00", "\x1b[2J", "开户", "贵宾\U0001f600", "read_csv('/etc/passwd')",
    "2026-03-02 9:30 PM", "infinity", "a\nb", "a\r\nb", "[1,2]", '{"a": 1}', "1" * 18,
]  # fmt: skip


def csv_bytes() -> bytes:
    rows = [
        visit(str(n), customer_id=f"c{n}", teller_id=f"t{n % 3}", service="开户" if n % 2 else "cash")
        for n in range(12)
    ]
    return "\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows)]).encode() + b"\n"


def xes_bytes() -> bytes:
    def event(n: int, stage: str) -> str:
        return (
            f'<event><string key="concept:name" value="a{n}"/><string key="lifecycle:transition" value="{stage}"/>'
            f'<date key="time:timestamp" value="2026-03-02T09:{n:02d}:00+08:00"/><int key="cost" value="{n}"/></event>'
        )

    traces = "".join(
        f'<trace><string key="concept:name" value="k{t}"/>{"".join(event(n, s) for n in range(3) for s in ("start", "complete"))}</trace>'
        for t in range(3)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><log xes.version="1.0">{traces}</log>'.encode()


def xlsx_bytes() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "visits.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("visits")
            for row, line in enumerate(csv_bytes().decode().splitlines()):
                sheet.write_row(row, 0, line.split(","))
        return path.read_bytes()


def parquet_bytes() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "visits.parquet"
        duckdb.execute(
            f"copy (select 'B1' as branch_id, i as ticket_id, 'cash' as service, timestamp '2026-03-02 09:00' as arrived_at"
            f" from range(9) as r(i)) to '{path}' (format parquet)"
        )
        return path.read_bytes()


GOOD = {
    "visits.csv": csv_bytes,
    "log.xes": xes_bytes,
    "visits.xlsx": xlsx_bytes,
    "visits.parquet": parquet_bytes,
}


def spoiled(data: bytes, luck: random.Random) -> bytes:
    """One to three faults of a random kind."""
    for _fault in range(luck.randint(1, 3)):
        data = luck.choice(FAULTS)(data, luck)
    return data


def _cut(data: bytes, luck: random.Random) -> bytes:
    return data[: luck.randrange(len(data) + 1)]


def _bad_bytes(data: bytes, luck: random.Random) -> bytes:
    at = luck.randrange(len(data) + 1)
    return data[:at] + luck.randbytes(luck.randint(1, 6)) + data[at + luck.randint(0, 6) :]


def _twice(data: bytes, luck: random.Random) -> bytes:
    start, end = sorted(luck.randrange(len(data) + 1) for _end in range(2))
    return data[:end] + data[start:end] + data[end:]


def _odd_text(data: bytes, luck: random.Random) -> bytes:
    at = luck.randrange(len(data) + 1)
    return data[:at] + luck.choice(ODD).encode() + data[at:]


def _cell(data: bytes, luck: random.Random) -> bytes:
    """A cell, the header's too, becomes something odd; its quotes are made right in half of the cases."""
    lines = data.split(b"\n")
    at = luck.randrange(len(lines))
    cells = lines[at].split(b",")
    odd = luck.choice(ODD)
    cells[luck.randrange(len(cells))] = (
        '"' + odd.replace('"', '""') + '"' if luck.random() < 0.5 else odd
    ).encode()
    lines[at] = b",".join(cells)
    return b"\n".join(lines)


def _columns(data: bytes, luck: random.Random) -> bytes:
    """Two columns change places, in the header alone or everywhere."""
    lines = [line.split(b",") for line in data.split(b"\n")]
    a, b = luck.randrange(11), luck.randrange(11)
    for cells in lines[:1] if luck.random() < 0.3 else lines:
        if max(a, b) < len(cells):
            cells[a], cells[b] = cells[b], cells[a]
    return b"\n".join(b",".join(cells) for cells in lines)


def _encoding(data: bytes, luck: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(luck.choice(["utf-16", "gb18030", "utf-8-sig", "utf-32", "latin-1"]), "replace")


def _ends(data: bytes, luck: random.Random) -> bytes:
    return data.replace(b"\n", luck.choice([b"\r\n", b"\r", b"\n\n", b"\n \n"]), luck.choice([-1, 3]))


FAULTS = [_cut, _bad_bytes, _twice, _odd_text, _cell, _cell, _columns, _encoding, _ends]


def run(n: int, seed: int = 1) -> Counter[str]:
    """Load n spoiled files; how many were loaded and refused. AssertionError where rows are lost or a refusal is no sentence."""
    luck = random.Random(seed)
    good = {name: make() for name, make in GOOD.items()}
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(n):
            name = luck.choice(["visits.csv"] * 5 + ["log.xes"] * 2 + ["visits.xlsx", "visits.parquet"])
            data = spoiled(good[name], luck)
            if name in ("visits.csv", "log.xes") and luck.random() < 0.1:
                name += ".gz"
                data = gzip.compress(data) if luck.random() < 0.5 else _bad_bytes(gzip.compress(data), luck)
            path = Path(folder) / name
            path.write_bytes(data)
            try:
                one(path, Path(folder) / f"store-{number // 25}", GIVEN if "log" in name else None)
                outcomes["loaded"] += 1
            except RequestError as error:
                assert "\n" not in str(error) and str(error), (number, str(error))
                outcomes["refused"] += 1
            except Exception as error:
                kept = Path(tempfile.gettempdir()) / f"mutation-{seed}-{number}-{name}"
                kept.write_bytes(data)
                raise AssertionError(f"file {number} ({kept.name}): {error!r}") from error
    return outcomes


def one(path: Path, store: Path, mapping: Mapping | None) -> None:
    report = load([path], store, mapping=mapping)
    for file in report.files:
        assert file.rows_read == file.loaded + file.unchanged + file.rejected, file
        assert file.rejected == sum(reason.n for reason in file.reasons), file
    report.to_json().encode()


if __name__ == "__main__":
    print(run(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
