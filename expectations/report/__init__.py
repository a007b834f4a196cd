"""The data-quality report: what a night found, as one offline HTML page and as the body of a mail.

It renders a `QualityReport` that the night filled from the warehouse; it queries and sends nothing.
"""
