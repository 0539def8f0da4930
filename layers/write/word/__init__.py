"""Reports as text processors open them: blocks laid out as DOCX, in an office's template or in our own."""
