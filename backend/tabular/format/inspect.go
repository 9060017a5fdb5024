package format

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/delimited"
	"tradepost/backend/tabular/value"
)

// inspected is how many rows an inspection looks at.
const inspected = 2000

// samplesShown is how many different values of a column are shown, and how long each is at most.
const (
	samplesShown = 3
	sampleLength = 120
)

// Inspection is what is seen of any tabular file: how it is laid out, its columns, and what each could mean.
type Inspection struct {
	Container      string           `json:"container" enum:"text,xlsx,json" doc:"What the rows lie in."`
	Encoding       string           `json:"encoding"`
	Delimiter      string           `json:"delimiter" doc:"The sign itself; blank where none separates cells, as in workbooks and JSON."`
	Sheet          string           `json:"sheet" doc:"Of a workbook, the sheet that is read."`
	Sheets         []string         `json:"sheets" doc:"Of a workbook, all sheets."`
	HeaderRow      int              `json:"header_row" doc:"The physical line of the header, or the row of the sheet; 0 of JSON, which has none."`
	DescriptionRow bool             `json:"description_row" doc:"The row below the header describes the columns."`
	Fingerprint    string           `json:"fingerprint"`
	Kind           string           `json:"kind" doc:"The kind that the columns' meanings are guessed for: the one asked for, else the likeliest."`
	Kinds          []KindGuess      `json:"kinds" doc:"The likeliest first."`
	Rows           int              `json:"rows" doc:"Rows looked at."`
	More           bool             `json:"more" doc:"There are further rows."`
	Columns        []InspectedField `json:"columns"`
	Reasons        []string         `json:"reasons"`
}

// KindGuess says how likely a file is of a kind.
type KindGuess struct {
	Kind       string  `json:"kind"`
	Confidence float64 `json:"confidence"`
	Reason     string  `json:"reason"`
}

// InspectedField is a column of an inspected file.
type InspectedField struct {
	Index   int      `json:"index"`
	Name    string   `json:"name" doc:"What a mapping calls it; of a name that comes again, with its number behind it."`
	Header  string   `json:"header" doc:"As it stands in the file."`
	Samples []string `json:"samples" doc:"Up to three different values."`
	Filled  float64  `json:"filled" doc:"The share of rows that state it."`
	// Guess is the field it most likely is, as no other column is likelier to be it; null when nothing speaks for one.
	Guess  *FieldGuess  `json:"guess"`
	Others []FieldGuess `json:"others" doc:"What else it could be."`
}

// FieldGuess says what a column could mean, how likely that is, and why.
type FieldGuess struct {
	Field      string  `json:"field"`
	Label      string  `json:"label"`
	Confidence float64 `json:"confidence"`
	Reason     string  `json:"reason"`
}

// Inspect looks at any tabular file, as far as layout does not say how to read it. Kind is the kind to guess fields for;
// "" takes the likeliest. The error is a *fault.Error when the file is no text, is empty or has no columns.
func Inspect(ctx context.Context, src Source, layout FileLayout, kind string) (Inspection, error) {
	if kind != "" && len(targetsOf(kind)) == 0 {
		return Inspection{}, fault.New(fault.Invalid, fmt.Sprintf("%q is no kind of record.", kind), "Use one of: orders, products, customers, stock_counts, tracking, prices, listing_links.").InField("kind")
	}
	s, err := sniffAs(ctx, src, layout)
	if err != nil {
		return Inspection{}, err
	}
	head, err := s.headerOf(layout)
	if err != nil {
		return Inspection{}, err
	}
	in := &inspector{columns: cleaned(head.record.Cells), skip: layout.DescriptionRow}
	in.facts = make([]facts, len(in.columns))
	rec := Recognition{Encoding: string(s.detected.Encoding), HeaderRow: head.record.Line, Columns: in.columns,
		spec: &spec{ID: ProfileFormat, Kind: kindOrders, SkipFirst: layout.DescriptionRow}}
	dialect := delimited.Dialect{Comma: head.comma, Quoting: delimited.Standard}
	s.contain(&rec, head.comma, dialect)
	_, err = eachRecord(ctx, onSheetOf(src, layout), rec, dialect, func(r rowReader, _ *delimited.Problem) error { return in.add(r.Cells(nil)) })
	if err != nil && !errors.Is(err, errEnough) {
		return Inspection{}, err
	}
	return in.tell(s, head, kind), nil
}

