"""查询: what was and what comes, for whoever asks: one's own year, a branch's month, the table of all branches below.

`asking` decides who is shown what, `coming` is what comes next, `table` the branches below a node, `occasions` a branch's
month, `own` one's own year, `trend` the picture of a year, `sheet` the workbook; `places` and `span` read what is named.
"""

from models.report.asking import Question, attendance
from models.report.coming import themeday
from models.report.sheet import Person, Workbook, extract
from models.report.table import Line

__all__ = ["Line", "Person", "Question", "Workbook", "attendance", "extract", "themeday"]
