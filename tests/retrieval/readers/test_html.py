"""HTML: what a page says, under its headings."""

import pytest

from bot.domain.document import Document, Section
from bot.domain.errors import NoteRefused
from bot.retrieval.limits import ReadingLimits
from bot.retrieval.readers.html import read_html


def read(text: str) -> Document:
    return read_html("page.html", text.encode(), ReadingLimits())


def body(text: str) -> str:
    [section] = read(text).sections
    return section.text


def test_headings_give_the_path_and_the_lone_first_one_the_title() -> None:
    document = read(
        "<html><head><title>Site</title></head><body><h1>Dropout</h1><p>a<h2>At <i>test</i> time"
        "<a class=headerlink href=#x>¶</a></h2><div>b</div><h3>C</h3>c</body></html>"
    )
    assert document == Document(
        "Dropout",
        (Section("", "a"), Section("At test time", "b"), Section("At test time > C", "c")),
    )


def test_the_page_title_is_used_where_no_heading_is() -> None:
    assert read("<title> My \n page </title><p>a").title == "My page"
    assert read("<p>a").title == "page.html"


def test_scripts_styles_and_navigation_are_dropped() -> None:
    page = (
        "<style>s</style><nav>n</nav><header><h1>T</h1></header><script>x()</script><p>kept</p>"
        "<aside>a</aside><div role=navigation>r</div><div hidden>h</div><footer>f</footer>"
        "<!-- c --><noscript>ns</noscript><div aria-hidden=true>ah</div>"
    )
    assert body(page) == "kept"


def test_the_main_part_is_read_where_one_is_marked() -> None:
    assert body("<div>menu</div><main><p>text</p></main><div>advert</div>") == "text"


def test_paragraphs_and_line_breaks_are_kept_and_wrapping_is_not() -> None:
    assert body("<p>a\n b&nbsp;&amp; <b>c</b><br>d</p>\n\n<div>e<div>f</div>g</div>") == (
        "a b\xa0& c\nd\n\ne\n\nf\n\ng"
    )


def test_lists_are_lines_with_their_marks() -> None:
    page = "<p>Ways:</p><ul><li>a<ol start=3><li>b</li><li><p>c</p></li></ol></li><li>d</li></ul>e"
    assert body(page) == "Ways:\n\n- a\n  3. b\n  4. c\n- d\n\ne"


def test_code_is_fenced_with_its_language_and_white_space() -> None:
    page = '<pre><code class="language-Python">if a:\n    b &lt; 1\n</code></pre>'
    assert body(page) == "```python\nif a:\n    b < 1\n```"
    assert body("<pre>a ``` b</pre>") == "````\na ``` b\n````"


def test_tables_are_rows_of_cells() -> None:
    page = "<table><tr><th>p</th><th>F1</th></tr><tr><td>0.1<td>93 <b>%</b></tr></table>"
    assert body(page) == "| p | F1 |\n| 0.1 | 93 % |"


def test_powers_are_no_other_numbers() -> None:
    assert body("<p>x<sup>2</sup> + h<sub>10</sub>, the 2<sup>nd</sup></p>") == "x² + h₁₀, the 2nd"


def test_formulas_are_their_latex() -> None:
    mathml = (
        "<math><semantics><mi>x</mi><annotation encoding='application/x-tex'>x^2</annotation>"
        "</semantics></math><span class=katex-html aria-hidden=true>x2</span>"
    )
    page = f"<p>So {mathml} and <script type='math/tex'>y_1</script>.</p>"
    assert body(page) == "So $x^2$ and $y_1$."


def test_deep_nesting_is_read() -> None:
    assert body("<div>" * 3_000 + "deep") == "deep"


def test_xhtml_with_a_declared_encoding_is_read() -> None:
    page = '<?xml version="1.0"?><html><meta charset="windows-1251"><p>Обучение</p></html>'
    document = read_html("a.html", page.encode("cp1251"), ReadingLimits())
    assert document.sections[0].text == "Обучение"


def test_a_page_without_text_is_refused() -> None:
    with pytest.raises(NoteRefused, match=r'no text in "page.html"; please upload'):
        read("<html><script>app()</script></html>")
