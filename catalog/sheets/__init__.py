"""Spreadsheets: written so that nothing computes them, read so that nothing in them does harm."""
