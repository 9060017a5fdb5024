// Package format recognises the order files marketplaces hand out and reads them as orders. A format is one data file
// in formats/: which columns it has, under which names, and what they mean. Nothing here knows a marketplace by name.
//
// Recognise passes once over the whole file and learns what a single cell cannot tell (encoding, order of day and
// month, decimal signs, orders whose rows are scattered); Read then streams one Record per order. A cell that cannot
// be read is a Problem of its record and never stops the others.
package format

import (
	"io"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/edi/trade"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/order"
	"tradepost/backend/tabular/delimited"
)

// Source is a file that can be read from its beginning as often as needed.
type Source interface {
	Open() (io.ReadCloser, error)
}

// Recognition is what is known of a file before its orders are read.
type Recognition struct {
	Format      string `json:"format"`
	FormatName  string `json:"format_name"`
	Kind        string `json:"kind"`
	ChannelKind string `json:"channel_kind"`
	// Confidence is between 0 and 1; Reasons say in words what it rests on.
	Confidence float64 `json:"confidence"`
	// Container is what the rows lie in: Text, Workbook or Objects. Of a workbook, Sheet is the one that is read, OtherSheets those
	// that have rows too and are not, JoinedSheets those that go on where it ends and are read as one table with it,
	// Encoding is "XLSX" and Delimiter "sheet" with its name.
	Container    string   `json:"container"`
	Sheet        string   `json:"sheet"`
	OtherSheets  []string `json:"other_sheets"`
	JoinedSheets []string `json:"joined_sheets"`
	Encoding     string   `json:"encoding"`
	Delimiter    string   `json:"delimiter"` // in words: comma, semicolon, tab, pipe; of JSON, how its objects stand
	BOM          bool     `json:"bom"`
	HeaderRow    int      `json:"header_row"` // physical line, or row of the sheet; 0 of JSON, which has none
	Rows         int      `json:"rows"`       // data records below the header row, not physical lines
	// Columns are the header cells in the file's order; UnknownColumns those the format does not know: they are kept
	// with the rows and not used.
	Columns        []string `json:"columns"`
	UnknownColumns []string `json:"unknown_columns"`
	Reasons        []string `json:"reasons"`
	NamesChannels  bool     `json:"names_channels"`  // its records name their channels
	ZoneNeeded     bool     `json:"zone_needed"`     // some times name no zone: Options.Zone decides
	CurrencyNeeded bool     `json:"currency_needed"` // some amounts name no currency: Options.Currency decides
	// DateOrder is what the file's dates prove, else what the format is known to write: "mdy", "dmy", "mixed", or "".
	// Decimal is what the file's amounts prove: "point", "comma",
	// "mixed", or "". Both may be kept and handed back in Options to ReadRows.
	DateOrder string `json:"date_order"`
	Decimal   string `json:"decimal"`

	Profile int64 `json:"profile"` // the kept mapping that knows it, 0 for a format
	Changes bool  `json:"-"`       // of EDI: it holds changes of orders

	survey *survey
	spec   *spec    // of a mapping that is no format known here
	names  []string // of Objects: the columns as the file spells them
	list   bool     // of Objects: they stand in a list
	edits  *Edits
}

// Problem is what is wrong with a cell, a row or a file, in words. Row is the physical line, 0 the whole file. Warnings
// have the same shape.
type Problem = fault.Problem

// Options are a person's, a channel's or a workspace's answers to what files leave open.
type Options struct {
	Format     string // "", "auto" or the id of a format
	Zone       *time.Location
	ZoneSource commerce.ZoneSource
	Currency   commerce.Currency
	DateOrder  string // "", "mdy" or "dmy"; outranks what the file proves
	Decimal    string // "", "point" or "comma"; outranks what the file proves
}

// Row is one data record of the file: the physical line it starts on, and its cells in the order of the columns. It
// has as many cells as there are columns, or more where the file's row had more.
type Row struct {
	Number int      `json:"number"`
	Cells  []string `json:"cells"`
	Edited []int    `json:"edited,omitempty"` // the columns whose cells a person corrected
}

// Record is one record as read, with the rows it came from. With Problems it still holds what could be read.
type Record struct {
	Ordinal  int    // from 1, in the order of the file
	Key      string // the record's key in the file, "" when it has none
	Channel  string // the channel that the file names for it, "" when it names none
	Rows     []Row
	Order    order.Order   // of an orders format
	Stated   intake.Stated // of any other kind
	Document *trade.Filed  // of EDI, beside its order if it is one
	Problems []Problem
	Warnings []Problem
}

// Info tells about a format.
type Info struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Kind        string   `json:"kind"`
	ChannelKind string   `json:"channel_kind"`
	HowToGet    string   `json:"how_to_get"`
	Notes       []string `json:"notes"`
}

// Formats lists the formats known here, by name.
func Formats() []Info {
	infos := make([]Info, 0, len(specs))
	for _, s := range specs {
		infos = append(infos, Info{ID: s.ID, Name: s.Name, Kind: s.Kind, ChannelKind: s.ChannelKind,
			HowToGet: s.HowToGet, Notes: s.Notes})
	}
	return infos
}

// Layout is how a recognised text file separates and quotes its cells and encodes its characters, for writing rows back
// in the same layout; rows of a Workbook or of Objects go back as one. ok is false when rec was not made by Recognise or
// RecogniseAs in this process, or is of no delimited text.
func Layout(rec Recognition) (dialect delimited.Dialect, encoding delimited.Encoding, bom, ok bool) {
	if rec.survey == nil || rec.Container != Text {
		return delimited.Dialect{Comma: ',', Quoting: delimited.Standard}, delimited.UTF8, false, false
	}
	return rec.survey.dialect, delimited.Encoding(rec.Encoding), rec.BOM, true
}
