"""
Where a kernel's messages come from.
"""
