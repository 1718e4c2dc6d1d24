import pytest

from skyhold.attenuation import climate, climate_table


@pytest.fixture
def own_data(tmp_path, monkeypatch):
    """The user's data in a folder of this test, and nothing remembered of other folders."""
    monkeypatch.setenv("SKYHOLD_DATA", str(tmp_path))
    climate._table.cache_clear()
    yield tmp_path
    climate._table.cache_clear()


@pytest.fixture(scope="session")
def maps_table():
    """The table of climate from the installed itur."""
    try:
        maps = climate_table.installed()
    except ImportError:
        pytest.skip("itur is not installed")
    return climate_table.make(maps)
