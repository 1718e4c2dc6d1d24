"""The schema for editors, the page for people, and the file to start from."""

import re

import pytest

from skyhold.errors import ScenarioError
from skyhold.scenario import library, schema, template
from skyhold.scenario.document import tables_of
from skyhold.scenario.load import load, loads
from skyhold.scenario.scenario import KINDS


def objects():
    return list(schema.json_schema()["$defs"].values())


def test_every_key_has_a_description_and_a_title():
    bare = [
        (part.get("title"), key)
        for part in objects()
        for key, item in part["properties"].items()
        if not item.get("description") or not item.get("title")
    ]
    assert bare == []


def test_unknown_keys_are_forbidden_and_null_is_not_offered():
    assert schema.json_schema()["$schema"].startswith("https://json-schema.org/")
    assert all(part["additionalProperties"] is False for part in objects())
    assert '"null"' not in str(schema.json_schema()).replace("'", '"')


def test_units_stand_in_titles():
    clock = schema.json_schema()["$defs"]["Clock"]["properties"]
    assert clock["duration_h"]["title"] == "duration (hours)"
    assert clock["duration_h"]["x-unit"] == "hours"
    assert schema.unit_of("start_utc") == "UTC"
    assert schema.unit_of("phasing") == ""


def test_the_page_has_every_table_and_key():
    page = schema.markdown()
    for kind, scenario in KINDS.items():
        assert f'## Files of kind = "{kind}"' in page
        for header, noun in tables_of(scenario):
            assert f"### {header}" in page or header == "the top of the file"
            assert all(f"| `{key}` |" in page for key in noun.model_fields)


@pytest.mark.parametrize("name", library.scenario_names())
def test_a_new_file_is_the_library_scenario_under_another_name(name):
    text = template.new("mine", name)
    assert text.startswith("#:schema scenario.schema.json\n")
    assert loads(text) == load(name).model_copy(update={"name": "mine"})


def test_commented_keys_are_the_defaults():
    text = template.new("mine", "ukraine-2022").split("# [[events]]")[0]
    opened = "\n".join(
        line.removeprefix("# ") if re.match(r"# [a-z_0-9]+ = ", line) else line for line in text.splitlines()
    )
    assert opened.count("\n#") < text.count("\n#") - 5
    assert loads(opened) == loads(text)


def test_absent_tables_are_shown_as_comments():
    text = template.new("mine", "walker-demo")
    assert "\n# [cities]\n# country: " in text
    assert '\n# [scheduler]\n# policy = "highest-elevation"' in text
    assert "# [[events]]" not in text
    assert "# [[events]]\n# kind = " in template.new("mine", "kuiper")


@pytest.mark.parametrize("name", ["My Run", "", "-a", "a" * 101, "é"])
def test_bad_names_are_refused(name):
    with pytest.raises(ScenarioError) as caught:
        template.new(name)
    assert re.search(r"try [a-z0-9][a-z0-9-]*$", caught.value.remedy)
