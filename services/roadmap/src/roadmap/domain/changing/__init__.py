"""How the record of a date changes: rows end and begin, and none is overwritten.

- `deciding`: who decided what, and for which change that is a reason
- `moving`: a decision moves a due date, or stops a milestone
- `witnessing`: something was reached, or others report it
- `correcting`: what was recorded wrongly is put right
- `amending`: what each of them does to the rows
- `vouching`: who may be named as a source, and how a date may be written
- `cells`: a row of a table, cell by cell
- `editing`: a table that comes back, as the same changes
- `earliest`: from which day on a table can move something
"""
