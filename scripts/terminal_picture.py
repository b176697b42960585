#!/usr/bin/env python3
"""Draws what a command printed as an SVG picture of a terminal.

  aisle run --project iowa | scripts/terminal_picture.py 'aisle run' > docs/images/segments.svg
"""
import html
import sys

LINE, CHARACTER, MARGIN = 19, 8.0, 20


def draw(title, lines):
    width = MARGIN * 2 + CHARACTER * max(len(line) for line in lines + [title])
    height = MARGIN * 2 + LINE * (len(lines) + 1.5)
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
           'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13.3">')
    yield f'<rect width="{width:.0f}" height="{height:.0f}" rx="6" fill="#10151c"/>'
    yield f'<text x="{MARGIN}" y="{MARGIN + 10}" fill="#8ccbf2" xml:space="preserve">$ {html.escape(title)}</text>'
    grades = {"  strong": "#2fbf94", "  fair": "#e9a820", "  weak": "#f07b3f"}
    fill = plain = "#e6e9ee"
    for number, line in enumerate(lines):
        y = MARGIN + 10 + LINE * (number + 1.5)
        goes_on = fill != plain and line.startswith(" " * 10)  # a grade's second line
        if not goes_on:
            fill = next((colour for start, colour in grades.items() if line.startswith(start)), plain)
        yield f'<text x="{MARGIN}" y="{y:.1f}" fill="{fill}" xml:space="preserve">{html.escape(line)}</text>'
    yield "</svg>"


if __name__ == "__main__":
    print("\n".join(draw(sys.argv[1], sys.stdin.read().rstrip("\n").split("\n"))))
