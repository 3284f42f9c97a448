"""Where files lie: folders, servers of files, buckets. Places are listed and read; what files mean is not theirs."""
