"""Renditions: what was signed, as files to read, print and compute with; equal contents make equal bytes.

They know nothing of a clock, a locale, or where they run. Public versions are made of content that has been through
:func:`catalog.model.report_content.public`: what the public is not told never reaches a writer.
"""

from catalog.documents.rendering import RENDERER, missing, render, render_document

__all__ = ["RENDERER", "missing", "render", "render_document"]
