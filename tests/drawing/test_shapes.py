import base64
import io
import re

import h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from skyhold.data.countries import all_countries, country
from skyhold.drawing import labels, shapes, svg
from skyhold.drawing.projections import EqualArea, EqualEarth, Orthographic, Sheet, fitted


def sheet_of(code: str) -> Sheet:
    west, south, east, north = country(code).bbox_deg
    lon, lat = np.array([west, east, west, east]), np.array([south, south, north, north])
    return fitted(EqualArea((west + east) / 2, (south + north) / 2), lon, lat, 560, (100, 600), 20)


def points_of(path: str) -> list[np.ndarray]:
    """The rings of a path written by `svg.outline`."""
    rings = []
    for part in path.split("M")[1:]:
        numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", part)]
        rings.append(np.cumsum(np.array(numbers).reshape(-1, 2), axis=0))
    return rings


def area_of(path: str) -> float:
    return sum(
        0.5 * (np.dot(r[:, 0], np.roll(r[:, 1], -1)) - np.dot(r[:, 1], np.roll(r[:, 0], -1)))
        for r in points_of(path)
    )


@given(st.lists(st.tuples(st.floats(-900, 900), st.floats(-900, 900)), min_size=2, max_size=30))
def test_outline_says_where_the_points_are(points):
    pixels = np.array(points)
    path = svg.outline(pixels)
    tenths = np.rint(pixels * 10) / 10
    if not path:
        assert (tenths == tenths[0]).all()
        return
    drawn = points_of(path)[0]
    assert drawn[0] == pytest.approx(tenths[0], abs=1e-6)
    assert drawn[-1] == pytest.approx(tenths[-1], abs=1e-6)


def test_country_keeps_its_area_when_thinned():
    sheet = sheet_of("UKR")
    path = shapes.country_outlines([country("UKR")], sheet)["UKR"]
    square_km = abs(area_of(path)) * (6371.0 / sheet.scale) ** 2
    assert square_km == pytest.approx(country("UKR").area_km2, rel=0.01)


def test_only_countries_that_show_are_drawn():
    drawn = shapes.country_outlines(all_countries("50m"), sheet_of("UKR"))
    assert {"UKR", "POL", "ROU", "MDA", "RUS"} <= set(drawn)
    assert not {"USA", "CHN", "AUS"} & set(drawn)


def test_merged_cells_cover_what_the_cells_cover():
    sheet = sheet_of("EST")
    middle = h3.latlng_to_cell(58.7, 25.5, 4)
    cells = h3.grid_disk(middle, 3)
    alone = sum(abs(area_of(shapes.merged_outline([cell], sheet))) for cell in cells)
    assert abs(area_of(shapes.merged_outline(cells, sheet))) == pytest.approx(alone, rel=0.01)


def test_merged_cells_keep_their_holes():
    ring = h3.grid_ring(h3.latlng_to_cell(58.7, 25.5, 4), 2)
    assert len(points_of(shapes.merged_outline(ring, sheet_of("EST")))) == 2


def test_far_side_of_the_globe_is_not_drawn():
    view = Orthographic(178.0, -17.0)
    sheet = Sheet(view, 200.0, 240.0, 240.0, 480.0, 480.0)
    drawn = shapes.globe_outlines(all_countries("110m"), sheet, view)
    assert {"AUS", "NZL", "FJI"} <= set(drawn)
    assert not {"FRA", "DEU", "NGA", "DZA"} & set(drawn)
    land = sum(abs(area_of(path)) for path in drawn.values())
    assert land < 0.4 * np.pi * 200.0**2


def test_cells_of_the_world_become_one_picture_without_gaps():
    sheet = fitted(EqualEarth(), [-180, 180, 0, 0], [0, 0, -90, 90], 400, (100, 300), 2)
    cells = tuple(child for cell in h3.get_res0_cells() for child in h3.cell_to_children(cell, 1))
    element = shapes.cells_image(cells, ["#3382be"] * len(cells), sheet)
    data = base64.b64decode(re.search(r"base64,([^\"]+)", element).group(1))
    picture = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))
    height, width = picture.shape[:2]
    assert (width, height) == (800, int(sheet.height * 2))
    middle = picture[height // 4 : 3 * height // 4, width // 8 : 7 * width // 8]
    assert (middle[..., 3] == 255).mean() > 0.999


def test_labels_never_cover_each_other():
    rng = np.random.default_rng(2)
    wanted = [
        labels.Label(x, y, f"Place {i}", 5.0, "#000") for i, (x, y) in enumerate(rng.uniform(0, 300, (80, 2)))
    ]
    drawn = labels.placed(wanted, [], 300, 300)
    words = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)".*?>(Place \d+)<', drawn)
    assert 10 < len(words) < 80
    boxes = [
        labels._box(labels.Label(0, 0, name, 5.0, ""), float(x), float(y), anchor, 0.99)
        for x, y, anchor, name in words
    ]
    assert not any(labels._overlap(a, b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert "Place 0<" in drawn
