"""The Word template that ships: built by code, so that its bytes are known; a unit may bring its own.

A template is an ordinary Word file with the tags of docxtpl. It must print every block of the letter,
as the shipped one does between `for block in blocks` and its end; everything else (letterhead, fonts,
styles, header and footer) is free. Names that can be used: banner, footer, title, unit, reference,
country, dated, language, blocks.
"""

import io
from functools import cache

from chainlead.request.docx_bytes import fixed_bytes

_GREY = "5A5A5A"
CODE_STYLE = "Identifier"


@cache
def default_template() -> bytes:
    """The shipped template as a DOCX file; the same bytes every time."""
    import docx  # noqa: PLC0415  (slow to load, needed here only)
    from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.shared import Cm, Pt, RGBColor  # noqa: PLC0415

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2.3)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Cambria", Pt(10.5)
    normal.paragraph_format.space_after = Pt(6)
    for level, size in ((1, 17), (2, 12), (3, 10.5)):
        heading = document.styles[f"Heading {level}"]
        heading.font.name, heading.font.size = "Cambria", Pt(size)
        heading.font.color.rgb = RGBColor(0, 0, 0)
        heading.paragraph_format.keep_with_next = True
        heading.paragraph_format.space_before = Pt(14 if level == 2 else 8)
        heading.paragraph_format.space_after = Pt(4)
    quote = document.styles["Intense Quote"]
    quote.font.italic, quote.font.bold, quote.font.color.rgb = False, False, RGBColor(0, 0, 0)
    quote.paragraph_format.left_indent = quote.paragraph_format.right_indent = Cm(0)
    code = document.styles.add_style(CODE_STYLE, WD_STYLE_TYPE.CHARACTER)
    code.font.name, code.font.size = "Consolas", Pt(8.5)
    head = section.header.paragraphs[0]
    head.text = "{{ banner }}"
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    head.runs[0].bold, head.runs[0].font.size = True, Pt(8.5)
    foot = section.footer.paragraphs[0]
    foot.text = "{{ footer }}"
    foot.runs[0].font.size, foot.runs[0].font.color.rgb = Pt(8), RGBColor.from_string(_GREY)

    def line(text: str, style: str = "Normal") -> None:
        document.add_paragraph(text, style=style)

    line("{%p for block in blocks %}")
    for level in (1, 2, 3):
        line(f'{{%p if block.form == "heading{level}" %}}')
        line("{{r block.text }}", f"Heading {level}")
        line("{%p endif %}")
    line('{%p if block.form == "paragraph" %}')
    line("{{r block.text }}")
    line("{%p endif %}")
    line('{%p if block.form == "quote" %}')
    line("{{r block.text }}", "Intense Quote")
    line("{%p endif %}")
    line('{%p if block.form == "list" %}')
    line("{%p for item in block.lines %}")
    item = document.add_paragraph("{{ item.marker }} {{r item.text }}")
    item.paragraph_format.left_indent = Cm(0.8)
    item.paragraph_format.first_line_indent = Cm(-0.6)
    item.paragraph_format.space_after = Pt(3)
    line("{%p endfor %}")
    line("{%p endif %}")
    line('{%p if block.form == "table" %}')
    table = document.add_table(rows=3, cols=2, style="Table Grid")
    table.autofit = False
    for place, text in enumerate(("{%tr for row in block.lines %}", "{%tr endfor %}")):
        table.rows[place * 2].cells[0].text = text
    for cell, text, width in zip(
        table.rows[1].cells, ("{{r row.name }}", "{{r row.text }}"), (Cm(4.6), Cm(12)), strict=True
    ):
        cell.paragraphs[0].text = text
        cell.paragraphs[0].paragraph_format.space_after = Pt(2)
        cell.width = width
    for column, width in zip(table.columns, (Cm(4.6), Cm(12)), strict=True):
        column.width = width
    document.add_paragraph().paragraph_format.space_after = Pt(0)
    line("{%p endif %}")
    line("{%p endfor %}")
    written = io.BytesIO()
    document.save(written)
    return fixed_bytes(written.getvalue())
