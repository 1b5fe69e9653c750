"""Pictures of formulas: real PNGs that show something, within their bounds."""

import io

import numpy as np
import pytest
from matplotlib import image as images

from bot.domain.errors import UnsupportedFormula
from bot.domain.formulas import Formula
from bot.domain.theme import Theme
from bot.figures import formula_image
from bot.figures.formula_image import MAX_FORMULAS, MAX_HEIGHT, MAX_WIDTH, draw

FORMULAS = [
    r"\mathrm{softmax}(z)_i = \frac{e^{z_i}}{\sum_{j=1}^{K} e^{z_j}}",
    r"H(p, q) = -\sum_{x \in \mathcal{X}} p(x) \log q(x)",
    r"\operatorname{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V",
    r"P(A \mid B) = \frac{P(B \mid A)\,P(A)}{P(B)}",
    r"\nabla_\theta J = \mathbb{E}_{\pi_\theta}\left[\sum_t \nabla_\theta \log \pi_\theta\right]",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}^\top \begin{bmatrix} x \\ y \end{bmatrix}",
    r"\lVert x \rVert_2 = \sqrt{\sum_{i=1}^n x_i^2}",
    r"\theta_{t+1} = \theta_t - \frac{\eta}{\sqrt{\hat{v}_t} + \epsilon} \hat{m}_t",
    r"f(x) = \begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}",
    r"\begin{aligned} z &= Wa + b \\ a &= \sigma\big(z\big) \end{aligned}",
    r"\hat\theta = \operatorname*{arg\,max}_{\theta} \prod_{i=1}^{n} p(x_i \mid \theta)",
    r"D_{\mathrm{KL}}(P \,\|\, Q) = \int p(x) \ln\frac{p(x)}{q(x)}\,dx",
    r"\left\langle \begin{matrix} a \\ b \end{matrix} \right\rangle + \lfloor x \rfloor",
]
LONG = " + ".join(rf"\frac{{\partial L_{{{i}}}}}{{\partial w_{{{i}}}}}" for i in range(11))


def pixels(png: bytes) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    """Height × width × RGBA, 0 to 1."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return np.asarray(images.imread(io.BytesIO(png), format="png"))


def ink(png: bytes) -> float:
    """The share of pixels that differ much from the card."""
    picture = pixels(png)[10:-10, 10:-10, :3]
    return float((np.abs(picture - picture[0, 0]).max(axis=-1) > 0.4).mean())


@pytest.mark.parametrize("source", FORMULAS)
def test_a_typical_formula_is_drawn(source: str) -> None:
    png = draw([Formula(source)], Theme.DARK)
    height, width, _ = pixels(png).shape
    assert 400 <= width <= MAX_WIDTH
    assert 80 <= height <= 400
    assert 0.005 < ink(png) < 0.3


@pytest.mark.parametrize("theme", Theme)
def test_the_card_is_opaque_with_round_corners_and_strong_contrast(theme: Theme) -> None:
    picture = pixels(draw([Formula(FORMULAS[0])], theme))
    assert picture[0, 0, 3] == 0
    assert (picture[30:-30, 30:-30, 3] == 1).all()
    inside = picture[30:-30, 30:-30, :3].mean(axis=-1)
    assert inside.max() - inside.min() > 0.7
    assert (inside.mean() < 0.5) == (theme is Theme.DARK)


def test_several_formulas_are_one_picture_with_all_of_them() -> None:
    formulas = [Formula(source) for source in FORMULAS[:4]]
    together = pixels(draw(formulas, Theme.LIGHT)).shape
    alone = [pixels(draw([formula], Theme.LIGHT)).shape for formula in formulas]
    assert together[0] > max(shape[0] for shape in alone)
    assert together[0] < sum(shape[0] for shape in alone)


def test_a_long_formula_is_wrapped() -> None:
    height, width, _ = pixels(draw([Formula(LONG)], Theme.DARK)).shape
    assert width <= 1_300
    assert height > 250


def test_as_many_as_are_allowed_fit() -> None:
    height, width, _ = pixels(draw([Formula("x = 1")] * MAX_FORMULAS, Theme.DARK)).shape
    assert height <= MAX_HEIGHT
    assert width <= MAX_WIDTH


def test_an_unsupported_formula_among_others_is_shown_as_its_source() -> None:
    good, bad = Formula(r"\frac{a}{b}"), Formula("\\nonsense{x} \ud800" + "word " * 60)
    png = draw([good, bad], Theme.DARK)
    assert pixels(png).shape[0] > pixels(draw([good], Theme.DARK)).shape[0] + 50
    assert ink(png) > 0.005


@pytest.mark.parametrize(
    "source",
    [
        r"\nonsense{x}",
        r"\frac{a",
        r"\input{/etc/passwd}",
        r"\newcommand{\a}{\a\a}\a",
        "日本語",
        "",
        "x" * 400,
        r"\left? x \right!",
        r"\begin{tikzpicture} x \end{tikzpicture}",
        r"\left\uparrow \begin{matrix} a \end{matrix} \right.",
    ],
)
def test_what_cannot_be_drawn_is_refused(source: str) -> None:
    with pytest.raises(UnsupportedFormula, match="read its source"):
        draw([Formula(source)], Theme.DARK)


def test_too_many_or_too_long_formulas_are_refused_before_any_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(formula_image, "_boxes")
    for formulas in ([], [Formula("x")] * 13, [Formula("x " * 200)] * 6):
        with pytest.raises(UnsupportedFormula):
            draw(formulas, Theme.DARK)


def test_too_tall_a_picture_is_refused() -> None:
    lines = r" \\ ".join("x" for _ in range(30))
    with pytest.raises(UnsupportedFormula, match="tall"):
        draw([Formula(lines)] * 5, Theme.DARK)
