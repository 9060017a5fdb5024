package export

import (
	"cmp"
	"fmt"
	"io"
	"math/big"
	"os"
	"slices"
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"

	"tradepost/backend/commerce"
	"tradepost/backend/order"
)

// packingLayout draws a packing slip per order, and at the end a pick list of what all of them need.
type packingLayout struct {
	c     *compiled
	to    io.Writer
	pdf   *fpdf.Fpdf
	font  string
	words func(string) (string, string) // of a font without all characters: what it can show, and what not
	picks map[string]*pick
	width float64 // between the margins
	title string
}

// pick is how many of one item all orders of the file need.
type pick struct {
	sku, title string
	quantity   *big.Rat
	orders     int
}

func newPacking(c *compiled, to io.Writer) layout {
	return &packingLayout{c: c, to: to, picks: map[string]*pick{}}
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

func (l *packingLayout) begin() error {
	paper := "A4"
	if l.c.setting("paper") == "Letter" {
		paper = "Letter"
	}
	l.pdf = fpdf.New("P", "mm", paper, "")
	l.pdf.SetCatalogSort(true)
	l.pdf.SetMargins(margin, margin, margin)
	l.pdf.SetAutoPageBreak(true, margin+6)
	l.pdf.AliasNbPages("{pages}")
	l.chooseFont()
	width, _ := l.pdf.GetPageSize()
	l.width = width - 2*margin
	l.pdf.SetFooterFunc(l.footer)
	return l.pdf.Error()
}

func (l *packingLayout) chooseFont() { l.font, l.words = fontOf(l.pdf, l.c.setting("font") == "core") }

// fontOf gives a document the first font with many scripts that the computer has, or PDF's own.
func fontOf(pdf *fpdf.Fpdf, core bool) (font string, words func(string) (string, string)) {
	if core {
		return "Helvetica", windows1252
	}
	for _, f := range systemFonts {
		plain, err := os.ReadFile(f.plain)
		bold, err2 := os.ReadFile(f.bold)
		has, err3 := glyphsOf(plain)
		if err == nil && err2 == nil && err3 == nil {
			pdf.AddUTF8FontFromBytes("system", "", plain)
			pdf.AddUTF8FontFromBytes("system", "B", bold)
			return "system", has.words
		}
	}
	return "Helvetica", windows1252
}

// show makes a text fit for the font; what cannot be shown is told.
func (l *packingLayout) show(field, text string, problems *[]Problem) string {
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

func (l *packingLayout) footer() {
	l.pdf.SetY(-margin)
	l.pdf.SetFont(l.font, "", 8)
	l.pdf.SetTextColor(110, 110, 110)
	l.pdf.CellFormat(l.width/2, 5, l.title, "", 0, "L", false, 0, "")
	l.pdf.CellFormat(l.width/2, 5, fmt.Sprintf("Page %d of {pages}", l.pdf.PageNo()), "", 0, "R", false, 0, "")
	l.pdf.SetTextColor(0, 0, 0)
}

func (l *packingLayout) record(r *record) (int, []Problem, error) {
	o := r.order
	if len(o.Lines) == 0 {
		return 0, []Problem{{Field: "Lines", Code: CodeMissing, LeftOut: true, Expected: "at least one line", Message: "The order has no lines, so there is nothing to pack.",
			Remedy: "Import a file that states its lines."}}, nil
	}
	var problems []Problem
	l.pdf.AddPage() // which closes the page before, with its own title
	l.title = l.show("Number", o.Number, &problems)
	l.head(r, &problems)
	l.people(o, &problems)
	l.lines(o, &problems)
	l.note(o, &problems)
	goods := o.Goods()
	for i := range goods {
		l.pick(&goods[i])
	}
	return len(o.Lines), oncePerColumn(problems), l.pdf.Error()
}

// head has who sends it, the number, and the number as a barcode.
func (l *packingLayout) head(r *record, problems *[]Problem) {
	o := r.order
	top := l.pdf.GetY()
	l.pdf.SetFont(l.font, "B", 16)
	l.pdf.CellFormat(l.width*0.55, 8, l.show("Sender", firstText(l.c.setting("sender"), o.Channel), problems), "", 2, "L", false, 0, "")
	l.pdf.SetFont(l.font, "", 10)
	for line := range strings.SplitSeq(l.c.setting("sender_address"), ",") {
		if line = strings.TrimSpace(line); line != "" {
			l.pdf.CellFormat(l.width*0.55, 4.6, l.show("Sender", line, problems), "", 2, "L", false, 0, "")
		}
	}
	bottom := l.pdf.GetY()
	right := margin + l.width*0.55
	l.barcode(o.Number, right, top, l.width*0.45, 12, problems)
	l.pdf.SetXY(right, top+13)
	l.pdf.SetFont(l.font, "B", 12)
	l.pdf.CellFormat(l.width*0.45, 6, l.title, "", 2, "R", false, 0, "")
	l.pdf.SetFont(l.font, "", 9)
	placed := l.c.dateText(o.Placed, "iso_day")
	l.pdf.CellFormat(l.width*0.45, 4.6, l.show("Channel", o.Channel+" · "+placed, problems), "", 2, "R", false, 0, "")
	l.pdf.SetXY(margin, max(bottom, l.pdf.GetY())+6)
}

// barcode draws the number as Code 128, bar by bar, so that it prints sharp at any size.
func (l *packingLayout) barcode(number string, x, y, width, height float64, problems *[]Problem) {
	code, err := code128.Encode(number)
	if err != nil {
		*problems = append(*problems, Problem{Field: "Barcode", Code: CodeUnwritten, Expected: "plain letters and digits", Message: "The order number cannot be written as a barcode.",
			Remedy: "The number stands in words."})
		return
	}
	bars := code.Bounds().Dx()
	module := min(width/float64(bars+20), 0.5) // ten modules of quiet zone on each side
	left := x + width - module*float64(bars)
	for i := 0; i < bars; {
		run := i
		for run < bars && dark(code, run) {
			run++
		}
		if run > i {
			l.pdf.Rect(left+module*float64(i), y, module*float64(run-i), height, "F")
		}
		i = max(run, i+1)
	}
}

func dark(code barcode.Barcode, x int) bool {
	r, _, _, _ := code.At(x, 0).RGBA()
	return r < 0x8000
}

func (l *packingLayout) people(o *order.Order, problems *[]Problem) {
	to, _ := o.Party(order.ShipTo)
	l.pdf.SetFont(l.font, "", 8)
	l.pdf.SetTextColor(110, 110, 110)
	l.pdf.CellFormat(l.width*0.55, 4.5, "Ship to", "", 0, "L", false, 0, "")
	l.pdf.CellFormat(l.width*0.45, 4.5, "Shipping", "", 1, "L", false, 0, "")
	l.pdf.SetTextColor(0, 0, 0)
	top := l.pdf.GetY()
	l.pdf.SetFont(l.font, "B", 12)
	town := strings.TrimSpace(strings.TrimSpace(to.City+" "+to.Region) + " " + to.PostalCode)
	for _, line := range []string{to.Name, to.Company, to.Line1, to.Line2, to.Line3, town, to.Country, to.Phone} {
		if line != "" {
			l.pdf.MultiCell(l.width*0.53, 5.4, l.show("Ship to", line, problems), "", "L", false)
			l.pdf.SetFont(l.font, "", 11)
		}
	}
	if to.Empty() {
		*problems = append(*problems, Problem{Field: "Ship to", Code: CodeMissing, Expected: "an address", Message: "The order states no address.", Remedy: "Look at the channel for it."})
	}
	bottom := l.pdf.GetY()
	l.pdf.SetXY(margin+l.width*0.55, top)
	l.pdf.SetFont(l.font, "", 10)
	for _, line := range []string{o.ShippingMethod, l.by(o)} {
		if line != "" {
			l.pdf.SetX(margin + l.width*0.55)
			l.pdf.MultiCell(l.width*0.45, 5, l.show("Shipping", line, problems), "", "L", false)
		}
	}
	l.pdf.SetXY(margin, max(bottom, l.pdf.GetY())+6)
}

func (l *packingLayout) by(o *order.Order) string {
	if o.ShipBy == 0 {
		return ""
	}
	return "Ship by " + l.c.dateText(at(o.ShipBy).At, "iso_time")
}

// The columns of the list of lines, as parts of the width.
var packingColumns = [3]float64{0.12, 0.28, 0.60}

func (l *packingLayout) lines(o *order.Order, problems *[]Problem) {
	l.tableHead([3]string{"Quantity", "SKU", "Item"})
	goods := o.Goods()
	for i := range goods {
		line := &goods[i]
		l.tableRow([3]string{string(line.Quantity.Padded(0)), knownSKU(line), itemWords(line)}, problems)
	}
	l.pdf.SetFont(l.font, "", 9)
	l.pdf.Ln(2)
	l.pdf.CellFormat(l.width, 5, fmt.Sprintf("%s pieces in %d lines", pieces(o), len(goods)), "", 1, "L", false, 0, "")
}

func (l *packingLayout) tableHead(names [3]string) {
	l.pdf.SetFont(l.font, "B", 9)
	for i, name := range names {
		l.pdf.CellFormat(l.width*packingColumns[i], 6, name, "B", 0, "L", false, 0, "")
	}
	l.pdf.Ln(7)
}

// tableRow writes a row whose texts may need several lines, on one page.
func (l *packingLayout) tableRow(cells [3]string, problems *[]Problem) {
	l.pdf.SetFont(l.font, "", 10)
	shown, high := [3]string{}, 1
	for i, text := range cells {
		shown[i] = l.show("Lines", text, problems)
		high = max(high, len(l.pdf.SplitText(firstText(shown[i], " "), l.width*packingColumns[i]-2)))
	}
	_, page := l.pdf.GetPageSize()
	if l.pdf.GetY()+float64(high)*5 > page-margin-8 {
		l.pdf.AddPage()
		l.tableHead([3]string{"Quantity", "SKU", "Item"})
	}
	top, x := l.pdf.GetY(), float64(margin)
	for i, text := range shown {
		l.pdf.SetXY(x, top)
		l.pdf.SetFont(l.font, map[bool]string{true: "B"}[i == 0], 10)
		l.pdf.MultiCell(l.width*packingColumns[i], 5, text, "", "L", false)
		x += l.width * packingColumns[i]
	}
	bottom := top + float64(high)*5 + 1
	l.pdf.SetDrawColor(220, 220, 220)
	l.pdf.Line(margin, bottom, margin+l.width, bottom)
	l.pdf.SetDrawColor(0, 0, 0)
	l.pdf.SetXY(margin, bottom+1)
}

func (l *packingLayout) note(o *order.Order, problems *[]Problem) {
	for _, role := range []order.Role{order.ShipTo, order.Buyer} {
		c, _ := o.Party(role)
		if c.Note != "" {
			l.pdf.Ln(3)
			l.pdf.SetFont(l.font, "B", 9)
			l.pdf.CellFormat(l.width, 5, "Note", "", 1, "L", false, 0, "")
			l.pdf.SetFont(l.font, "", 10)
			l.pdf.MultiCell(l.width, 5, l.show("Note", c.Note, problems), "", "L", false)
			return
		}
	}
}

func (l *packingLayout) pick(line *order.Line) {
	key := knownSKU(line) + "\x00" + itemWords(line)
	if knownSKU(line) != "" {
		key = knownSKU(line)
	}
	p := l.picks[key]
	if p == nil {
		p = &pick{sku: knownSKU(line), title: itemWords(line), quantity: new(big.Rat)}
		l.picks[key] = p
	}
	if n := rational(line.Quantity); n != nil {
		p.quantity.Add(p.quantity, n)
	}
	p.orders++
}

// pickList is the last page: what to fetch for all orders of the file, by SKU.
func (l *packingLayout) pickList() {
	all := make([]*pick, 0, len(l.picks))
	for _, p := range l.picks {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b *pick) int { return cmp.Or(cmp.Compare(a.sku, b.sku), cmp.Compare(a.title, b.title)) })
	l.pdf.AddPage()
	l.title = "Pick list"
	l.pdf.SetFont(l.font, "B", 16)
	l.pdf.CellFormat(l.width, 10, "Pick list", "", 1, "L", false, 0, "")
	l.pdf.Ln(2)
	l.tableHead([3]string{"Quantity", "SKU", "Item"})
	var ignored []Problem // told with the order already
	for _, p := range all {
		quantity := commerce.Decimal(p.quantity.FloatString(6)).Padded(0)
		l.tableRow([3]string{string(quantity), p.sku, p.title}, &ignored)
	}
}

func (l *packingLayout) end() error {
	if len(l.picks) > 0 {
		l.pickList()
	} else {
		l.title = ""
		l.pdf.AddPage()
		l.pdf.SetFont(l.font, "", 11)
		l.pdf.CellFormat(l.width, 8, "No orders.", "", 1, "L", false, 0, "")
	}
	return l.pdf.Output(l.to)
}
