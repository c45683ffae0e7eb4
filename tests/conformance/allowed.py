"""Warnings that are meant, each with its reason. Errors are never allowed."""

# tool -> beginning of the warning -> why it stays
ALLOWED: dict[str, dict[str, str]] = {
    "httplint": {
        "The server didn't understand the request": "a question that cannot be read is answered so",
    },
    "Nu HTML checker": {
        "Text run is not in Unicode Normalization Form C": "articles stay as their source wrote them,"
        " for the offsets of the evidence count in them",
    },
}


def reason(tool: str, warning: str) -> str:
    """Why a warning is allowed; "" when it is not."""
    for beginning, why in ALLOWED.get(tool, {}).items():
        if warning.startswith(beginning):
            return why
    return ""
