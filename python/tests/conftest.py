"""Data that the tests share."""

import numpy as np
import pytest


def blobs(n_rows: int, n_cols: int, seed: int = 0) -> np.ndarray:
    """Gaussian blobs of differing size and width, with a tenth of uniform noise; no two distances are equal."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform(-8, 8, (6, n_cols))
    widths = rng.uniform(0.3, 1.0, 6)
    which = rng.choice(6, n_rows, p=[0.3, 0.25, 0.2, 0.1, 0.1, 0.05])
    points = centres[which] + rng.normal(size=(n_rows, n_cols)) * widths[which, None]
    noise = rng.random(n_rows) < 0.1
    points[noise] = rng.uniform(-10, 10, (noise.sum(), n_cols))
    return points


@pytest.fixture(scope="session")
def points() -> np.ndarray:
    return blobs(800, 3)


@pytest.fixture
def mixed():
    """Numeric and categorical columns, as a pandas frame with an index of its own."""
    pd = pytest.importorskip("pandas")
    rng = np.random.default_rng(5)
    size = rng.lognormal(4, 1, 300)
    place = np.where(size > 60, "mall", rng.choice(["street", "station"], 300))
    region = rng.choice(["north", "south", "west"], 300)
    return pd.DataFrame(
        {"size": size, "ticket": 10 + 0.1 * size + rng.normal(size=300), "region": region, "place": place},
        index=pd.Index([f"store {row}" for row in range(300)], name="store"),
    )
