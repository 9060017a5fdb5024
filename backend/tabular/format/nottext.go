package format

import (
	"bytes"
	"errors"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/spreadsheet"
)

// errWorkbook says that a file begins like a workbook.
var errWorkbook = errors.New("a workbook")

// signatures are how files begin that people drop by mistake.
var signatures = []struct{ start, name, remedy string }{
	{"%PDF", "a PDF document", "Export the orders as a workbook (XLSX), CSV or text file."},
	{"\x1F\x8B", "a gzip archive", "Unpack it and take the file inside."},
	{"7z\xBC\xAF", "a 7z archive", "Unpack it and take the file inside."},
	{"Rar!", "a RAR archive", "Unpack it and take the file inside."},
	{"\x89PNG", "a picture (PNG)", "Choose the workbook, CSV or text file with the orders."},
	{"\xFF\xD8\xFF", "a picture (JPEG)", "Choose the workbook, CSV or text file with the orders."},
	{"GIF8", "a picture (GIF)", "Choose the workbook, CSV or text file with the orders."},
	{"SQLite format 3\x00", "an SQLite database", "Choose the workbook, CSV or text file with the orders."},
	{"{\\rtf", "a rich text document", "Export the orders as a workbook (XLSX), CSV or text file."},
}

// notText names files that are no delimited text, as a *fault.Error; nil when the file may be text.
func notText(head []byte) error {
	if spreadsheet.IsZip(head) || spreadsheet.IsOld(head) {
		return errWorkbook // it is read as one, which says what it is when it is none
	}
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.start)) {
			return isA(s.name, s.remedy)
		}
	}
	return webPage(head)
}

// webPage finds the sign-in page that a browser saved in place of the download.
func webPage(head []byte) error {
	start := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF"))))
	for _, tag := range []string{"<!doctype html", "<html"} {
		if bytes.HasPrefix(start, []byte(tag)) {
			return isA("a web page (HTML)", "Sign in to the marketplace and download the file again.")
		}
	}
	return nil
}

// tooManyZeros takes a file for binary when a tenth of its beginning is zero bytes.
func tooManyZeros(head []byte) error {
	if zeros := bytes.Count(head, []byte{0}); zeros > 0 && zeros*10 >= len(head) {
		return isA("not a text file", "Choose the workbook, CSV or text file with the orders.")
	}
	return nil
}

func isA(name, remedy string) error {
	return fault.New(fault.Invalid, "This is "+name+", not a file of orders that can be read here.", remedy)
}
