"""The user is told before kernels are compiled, and not when they are kept."""

from __future__ import annotations

from geo.search import warm


def test_a_first_run_is_announced(monkeypatch):
    lines: list[str] = []
    monkeypatch.setattr(warm, "is_on_disk", lambda _: False)
    warm.announce_compilation(lines.append)
    assert lines == ["compiling the search kernels (once, some 20 seconds)"]


def test_a_later_run_is_not():
    warm.compile_kernels()
    lines: list[str] = []
    warm.announce_compilation(lines.append)
    assert lines == []
