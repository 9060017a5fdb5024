package spreadsheet

import "time"

const dayMillis = 24 * 60 * 60 * 1000

// epoch1900 is day 0 of serials from 61 on: Excel counts a 29 February 1900 that never was. epoch1904 is day 0 of
// workbooks that say date1904, as Excel for the Mac wrote them.
var (
	epoch1900 = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	epoch1904 = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
)
