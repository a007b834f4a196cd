"""Where it lands: the DuckDB tables and views (as SQL files), idempotent loads, published snapshots.

Nothing here knows how a report is read or judged; it keeps what the other rooms hand over.
"""
