"""The sheet that pictures are drawn on: its size, as sites that show links want it (pixels)."""

WIDTH, HEIGHT = 1200, 630
