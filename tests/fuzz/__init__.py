"""Fuzzing of the readers' entry: any bytes give a reading or a clear error, and no value that is not in them."""
