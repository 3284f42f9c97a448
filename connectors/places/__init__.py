"""Where files lie: folders, servers of files, buckets. A place is listed and read; what its files mean is not its own."""
