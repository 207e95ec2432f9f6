"""Translation at work: unpaired data, pictures of any size, files in and out."""
