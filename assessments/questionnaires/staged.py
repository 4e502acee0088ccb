"""The rows of a file of answers between its preview and the decision: packed into a few bytes, and back. Pure."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from datetime import date

from assessments.questionnaires.codes import Coded
from assessments.questionnaires.responses_file import CodedResponse, Respondent
from assessments.questionnaires.schema import WaveKind


def pack(respondents: Iterable[Respondent]) -> bytes:
    """Coded rows as bytes."""
    plain = [
        [
            each.row,
            each.code,
            each.cohort,
            {
                kind.value: [
                    response.answered_on.isoformat(),
                    response.coded.codes.hex(),
                    response.coded.special.hex(),
                ]
                for kind, response in each.responses.items()
            },
        ]
        for each in respondents
    ]
    return zlib.compress(json.dumps(plain).encode())


def unpack(staged: bytes) -> list[Respondent]:
    """The inverse of `pack`."""
    return [
        Respondent(
            row,
            code,
            cohort,
            {
                WaveKind(kind): CodedResponse(
                    date.fromisoformat(day), Coded(bytes.fromhex(codes), bytes.fromhex(special))
                )
                for kind, (day, codes, special) in responses.items()
            },
        )
        for row, code, cohort, responses in json.loads(zlib.decompress(staged))
    ]
