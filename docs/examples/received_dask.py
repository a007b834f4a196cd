"""Applications received and granted, by body and year, on several processes or machines: Dask over the same files.

Here the workers are two processes of this machine; for others give `Client` the address of their scheduler, and put
the export where all of them can read it.
"""

import dask
import dask.dataframe as dd
import pandas as pd
import pyarrow as pa
from dask.distributed import Client, LocalCluster
from pyarrow.dataset import HivePartitioning


def received(folder: str) -> pd.DataFrame:
    """Return the sums by agency and year; exact decimals, null where nothing was published."""
    facts = dd.read_parquet(
        folder,
        columns=["agency", "year", "row_code", "value"],
        filters=[
            ("table_code", "==", "applications"),
            ("column_code", "==", "total"),
            ("row_code", "in", ["received_new", "granted"]),
        ],
        dtype_backend="pyarrow",
        dataset={"partitioning": HivePartitioning(pa.schema([("year", pa.int32())]))},
    )
    sums = facts.groupby(["agency", "year", "row_code"], dropna=False)["value"].sum(min_count=1)
    return sums.compute().unstack("row_code")


if __name__ == "__main__":
    # Values are decimals: Dask may not turn what it takes for objects into text.
    dask.config.set({"dataframe.convert-string": False})
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster,
        Client(cluster),
    ):
        print(received("export/facts").sort_index().to_csv())
