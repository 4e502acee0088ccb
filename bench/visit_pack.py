"""A visit pack of 100 portfolios, made by the job itself, against `zip -0` and `cp` of the very files that go into it.

The rivals copy bytes; the pack also sets a document and a page for each portfolio, hashes every file twice and checks it
against what was sent. The time that the setting takes is shown apart, since no copying has it. Memory is the most that a
process of its own ever held; it is measured with 10 and with 100 portfolios, and must hardly grow.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
from multiprocessing import get_context
from pathlib import Path

from assessments.dossier import pack_service
from bench.figure import Figure, cpu_seconds, seconds
from bench.stand.databases import application, close, copied, empty, place
from bench.stand.portfolios import lay_down
from lms.core import jobs
from lms.core.database import writing
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.people.queries import get_person

MANY, FEW = 100, 10
MOST_GROWTH = 32
"""Megabytes that a hundred portfolios may take beyond ten."""
MEGA = 1024 * 1024


def figures() -> list[Figure]:
    """Lay portfolios down, make the pack in a process of its own, then let the rivals copy what it holds."""
    few, many = _made(FEW), _made(MANY)
    taken, cpu, size, peak = many
    peak_of_few = few[-1]
    files = place(f"pack-{MANY}").with_suffix(".files")
    kept = [path for path in files.glob("??/*") if path.name not in _packs(files)]
    zipped, copying = _zipped(kept), _copied(kept)
    megabytes = size / MEGA
    return [
        Figure("zip -0 of the same files", megabytes / zipped, "MB/s"),
        Figure("cp of the same files", megabytes / copying, "MB/s"),
        Figure(f"a visit pack of {MANY} portfolios", taken, "s"),
        Figure("  for each portfolio", taken / MANY, "s"),
        Figure("  of the processor for each", cpu / MANY, "s"),
        Figure("  its size", megabytes, "MB"),
        Figure("  how fast", megabytes / taken, "MB/s", zipped / taken, "the speed of zip -0"),
        Figure(f"  memory at its most, {FEW} portfolios", peak_of_few, "MB"),
        Figure(
            f"  memory at its most, {MANY} portfolios",
            peak,
            "MB",
            MOST_GROWTH / max(peak - peak_of_few, 1),
            f"{MOST_GROWTH} MB beyond {FEW}",
            1,
        ),
    ]


def _made(count: int) -> tuple[float, float, int, float]:
    """Seconds, those of the processor, bytes of the pack, and megabytes of memory, of a process that makes a pack of so many portfolios."""
    path = copied(empty(), place(f"pack-{count}"))
    context = get_context("spawn")
    with context.Pool(1) as pool:
        pool.apply(_lay_down, (path, count))
    with context.Pool(1) as pool:
        return pool.apply(_make, (path,))


def _lay_down(path: Path, count: int) -> None:
    with application(path).app_context(), writing():
        visit = lay_down(count)
        db.session.flush()
        pack_service.ask(visit, by=get_person(visit.eqa_id))
        db.session.commit()
        close()


def _make(path: Path) -> tuple[float, float, int, float]:
    with application(path).app_context():
        cpu = 0.0

        def work() -> None:
            nonlocal cpu
            cpu = cpu_seconds(jobs.run_all_due)

        taken = seconds(work)
        size = db.session.query(StoredFile.size).filter_by(purpose="visit-pack").scalar()
        close()
    return taken, cpu, size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _packs(files: Path) -> set[str]:
    """The names of the files that are packs themselves."""
    return {path.name for path in files.glob("??/*") if path.open("rb").read(4) == b"PK\x03\x04"}


def _zipped(kept: list[Path]) -> float:
    target = place("rival").with_suffix(".zip")
    command = ["/usr/bin/zip", "-0", "-q", "-j", str(target), "-@"]
    names = "\n".join(map(str, kept)).encode()
    taken = seconds(lambda: subprocess.run(command, input=names, check=True))
    target.unlink()
    return taken


def _copied(kept: list[Path]) -> float:
    target = place("rival").with_suffix(".copies")
    target.mkdir()
    taken = seconds(lambda: subprocess.run(["/bin/cp", *map(str, kept), str(target)], check=True))
    shutil.rmtree(target)
    return taken
