"""The demo city, Port Meridian: fictional agencies with made-up people, written as databases and file shares.

Nothing here knows how scanners judge; what is planted where is told in README.md.
"""
