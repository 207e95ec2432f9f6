"""The pictures of `sparring theory`: one function a figure."""

from sparring.report.agg import load_matplotlib

load_matplotlib()  # before any figure imports it
