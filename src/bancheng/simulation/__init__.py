"""模拟大厅: weeks of a hall that does not exist, through the commands that people use.

Invented are people, items and how often what happens; which numbers are published ones is said
where they stand. Whatever is left to chance follows from one seed, so that the demo, its tests and
the benchmark see the same hall again.
"""
