"""What turns drawn pages into a document that says what it is: structure, language, true letters, and its own name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

import pikepdf
from pikepdf import Array, Dictionary, Name

from lms.core.faces import SHAPED, Face
from lms.core.pdf import LANGUAGE, About
from lms.core.pdf_structure import Outline, tag_pages
from lms.core.shaping import meanings


def finish(pdf: pikepdf.Pdf, outlines: Sequence[Sequence[Outline]]) -> None:
    """Take out the page of letters; add structure, language and places for what is set on each page."""
    del pdf.pages[-1]
    for page in pdf.pages:
        artwork = b"/Artifact BMC\nq\n" + page.obj.Contents.read_bytes() + b"\nQ\nEMC\n"
        page.obj.Contents = Array(
            [pdf.make_indirect(pdf.make_stream(artwork)), pdf.make_indirect(pdf.make_stream(b""))]
        )
    for cut in pdf.pages[0].obj.Resources.Font.values():
        cut.ToUnicode = pdf.make_stream(
            _true_letters(cut.ToUnicode.read_bytes(), _face_of(str(cut.BaseFont)))
        )
    tag_pages(pdf, outlines)
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.Root.Lang = LANGUAGE
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    pdf.Root.Metadata = pdf.make_indirect(pdf.make_stream(b"", Type=Name.Metadata, Subtype=Name.XML))


def name(pdf: pikepdf.Pdf, about: About) -> None:
    """Write what the document says of itself into both places where readers look."""
    pdf.Root.Metadata = pdf.make_indirect(pdf.make_stream(xmp(about), Type=Name.Metadata, Subtype=Name.XML))
    made = about.made_at.strftime("D:%Y%m%d%H%M%SZ")
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(
            Title=about.title,
            Author=about.author,
            Subject=about.subject,
            Creator="Going Forward",
            CreationDate=made,
            ModDate=made,
        )
    )


def _face_of(name: str) -> Face:
    """The face of an embedded font: its PostScript name follows a mark for the subset."""
    return next(face for face in Face if face in name)


def _true_letters(table: bytes, face: Face) -> bytes:
    """ReportLab's table from codes to characters without its entries for unused codes, which PDF/UA refuses.

    A glyph of a shaped face says the characters it stands for in place of its private letter. Written anew in groups of at most a hundred, as the format asks (Adobe Technical Note 5014).
    """
    head, _, rest = table.partition(b"endcodespacerange")
    entries = [
        entry for entry in re.findall(rb"<[0-9A-F]{2}> <[0-9A-F]{4,}>", rest) if not entry.endswith(b"<0000>")
    ]
    if face in SHAPED:
        entries = [_in_words(entry, face) for entry in entries]
    groups = [entries[start : start + 100] for start in range(0, len(entries), 100)]
    body = b"".join(b"%d beginbfchar\n%b\nendbfchar\n" % (len(group), b"\n".join(group)) for group in groups)
    return head + b"endcodespacerange\n" + body + rest[rest.rindex(b"endbfchar") + len(b"endbfchar\n") :]


def _in_words(entry: bytes, face: Face) -> bytes:
    code, letter = re.findall(rb"<([0-9A-F]+)>", entry)
    private = chr(int(letter, 16))
    return b"<%b> <%b>" % (
        code,
        meanings(face).get(private, private).encode("utf-16-be").hex().upper().encode(),
    )


def xmp(about: About) -> bytes:
    """The newer place (XMP), which PDF/UA asks for. It stays unpacked so that plain tools can read it."""
    made = about.made_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" \
xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(about.title)}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{escape(about.author)}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{escape(about.subject)}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{LANGUAGE}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{made}</xmp:CreateDate><xmp:ModifyDate>{made}</xmp:ModifyDate>
<xmp:CreatorTool>Going Forward</xmp:CreatorTool><pdfuaid:part>1</pdfuaid:part>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>""".encode()
