# Applications received and granted, by body and year, with R from the files of `nianbao export -o export`.
# Written from the documentation of the arrow package; not run here, where there is no R.
library(arrow)
library(dplyr)
library(tidyr)

open_dataset("export/facts", partitioning = hive_partition(year = int32())) |>
  filter(
    table_code == "applications", column_code == "total",
    row_code %in% c("received_new", "granted"), status == "published"
  ) |>
  group_by(agency, year, row_code) |>
  summarise(value = sum(value)) |>
  collect() |> # decimals become doubles here: exact for counts, not for every amount
  pivot_wider(names_from = row_code, values_from = value) |>
  arrange(agency, year)
