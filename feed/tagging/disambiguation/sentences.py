"""Words and sentences around a place in a text."""

import re

WORD_AFTER = re.compile(r"'?s?[ \n\-](?![ \n])[\"(]?([\w$][\w.&/\-]*)")


def word_after(text: str, end: int) -> str:
    """The next word, past a possessive; "" at the end of a clause."""
    match = WORD_AFTER.match(text, end, end + 40)
    return match[1].rstrip(".-") if match else ""


def word_before(text: str, start: int) -> str:
    """The word before, "" after a stop."""
    if text[start - 1] not in " \n":
        return ""
    word = text[text.rfind(" ", max(0, start - 40), start - 1) + 1 : start - 1]
    if word.isalnum():
        return word
    word = word[word.rfind("\n") + 1 :].strip('"()[]')
    return "" if word[-1:] in ",;:!?-" else word


def sentence_end(text: str, end: int) -> bool:
    """True when punctuation follows at once."""
    return text[end : end + 1] in ".!?:;"


def sentence_start(text: str, start: int) -> bool:
    """True when nothing but a full stop, a line break or a quotation mark stands before."""
    before = text[max(0, start - 4) : start].rstrip(" \"'(")
    return not before or before[-1] in ".!?\n:•*-"


def title_case(title: str) -> bool:
    """A headline in which nearly every longer word has a capital."""
    words: list[str] = re.findall(r"[^\W\d_]{4,}", title)
    return len(words) >= 3 and sum(w[0].isupper() for w in words) >= 0.75 * len(words)
