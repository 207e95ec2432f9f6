"""The pictures of `sparring theory`: one function a figure."""
