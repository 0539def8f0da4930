from maps.words.catalogue import profiles_text


def block(name: str) -> str:
    """Return what is said of one profile."""
    text = profiles_text()
    lines = text.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(f"{name} "))
    end = next((at for at in range(start + 1, len(lines)) if lines[at][0] != " "), len(lines))
    return "\n".join(lines[start:end])


def test_stairs_and_waits_are_shown_with_their_source():
    adult = block("adult")
    assert "stairs 0.50 m/s up, 0.65 m/s down: planner's assumption  [not verified]" in adult
    assert "signals 30 s" in adult
    assert "Highway Capacity Manual" in adult


def test_who_uses_no_stairs_and_who_waits_for_nothing_shows_none():
    assert "stairs" not in block("wheelchair").split("\n", 2)[2]
    assert "stairs" not in block("metres").split("\n", 1)[1]
    assert "signals" not in block("metres")
