"""Texts that more than one room says."""

TEXTS = {
    "kernel distance": "커널 거리",
}
