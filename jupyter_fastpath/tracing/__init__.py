"""
``jupyter fastpath trace``: the records of runs, as they come or summed up.
"""
