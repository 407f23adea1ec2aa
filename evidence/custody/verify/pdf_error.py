"""Why a PDF is no signed index."""


class PdfError(ValueError):
    """The PDF has no signature over the whole of it; the message says what is wrong."""
