"""Does it hold? Great Expectations suites over residuals, and the data-quality report.

The rules come from `schemas.formats`, the residuals from DuckDB as pandas frames; this room opens
no database and sends no mail.
"""
