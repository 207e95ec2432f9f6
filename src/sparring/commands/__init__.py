"""The commands, one small file for each family. Each turns words into a call of the library and prints the answer."""
