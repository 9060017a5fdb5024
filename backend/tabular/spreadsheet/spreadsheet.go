// Package spreadsheet reads and writes Excel workbooks (XLSX, ECMA-376 and ISO/IEC 29500) as streams of rows, in bounded
// memory whatever their size. It reads what marketplaces and spreadsheet programs really write: shared and inline
// strings, rich text, formulas by the value they had when saved, dates by their number format, sparse rows, sheets
// without or with a wrong dimension; and it refuses, in words, what is hostile or cannot be read.
//
// Known limits: charts, comments and hidden columns are passed over; a merged cell has its value in its first cell only;
// formulas are never calculated.
package spreadsheet

// The bounds of a sheet, as Excel has them.
const (
	MaxRows    = 1 << 20 // 1,048,576
	MaxColumns = 1 << 14 // 16,384
	MaxText    = 32767   // characters (UTF-16 units) of one cell
)

// The bounds of what is read. What is larger is refused in words, never held.
const (
	maxPart     = 8 << 30 // bytes of one part, unpacked
	maxWhole    = 8 << 30 // bytes of all that is read of a workbook in one pass, unpacked
	maxRatio    = 500     // how many times its packed size a part may be, from ratioFrom bytes on
	ratioFrom   = 32 << 20
	maxTag      = 1 << 20 // bytes of one tag with its attributes
	maxDepth    = 64      // elements inside of one another
	maxCellText = 1 << 20 // bytes of one cell
	maxRowText  = 4 << 20 // bytes of one row
	maxSheets   = 1 << 10
	maxParts    = 1 << 16 // files inside the archive
	maxStyles   = 1 << 17
)
