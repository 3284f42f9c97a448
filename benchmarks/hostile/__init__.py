"""Files that try to kill, hang or fill whoever reads them, and the proof that they do not."""
