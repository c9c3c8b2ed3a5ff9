"""Counting and showing visits.

A page's script (or, without script, a picture) tells the edge that a person has opened the page.
The edge appends one short line to a file (`beacon`, `segments`); every half minute the lines are
added to the database in one transaction (`fold`); everything shown is read through `figures`.
What the edge imports (`beacon` and what stands under it) knows nothing of Django.
"""
