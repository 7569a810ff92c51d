"""Draw the icon of the Windows program, as in motcua.svg: ``python installer/windows/make_icon.py FILE.ico``."""

import sys

from PIL import Image, ImageDraw

SIZE = 256
BLUE, WHITE = "#0b5c8a", "#ffffff"


def draw() -> Image.Image:
    """Return the picture: a doorway with a sheet of paper in it, at four times the size of the SVG's grid."""
    image = Image.new("RGBA", (SIZE, SIZE))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((16, 16, 239, 239), 48, fill=BLUE)
    pen.arc((56, 40, 200, 176), 180, 360, fill=WHITE, width=20)
    for left in (56, 181):
        pen.line((left + 9, 108, left + 9, 200), fill=WHITE, width=20)
    pen.rectangle((96, 104, 160, 184), fill=WHITE)
    for top, right in ((128, 144), (148, 144), (168, 132)):
        pen.line((112, top, right, top), fill=BLUE, width=8)
    return image


if __name__ == "__main__":
    draw().save(sys.argv[1], sizes=[(side, side) for side in (16, 24, 32, 48, 64, 128, 256)])
