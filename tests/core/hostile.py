"""Files that mean harm, or that phones send: made byte by byte, so that the repository holds none that could do any."""

from __future__ import annotations

import io
import wave
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pikepdf
import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()

SAMPLES = Path(__file__).parent / "samples"
SCRIPT = b"<script>alert(document.cookie)</script>"
PAGE = b"<!DOCTYPE html><title>x</title>" + SCRIPT
EXE = b"MZ\x90\x00" + b"\x00" * 200
PLACE = b"+53.8008-001.5491/"
WORD = {"word/document.xml": b"<w/>", "[Content_Types].xml": b"<t/>"}


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 8), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, format=kind, **more)
    return out.getvalue()


def archive(names: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in names.items():
            made.writestr(name, content)
    return out.getvalue()


def relation(kind: str, target: str) -> bytes:
    return (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s" '
        b'TargetMode="External"/></Relationships>' % (kind.encode(), target.encode())
    )


def pdf(**more: Any) -> bytes:
    """A PDF of one page, with more entries of its catalog, or saved in a way."""
    out = io.BytesIO()
    saved = {key: more.pop(key) for key in ("encryption",) if key in more}
    with pikepdf.new() as document:
        document.add_blank_page()
        for key, value in more.items():
            document.Root[f"/{key}"] = value
        document.save(out, **saved)
    return out.getvalue()


def armed_pdf() -> bytes:
    """A PDF that would run a script, start a program, carry a file, and look up an address when pressed."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(200, 200))
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('script ran')")
        document.Root.OpenAction = script
        document.Root.AA = pikepdf.Dictionary(WC=script)
        document.Root.Names = pikepdf.Dictionary(
            JavaScript=pikepdf.Dictionary(Names=["a", document.make_indirect(script)])
        )
        document.attachments["inside.exe"] = EXE

        def note(subtype: str, **more: Any) -> pikepdf.Dictionary:
            return pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name(f"/{subtype}"), Rect=[0, 0, 50, 50], **more
            )

        launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="inside.exe")
        link = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org/")
        bad = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="javascript:alert(1)")
        page.Annots = [
            note("Link", A=launch),
            note("Link", A=link),
            note("Link", A=bad),
            note("FileAttachment", FS=pikepdf.Dictionary(EF=pikepdf.Dictionary())),
            document.make_indirect(
                note("Widget", AA=pikepdf.Dictionary(K=script), FT=pikepdf.Name.Tx, T="field")
            ),
        ]
        document.Root.AcroForm = pikepdf.Dictionary(Fields=[page.Annots[-1]], XFA="<xdp/>")
        document.docinfo["/Author"] = "Joy at Sam's house"
        document.save(out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def linked_pdf(action: bytes, *others: bytes) -> bytes:
    """A PDF of one page with one link, which does as `action` says; `others` are objects of their own, from 5 on."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Annots[4 0 R]>>",
        b"<</Type/Annot/Subtype/Link/Rect[0 0 50 50]/A " + action + b">>",
        *others,
    )
    made, at = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        at.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in at)
    return made + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, len(made))
    )


def scan_with_place(*filters: str) -> bytes:
    """A PDF around a photograph, as scanning applications make it: the photograph still knows where it was taken.

    Args:
        filters: what its bytes went through, as it stands in the PDF, the JPEG’s own last; none: it is one name, and no list.
    """
    content = photo_with_place("JPEG")
    for coat in reversed(filters):
        if coat == "FlateDecode":
            content = zlib.compress(content)
        elif coat == "ASCIIHexDecode":
            content = content.hex().encode() + b">"
    names = [pikepdf.Name(f"/{name}") for name in filters]
    out = io.BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(200, 200))
        photo = pikepdf.Stream(
            document,
            content,
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=40,
            Height=20,
            ColorSpace=pikepdf.Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=names or pikepdf.Name.DCTDecode,
        )
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=document.make_indirect(photo)))
        page.Contents = document.make_stream(b"q 200 0 0 200 0 0 cm /I Do Q")
        document.save(out)
    return out.getvalue()


def photo_with_place(kind: str, *, orientation: int = 1) -> bytes:
    """A photograph 40 wide and 20 high as the sensor saw it, its left half red, that tells where it was taken."""
    image = Image.new("RGB", (40, 20), "blue")
    image.paste("red", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "home of Family A"
    exif.get_ifd(0x8825).update({1: "N", 2: (53.0, 48.0, 3.0), 3: "W", 4: (1.0, 32.0, 57.0)})
    out = io.BytesIO()
    image.save(out, format=kind, exif=exif.tobytes(), quality=95)
    return out.getvalue()


def sound(*, frames: bytes = bytes(range(200)) * 8, note: bytes = b"") -> bytes:
    """A WAV, of a tenth of a second if no frames are given, with a note of the recorder's."""
    out = io.BytesIO()
    with wave.open(out, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(8000)
        made.writeframes(frames)
    content = bytearray(out.getvalue())
    if note:
        body = note + b"\0" * (len(note) % 2)
        content += b"LIST" + len(body).to_bytes(4, "little") + body
        content[4:8] = (len(content) - 8).to_bytes(4, "little")
    return bytes(content)


def sample(name: str) -> bytes:
    """A second of sound or film as ffmpeg makes it, which says where it was taken."""
    return (SAMPLES / name).read_bytes()


def box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return (8 + len(content)).to_bytes(4, "big") + kind + content


def film_with_positions() -> bytes:
    """A film of one frame with a track of positions beside it, as action cameras make."""
    positions = b"GPS5 53.8008 -1.5491"
    start = box(b"ftyp", b"mp42", bytes(4), b"mp42")
    data = box(b"mdat", b"frame", positions)
    first = len(start) + 8

    def track(handler: bytes, at: int, size: int) -> bytes:
        def number(value: int) -> bytes:
            return value.to_bytes(4, "big")

        tables = box(
            b"stbl",
            box(b"stsz", number(0), number(0), number(1), number(size)),
            box(b"stsc", number(0), number(1), number(1), number(1), number(1)),
            box(b"stco", number(0), number(1), number(at)),
        )
        kind = box(b"hdlr", bytes(8), handler, bytes(13))
        return box(b"trak", box(b"mdia", kind, box(b"minf", tables)))

    movie = box(
        b"moov",
        track(b"vide", first, 5),
        track(b"meta", first + 5, len(positions)),
        box(b"udta", b"\xa9xyz" + PLACE),
    )
    return start + data + movie
