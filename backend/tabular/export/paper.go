package export

import (
	"fmt"
	"os"
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

// paper is a PDF of A4 or letter pages with a footer, in a font that has the characters if the system has one.
type paper struct {
	pdf   *fpdf.Fpdf
	font  string
	words func(string) (string, string) // of a font without all characters: what it can show, and what not
	width float64                       // between the margins
	title string                        // in the footer
}

// systemFonts are fonts with many scripts, where systems have them. None is shipped: the core fonts of PDF, which every
// reader has, know Western European letters only.
var systemFonts = []struct{ plain, bold string }{
	{"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"},
	{"/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf", "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans-Bold.ttf"},
	{"/usr/share/fonts/TTF/DejaVuSans.ttf", "/usr/share/fonts/TTF/DejaVuSans-Bold.ttf"},
	{`C:\Windows\Fonts\arial.ttf`, `C:\Windows\Fonts\arialbd.ttf`},
	{"/System/Library/Fonts/Supplemental/Arial.ttf", "/System/Library/Fonts/Supplemental/Arial Bold.ttf"},
}

const margin = 15 // millimetres

// open begins a document on paper of a size; core keeps to the fonts that every reader has.
func (l *paper) open(size string, core bool) error {
	if size != "Letter" {
		size = "A4"
	}
	l.pdf = fpdf.New("P", "mm", size, "")
	l.pdf.SetCatalogSort(true)
	l.pdf.SetMargins(margin, margin, margin)
	l.pdf.SetAutoPageBreak(true, margin+6)
	l.pdf.AliasNbPages("{pages}")
	l.chooseFont(core)
	width, _ := l.pdf.GetPageSize()
	l.width = width - 2*margin
	l.pdf.SetFooterFunc(l.footer)
	return l.pdf.Error()
}

func (l *paper) chooseFont(core bool) {
	l.font, l.words = "Helvetica", windows1252
	if core {
		return
	}
	for _, f := range systemFonts {
		plain, err := os.ReadFile(f.plain)
		bold, err2 := os.ReadFile(f.bold)
		has, err3 := glyphsOf(plain)
		if err == nil && err2 == nil && err3 == nil {
			l.pdf.AddUTF8FontFromBytes("system", "", plain)
			l.pdf.AddUTF8FontFromBytes("system", "B", bold)
			l.font, l.words = "system", has.words
			return
		}
	}
}

// show makes a text fit for the font; what cannot be shown is told.
func (l *paper) show(field, text string, problems *[]Problem) string {
	written, lost := l.words(strings.ReplaceAll(text, "\t", " "))
	if lost != "" {
		*problems = append(*problems, Problem{Field: field, Code: CodeUnwritten, Found: lost, Expected: "characters of the font",
			Message: "No font here can print these characters; a question mark stands for each.", Remedy: "Write it by hand, or use the channel's own packing slip."})
	}
	if l.font != "Helvetica" {
		return written
	}
	return l.pdf.UnicodeTranslatorFromDescriptor("")(written)
}

func (l *paper) footer() {
	l.pdf.SetY(-margin)
	l.pdf.SetFont(l.font, "", 8)
	l.pdf.SetTextColor(110, 110, 110)
	l.pdf.CellFormat(l.width/2, 5, l.title, "", 0, "L", false, 0, "")
	l.pdf.CellFormat(l.width/2, 5, fmt.Sprintf("Page %d of {pages}", l.pdf.PageNo()), "", 0, "R", false, 0, "")
	l.pdf.SetTextColor(0, 0, 0)
}
