"""Several one-page documents as one: pages in order, each with its place in one tagged structure."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name


def join(documents: Sequence[bytes]) -> bytes:
    """Join documents that `pdf.Stencil` made, in order. What the first says of itself holds for the whole."""
    with pikepdf.open(BytesIO(documents[0])) as whole:
        root = whole.Root.StructTreeRoot
        document = root.K[0]
        numbers = root.ParentTree.Nums
        for place, each in enumerate(documents[1:], start=1):
            with pikepdf.open(BytesIO(each)) as part:
                elements = [_copied(element) for element in part.Root.StructTreeRoot.K[0].K]
                del part.Root.StructTreeRoot
                whole.pages.append(part.pages[0])
            page = whole.pages[place].obj
            page.StructParents = place
            made = [
                whole.make_indirect(
                    Dictionary(Type=Name.StructElem, S=Name(kind), P=document, Pg=page, K=mark)
                )
                for kind, mark in elements
            ]
            document.K.extend(made)
            numbers.append(place)
            numbers.append(whole.make_indirect(Array(made)))
        root.ParentTreeNextKey = len(documents)
        file = BytesIO()
        whole.save(file, deterministic_id=True)
    return file.getvalue()


def _copied(element: pikepdf.Object) -> tuple[str, int]:
    """What one element of the structure says: its kind, and which mark on its page it stands for."""
    return str(element.S), int(element.K)
