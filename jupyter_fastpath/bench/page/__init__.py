"""
Measures JupyterLab as somebody sees it who looks at a notebook in a real browser.

Nothing here knows what draws the outputs: it looks at the DOM, at what the browser
tells of its main thread, and at the model that JupyterLab would save.
"""
