"""The registry of real sources: valid, spread over the country, and of the publishers' own hosts only."""

from __future__ import annotations

from collections import Counter

import pytest

from flows.crawl.families import NAMES
from flows.crawl.source import province_of
from flows.crawl.sources import load_registry
from flows.settings import Settings
from tests.shared import REPOSITORY, SAMPLES

SOURCES = load_registry(REPOSITORY / "data" / "sources.yaml").sources


def test_there_are_sixty_real_sources_of_many_provinces_and_families() -> None:
    assert len(SOURCES) >= 60
    assert len({province_of(source.adcode) for source in SOURCES}) >= 20
    families = Counter(source.family for source in SOURCES)
    assert set(families) <= {"auto", *NAMES}
    assert len(families) >= 6
    assert len({source.list for source in SOURCES}) == len(SOURCES)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_a_source_is_of_a_government_host_and_says_how_its_list_was_found(source) -> None:  # type: ignore[no-untyped-def]
    assert all(host.endswith(".gov.cn") for host in source.hosts)
    assert source.adcode
    assert source.years
    assert source.notes
    assert source.checked is None  # nobody has asked them: there was no network where this list was made
    assert not source.local


def test_the_samples_stay_the_registry_of_a_night_that_names_none() -> None:
    assert Settings.model_fields["sources"].default == SAMPLES / "sources.yaml"
