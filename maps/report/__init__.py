"""The report an office hands up: chapters made of the tables of a workbook."""
