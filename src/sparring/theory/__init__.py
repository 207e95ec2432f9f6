"""Worlds with a known truth, the divergences of the papers, and the pictures of `sparring theory`."""
