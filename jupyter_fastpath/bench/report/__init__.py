"""
The report: what came of a benchmark, as one page with pictures.
"""
