"""The fault suite: hostile inputs and faults from a seed, and what happened held against what may happen.

``python -m faults`` from the project's root, or ``make faults``. Linux only: it forks, limits and reads ``/proc``.
"""
