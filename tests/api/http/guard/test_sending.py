"""How answers are sent: tags, gzip, HEAD, careful headers, pages elsewhere, paths below a study."""

from __future__ import annotations

from tests.support.town import place

LON, LAT = place(200, 0)
HERE = f"lon={LON}&lat={LAT}"


def test_what_has_not_changed_is_not_sent_again(served):
    client = served()
    for path in ("/map", "/layers/demand", f"/coverage?{HERE}", "/collections/demand/items"):
        first = client.get(path)
        again = client.get(path, headers={"if-none-match": f'"other", {first.headers["etag"]}'})
        assert (again.status_code, again.content) == (304, b""), path
        assert again.headers["etag"] == first.headers["etag"]
        assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200


def test_a_head_says_the_same_without_a_body(served):
    client = served()
    for path in ("/map", f"/coverage?{HERE}", "/layers/demand", "/nonsense"):
        got, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (got.status_code, b"")
        assert head.headers["content-length"] == got.headers["content-length"]


def test_who_can_unpack_gets_it_packed(served):
    client = served()
    packed = client.get("/map", headers={"accept-encoding": "gzip"})
    plain = client.get("/map", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2


def test_every_answer_keeps_a_browser_careful(served):
    client = served()
    for path in ("/map", "/cases", "/nonsense"):
        headers = client.get(path).headers
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")
    assert client.get("/cases").headers["content-security-policy"].startswith("default-src 'none'")


def test_pages_elsewhere_may_ask_only_where_told(served):
    asked = {"origin": "https://partner.example"}
    assert "access-control-allow-origin" not in served().get("/cases", headers=asked).headers
    client = served(origins=("https://partner.example",))
    said = client.get("/cases", headers=asked).headers["access-control-allow-origin"]
    assert said == "https://partner.example"
    other = client.get("/cases", headers={"origin": "https://other.example"}).headers
    assert "access-control-allow-origin" not in other


def test_every_path_stands_below_its_study_too(served):
    client = served()
    [study] = client.get("/studies").json()
    below = f"/studies/{study['id']}"
    assert client.get(f"{below}/coverage?{HERE}").json() == client.get(f"/coverage?{HERE}").json()
    assert client.get(f"{below}/layers").json()[0]["href"].endswith(f"{below}/layers/grid_coverage")
    links = client.get(f"{below}/collections?f=json").json()["links"]
    assert links[0]["href"].endswith(f"{below}/collections?f=json")
    assert client.get("/studies/nonsense/cases").status_code == 404
