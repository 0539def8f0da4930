"""Links that a user wrote, which a reader may follow."""

from __future__ import annotations

from urllib.parse import urlsplit


def safe_link(text: str) -> str | None:
    """Return the address of a link, or None for anything that is not plain http or https.

    Examples
    --------
    >>> safe_link("https://example.cn/a"), safe_link("javascript:alert(1)"), safe_link("")
    ('https://example.cn/a', None, None)
    """
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return None
    return text.strip() if parts.scheme in ("http", "https") and parts.netloc else None
