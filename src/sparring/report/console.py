"""Stand-in."""


class Console:
    """Stand-in."""

    def __init__(self, json_lines=False, quiet=False, **k):
        self.j, self.q = json_lines, quiet

    def start(self, facts): ...

    def update(self, row, done, seconds_left):
        import json

        if self.j:
            print(json.dumps(row), flush=True)
        elif not self.q:
            print(round(done, 3), seconds_left, {k: round(v, 3) for k, v in row.items()}, flush=True)

    def say(self, text):
        if not self.q and not self.j:
            print(text, flush=True)

    def finish(self): ...
