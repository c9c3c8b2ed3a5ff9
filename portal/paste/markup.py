"""An HTML parser that takes whatever a clipboard holds."""

from html.parser import HTMLParser


class ClipboardParser(HTMLParser):
    """The standard library's parser without the inputs at which it fails or slows down."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def parse_all(self, html: str) -> None:
        """Parse the whole of ``html``."""
        self.feed(html)
        self.close()

    def parse_html_declaration(self, i: int) -> int:
        """Skip Word's conditional sections, ``<![if …]>``, at which the base class stops."""
        if self.rawdata.startswith("<![", i):
            return self.parse_bogus_comment(i)
        return super().parse_html_declaration(i)

    def parse_comment(self, i: int, report: bool = True) -> int:
        """Let an unclosed comment run to the end, as browsers do.

        The base class would look for the end of each anew, in time squared.
        """
        if self.rawdata.find("-->", i + 2) < 0:
            self.handle_comment(self.rawdata[i + 4 :])
            return len(self.rawdata)
        return super().parse_comment(i, report)
