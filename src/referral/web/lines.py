"""A line of text as callers send it: without control characters, but for what is stripped.

The patterns stand in the API's description too, and so say what may be sent: the space, tab or line
end around a text that was pasted is taken.
"""

LINE = r"^[\t-\r ]*[^\x00-\x1f\x7f]*[\t-\r ]*$"
NOT_BLANK = r"^[\t-\r ]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*[\t-\r ]*$"
