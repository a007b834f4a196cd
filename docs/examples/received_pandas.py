"""Applications received and granted, by body and year, with pandas from the files of `nianbao export -o export`."""

import pandas as pd
import pyarrow as pa
from pyarrow.dataset import partitioning

facts = pd.read_parquet(
    "export/facts",
    columns=["agency", "year", "row_code", "value"],
    filters=[
        ("table_code", "==", "applications"),
        ("column_code", "==", "total"),
        ("row_code", "in", ["received_new", "granted"]),
    ],
    dtype_backend="pyarrow",  # exact decimals, and a null that is no NaN
    partitioning=partitioning(pa.schema([("year", pa.int32())]), flavor="hive"),  # else a missing year is misread
)
received = facts.groupby(["agency", "year", "row_code"], dropna=False)["value"].sum(min_count=1).unstack("row_code")

if __name__ == "__main__":
    print(received)
