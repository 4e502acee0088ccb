"""A fault in a course's files: where it is and what to do. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to put right.

    Attributes:
        file: Path from the library folder, such as `families-going-forward/course.yaml`.
        line: Line in that file, counted from 1.
        message: What is wrong and what to do, in plain words.
    """

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class ContentFaults(Exception):
    """Files that cannot be read as a course. Carries every fault found, in order of file and line."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))
