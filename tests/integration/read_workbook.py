"""read_workbook.py FILE: an XLSX as JSON, sheet by sheet, each cell as [type, value, number format]; by openpyxl."""
import json
import sys

import openpyxl

book = openpyxl.load_workbook(sys.argv[1])
sheets = {}
for sheet in book.worksheets:
    rows = [[[cell.data_type, cell.value, cell.number_format] for cell in row] for row in sheet.iter_rows()]
    sheets[sheet.title] = {"rows": rows, "filter": sheet.auto_filter.ref, "freeze": sheet.freeze_panes}
print(json.dumps({"order": book.sheetnames, "sheets": sheets}, default=str))
