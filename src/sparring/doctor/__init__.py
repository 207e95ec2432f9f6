"""The doctor: looks at what was measured in a run, and says what is wrong with it, how that is known and what to do. Pure."""
