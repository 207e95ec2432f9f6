"""How good are pictures that were drawn? Features, a reference, and a card that says how each number came about."""
