"""beautifulsoup4: parses, searches, selects and changes HTML with the library's own parser."""

from bs4 import BeautifulSoup, SoupStrainer

ROW = '<tr class="row r%d"><td id="c%d"><a href="/x?a=%d&amp;b=2">Link %d</a></td><td>caf\u00e9 &lt;&copy;<!-- note --></td></tr>'


def main():
    html = "<html><head><title>T</title></head><body><p>One<p>Two<table>"
    html += "".join(ROW % (n % 3, n, n, n) for n in range(400)) + "</table></body>"
    soup = BeautifulSoup(html, "html.parser")
    print(soup.title.string, len(soup.find_all("td")), soup.find(id="c7").a["href"], soup.find("a", string="Link 9"))
    print(len(soup.select("tr.r1 > td a[href*='b=2']")), soup.select_one("td:nth-of-type(2)").get_text())
    print([a.get_text() for a in soup.find_all("a", href=lambda h: h and h.endswith("5&b=2"))][:5], soup.p.next_sibling)
    for row in soup.select("tr.r2"):
        row.decompose()
    soup.find(id="c0").a.replace_with(soup.new_tag("b", attrs={"class": "new"}))
    soup.find("b").string = "bold & <new>"
    print(len(str(soup)), soup.find("tr"), soup.find("tr").prettify(), sep="\n")
    print(BeautifulSoup("<a>1</a><b>2</b>", "html.parser", parse_only=SoupStrainer("b")))
    bytes_soup = BeautifulSoup('<meta charset="iso-8859-1"><p>caf\u00e9'.encode("latin-1"), "html.parser")
    print(bytes_soup.original_encoding, bytes_soup.p.string, bytes_soup.encode("utf-8"))


main()
