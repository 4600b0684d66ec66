"""
Measures Jupyter Server from outside, stock beside ours, as a browser would see it.
"""
