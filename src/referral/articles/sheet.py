"""The sheet that pictures are drawn on: its size, as sites that show links want it, and the font.

The font is Lora, under the SIL Open Font License that lies beside it. It has the letters of every
language that is written in Latin or Cyrillic ones.
"""

from pathlib import Path

WIDTH, HEIGHT = 1200, 630
FONT = Path(__file__).parent / "lettering" / "Lora.ttf"
