"""The eyes of the tests that look at pages: a page that is wrong in every way is seen to be so."""

BAD = """\
<!doctype html><html><head><title>Bad</title></head><body>
<img src="https://example.org/picture.png">
<p style="color: #ddd; background: #fff; width: 700px">Hardly to be read.</p>
<script>fail()</script>
</body></html>
"""


def test_a_bad_page_is_noticed(look, tmp_path):
    page = tmp_path / "page.html"
    page.write_text(BAD)
    found = look(page, width=400)
    assert {"color-contrast", "image-alt", "html-has-lang"} <= {each["id"] for each in found["serious"]}
    assert "https://example.org/picture.png" in [request["request"]["url"] for request in found["requests"]]
    assert "ERR_INTERNET_DISCONNECTED" in str(found["errors"])
    assert "fail is not defined" in str(found["errors"])
    assert found["width"] > 400


def test_the_theme_is_the_one_that_is_asked_for(look, browser, tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><html lang=en><title>t</title><body><main><h1>t</h1></main></body></html>")
    for theme in ("light", "dark"):
        assert look(page, theme)["serious"] == []
        assert browser.value(f"matchMedia('(prefers-color-scheme: {theme})').matches")
