"""Tables of results: named columns of equal length, each with its unit and meaning."""

from __future__ import annotations

import csv
import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.errors import ResultError

Column = NDArray[Any]


@dataclass(frozen=True)
class Table:
    """An immutable table; `notes` says in words what a column holds, its unit being in its name."""

    name: str
    columns: Mapping[str, Column]
    notes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        arrays = {key: np.asarray(value) for key, value in self.columns.items()}
        lengths = {key: len(value) for key, value in arrays.items()}
        if len(set(lengths.values())) > 1:
            raise ResultError(f"table {self.name} has columns of different lengths", came=str(lengths))
        for array in arrays.values():
            array.flags.writeable = False
        object.__setattr__(self, "columns", MappingProxyType(arrays))
        object.__setattr__(self, "notes", MappingProxyType(dict(self.notes)))

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def __getitem__(self, column: str) -> Column:
        if column not in self.columns:
            raise ResultError(
                f"table {self.name} has no column {column!r}", expected="one of " + ", ".join(self.columns)
            )
        return self.columns[column]

    @staticmethod
    def of_rows(
        name: str, rows: Sequence[Mapping[str, Any]], notes: Mapping[str, str] | None = None
    ) -> Table:
        """A table of rows with the same keys; text stays text, None in a column of numbers is NaN."""
        columns = {}
        for key in rows[0] if rows else ():
            values = [row[key] for row in rows]
            text = any(isinstance(value, str) for value in values)
            columns[key] = np.array(values, dtype=object) if text else np.array([_nan(v) for v in values])
        return Table(name, columns, notes or {})

    def rows(self) -> list[dict[str, Any]]:
        """One dict of Python values a row, for JSON."""
        return [
            {
                key: value[i].item() if isinstance(value[i], np.generic) else value[i]
                for key, value in self.columns.items()
            }
            for i in range(len(self))
        ]

    def write(self, folder: Path) -> None:
        """Write NAME.parquet and NAME.csv into `folder`."""
        import pyarrow.parquet as parquet

        folder.mkdir(parents=True, exist_ok=True)
        parquet.write_table(self.to_arrow(), folder / f"{self.name}.parquet", compression="zstd")
        with (folder / f"{self.name}.csv").open("w", newline="", encoding="utf-8") as handle:
            writer = csv.writer(handle)
            writer.writerow(self.columns)
            writer.writerows(zip(*(self._printed(value) for value in self.columns.values()), strict=True))

    def to_arrow(self) -> Any:
        """The table as a `pyarrow.Table`, the notes in the field metadata."""
        import pyarrow as pa

        arrays = [
            pa.array(value.tolist() if value.dtype.kind in "OU" else value) for value in self.columns.values()
        ]
        fields = [
            pa.field(key, array.type, metadata={"note": self.notes[key]} if key in self.notes else None)
            for key, array in zip(self.columns, arrays, strict=True)
        ]
        return pa.Table.from_arrays(arrays, schema=pa.schema(fields))

    @staticmethod
    def read(path: Path) -> Table:
        """Read a parquet file that `write` made."""
        import pyarrow.parquet as parquet

        arrow = parquet.read_table(path)
        notes = {
            f.name: f.metadata[b"note"].decode() for f in arrow.schema if f.metadata and b"note" in f.metadata
        }
        return Table(path.stem, {name: arrow[name].to_numpy() for name in arrow.column_names}, notes)

    @staticmethod
    def _printed(value: Column) -> list[str]:
        if value.dtype.kind == "f":
            return ["" if np.isnan(v) else f"{v:.6g}" for v in value]
        return [str(v) for v in value]

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(key)}</th>" for key in self.columns)
        shown = min(len(self), 25)
        cells = [self._printed(value[:shown]) for value in self.columns.values()]
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(v)}</td>" for v in row) + "</tr>"
            for row in zip(*cells, strict=True)
        )
        more = f"<p>{len(self) - shown} more rows</p>" if len(self) > shown else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _nan(value: Any) -> Any:
    return float("nan") if value is None else value
