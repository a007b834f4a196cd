"""Where the material outside the repository is (seed documents, contract), and skipping without it."""

from __future__ import annotations

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
SHARED = REPOSITORY.parent / "shared"
SAMPLES = REPOSITORY / "data" / "samples"

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(),
    reason="needs ../shared/ (seed documents and contract), which is not beside this clone",
)

# Which sample figures (copied cell by cell from the seeds, by hand and eye) belong to which seed.
SEEDS = {
    "000_0f8b6a4a9dbac9de.txt": ("shiji-2020", "南谯区施集镇", 2020, "2019"),
    "001_e58fc4138ebb9d36.txt": ("nantong-yjj-2020", "南通市应急管理局", 2020, "2019"),
    "002_eba70c05e673a42d.txt": ("faku-2020", "法库县人民政府", 2020, "2019"),
    "003_71ed9ab5060b56e4.txt": ("mishazi-2020", "德惠市米沙子镇人民政府", 2020, "2019"),
    "004_7859ced941c8677a.txt": ("mianyang-jgsw-2022", "绵阳市机关事务管理局", 2022, "2021"),
}
