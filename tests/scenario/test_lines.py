"""Line numbers of keys, beside the values that tomllib reads."""

import tomllib

import pytest

from skyhold.scenario import library
from skyhold.scenario.document import spelled
from skyhold.scenario.lines import lines_of


def paths_in(value, path=()):
    if isinstance(value, dict):
        for key, item in value.items():
            yield (*path, key)
            yield from paths_in(item, (*path, key))
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield (*path, index)
            yield from paths_in(item, (*path, index))


@pytest.mark.parametrize("name", library.scenario_names())
def test_every_key_of_the_library_is_found_on_a_line_that_names_it(name):
    text = library.scenario_text(name)
    lines, rows = lines_of(text), text.splitlines()
    wanted = list(paths_in(tomllib.loads(text)))
    assert len(wanted) > 8
    for path in wanted:
        *outer, last = path
        if isinstance(last, int):  # an element of a list stands on the line of the list or below it
            assert lines[path] >= lines.get(tuple(outer), 0), spelled(path)
            continue
        assert last in "\n".join(rows[lines[path] - 1 :][:2]), spelled(path)


def test_awkward_toml():
    text = (
        "'a b'.\"c\\u0041\" = '''\n[x]\n'''\n"  # 1-3
        'd = """\\"""\n = [ """\n'  # 4-5
        "e = [ # ]\n  1.5, [2022-02-28 00:00:00Z], { f = '}' },\n]\n"  # 6-8
        "[[g]]\n[[g.h]]\ni = 1\n[[g.h]]\ni = 2\n[[g]]\n[g.k]\nl = 1\n"  # 9-16
    )
    lines = lines_of(text)
    assert set(paths_in(tomllib.loads(text))) == set(lines)
    assert lines[("a b", "cA")] == 1
    assert lines[("d",)] == 4
    assert lines[("e", 2, "f")] == 7
    assert (lines[("g", 0, "h", 1, "i")], lines[("g", 1, "k", "l")]) == (13, 16)


def test_what_is_not_toml_gives_what_was_found():
    assert lines_of("a = 1\nb = [ {") == {("a",): 1, ("b",): 2, ("b", 0): 2}
    assert lines_of("") == {}
