"""Texts that more than one room says."""

TEXTS = {}
