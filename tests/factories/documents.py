"""Documents as people's own programs make them, for tests."""

from __future__ import annotations

import html
import io
import zipfile

SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(*paragraphs: str, encoding: str = "utf-8") -> io.BytesIO:
    """A Word document; words of a paragraph that stand between bars are runs of their own."""
    runs = (
        "<w:p>" + "".join(f"<w:r><w:t>{html.escape(run)}</w:t></w:r>" for run in each.split("|")) + "</w:p>"
        for each in paragraphs
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{SPACE}"><w:body>{"".join(runs)}</w:body></w:document>'.encode(encoding),
        )
    out.seek(0)
    return out