// headerOf is the header row that a person named, else the likeliest.
func (s *sniffed) headerOf(layout FileLayout) (header, error) {
	if s.objects {
		return header{record: s.names}, nil
	}
	if layout.HeaderRow > 0 {
		record, comma, ok := s.headerAt(layout.HeaderRow)
		if !ok {
			return header{}, noHeaderAt(layout.HeaderRow)
		}
		return header{record, comma}, nil
	}
	head, ok := s.findHeader()
	if !ok {
		return head, fault.New(fault.Invalid, "There are no columns in this file. "+s.seen(), "Choose a file with a row of column names above its values.")
	}
	return head, nil
}

func cleaned(cells []string) []string {
	all := make([]string, len(cells))
	for i, cell := range cells {
		all[i] = value.Text(cell)
	}
	return all
}

// inspector gathers what the rows tell.
type inspector struct {
	columns []string
	skip    bool
	facts   []facts
	rows    int
	more    bool
	first   []string // the row below the header
}

func (in *inspector) add(cells []string) error {
	if in.rows == inspected {
		in.more = true
		return errEnough
	}
	if in.rows++; in.rows == 1 {
		in.first = cells
	}
	for i := range in.facts {
		in.facts[i].add(at(cells, i))
	}
	return nil
}

func (in *inspector) tell(s sniffed, head header, kind string) Inspection {
	names := labels(in.columns)
	like := likeness(in.columns)
	kinds := guessKinds(in.columns, in.facts, like)
	kind = cmp.Or(kind, kinds[0].Kind)
	guesses := guessFields(kind, in.columns, in.facts, like)
	told := Inspection{Container: Text, Encoding: string(s.detected.Encoding), Delimiter: string(rune(head.comma)), HeaderRow: head.record.Line, DescriptionRow: in.skip, Sheets: []string{},
		Fingerprint: Fingerprint(in.columns), Kind: kind, Kinds: kinds, Rows: in.rows, More: in.more, Columns: make([]InspectedField, len(in.columns))}
	for i := range in.columns {
		f := &in.facts[i]
		told.Columns[i] = InspectedField{Index: i, Name: names[i], Header: in.columns[i], Samples: append([]string{}, f.samples...),
			Filled: f.share(f.filled, in.rows), Guess: guesses[i].best, Others: guesses[i].others}
	}
	told.Reasons = []string{fmt.Sprintf("Line %d is taken as the header row; cells are separated by %s.", head.record.Line, s.parted(head.comma))}
	if s.objects {
		told.Container, told.Delimiter, told.Reasons = Objects, "", s.where(Recognition{})
	}
	if s.workbook {
		told.Container, told.Encoding, told.Delimiter, told.Sheet = Workbook, "XLSX", "", s.sheets[head.comma].Name
		told.Reasons[0] = fmt.Sprintf("Row %d of %s is taken as the header row.", head.record.Line, s.parted(head.comma))
		for _, sheet := range s.sheets {
			told.Sheets = append(told.Sheets, sheet.Name)
		}
	}
	if in.describes() {
		told.Reasons = append(told.Reasons, "The row below the header may describe the columns: if it is no record, say so.")
	}
	return told
}

// describes tells whether the row below the header may be a description: it has words in columns of numbers.
func (in *inspector) describes() bool {
	if in.rows < 3 || in.skip {
		return false
	}
	words := 0
	for i := range in.facts {
		f := &in.facts[i]
		if cell := value.Text(at(in.first, i)); cell != "" && len(digitsOf(cell)) == 0 && f.numbers+f.dates >= in.rows-2 {
			words++
		}
	}
	return words >= 2
}
