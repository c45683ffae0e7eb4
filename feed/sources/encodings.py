"""Bytes become text as browsers do it (WHATWG Encoding and HTML Standards)."""

import codecs
import re

import webencodings

from feed.sources.clean import Unusable, check_size

# The codecs of Python that have all signs of an encoding as the standard means it.
_WIDER = {
    "gbk": "gb18030", "gb18030": "gb18030", "shift_jis": "cp932", "euc-kr": "cp949", "big5": "big5hkscs",
    "euc-jp": "euc_jp", "iso-2022-jp": "iso2022_jp", "x-user-defined": "cp1252",
}  # fmt: skip
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_HEAD = 4096  # bytes in which a page must have said how it is written; the standard asks for 1,024
_DECLARATION = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']", re.I)
_META = re.compile(rb"<meta\s[^<>]{0,300}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{1,40})", re.I)
_COMMENT = re.compile(rb"<!--.{0,4096}?-->", re.S)
_SINGLE = ("windows-1252", "x-user-defined")


def decode(data: bytes) -> str:
    """Text of UTF-8 bytes, or of UTF-16 with a byte order mark; line ends are \\n.

    Raises:
        Unusable: empty, too large, binary, or not UTF-8 (with the byte's place).
    """
    check_size(data)
    mark, encoding = _marked(data)
    if encoding.startswith("utf-16"):
        return _lines(data[len(mark) :].decode(encoding, "replace"))
    if b"\x00" in data:
        raise Unusable(f"byte {data.index(0):,} is NUL; this is no text file")
    try:
        return _lines(data.decode("utf-8-sig"))
    except UnicodeDecodeError as e:
        raise Unusable(f"not UTF-8 at byte {e.start:,}; save the file as UTF-8") from e


def decode_page(data: bytes) -> str:
    """The text of a page: by its byte order mark, XML declaration or meta element, in this order.

    UTF-8 that calls itself windows-1252, as many pages do, is UTF-8. Nothing is guessed where a
    page says nothing.

    Raises:
        Unusable: empty, too large, or it says nothing and is not UTF-8.
    """
    check_size(data)
    mark, encoding = _marked(data)
    if mark:
        return _lines(data[len(mark) :].decode(encoding, "replace"))
    declared = _declared(_COMMENT.sub(b"", data[:_HEAD]))
    if declared in ("", "utf-8", *_SINGLE) or declared.startswith("utf-16"):
        try:
            return decode(data)
        except Unusable:
            if not declared:
                raise
    return _lines(data.decode(_codec(declared), "replace"))


def _marked(data: bytes) -> tuple[bytes, str]:
    return next(((mark, name) for mark, name in _BOMS if data.startswith(mark)), (b"", ""))


def _declared(head: bytes) -> str:
    """The standard's name of the encoding that a page declares; "" when it declares none we know."""
    for pattern in (_DECLARATION, _META):
        for label in pattern.findall(head):
            encoding = webencodings.lookup(label.decode("ascii", "replace"))
            if encoding is not None:
                return str(encoding.name)
    return ""


def _codec(name: str) -> str:
    if name.startswith("utf-16"):  # it could not have been read if that were true
        return "utf-8"
    found = _WIDER.get(name)
    return found or str(codecs.lookup(webencodings.lookup(name).codec_info.name).name)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
