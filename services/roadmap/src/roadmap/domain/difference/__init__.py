"""What is different between two texts of a plan, or between two moments.

- `changes`: the words for it: a change, a question, an answer, a diff
- `diffing`: the whole of it, of two texts; what follows are its steps
- `comparing`: a node and what it was
- `beside`: what stands beside the tree
- `told`: from what to what, in words and numbers
- `likeness`: what a vanished node may have become: a question
- `answering`: what a person answered, and whether it fits
- `undoing`: decisions that a text takes back
- `redating`: the dates and statuses of two moments
- `sides`: two moments side by side, with what was answered between them
"""
