"""How a plan file becomes a plan, or is refused with every problem at once.

- `plans`: the whole of it; what follows are its steps
- `placing`: the tree: ids, parents, levels
- `referring`: what names something else, and names that are used twice
- `extras`: what stands beside the tree
- `computed`: what nobody may type
- `counting`: lists that are not as long as they say
- `observations`: the file of what outside sources report

Beside them `quoting` tells whether the words of a file stand at the lines that it names: the tests of the plans that are
shipped ask it; no step of a loading does.
"""
