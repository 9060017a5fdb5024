package format

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/delimited"
	"tradepost/backend/tabular/value"
)

// recognisedFrom is the confidence from which a file counts as recognised without a person saying so.
const recognisedFrom = 0.65

// runnerUp is the most confidence a second format can have.
const runnerUp = 0.9

// Recognise finds the format of a file by the names of its columns, and passes once over all of it. The error is a
// *fault.Error with code Invalid when the file is empty, no text, or of no format known here; it says what was seen.
// What Source.Open or reading fails with is returned wrapped.
func Recognise(ctx context.Context, src Source) (Recognition, error) {
	s, err := sniff(ctx, src)
	if err != nil {
		return Recognition{}, err
	}
	candidates := s.candidates(specs)
	if len(candidates) == 0 || candidates[0].confidence < recognisedFrom {
		return Recognition{}, s.unknownFile(candidates)
	}
	rec, err := s.finish(ctx, src, candidates[0])
	rec.Reasons = append(rec.Reasons, rivals(candidates)...)
	return rec, err
}

// rivals names the other formats that fit as well.
func rivals(candidates []candidate) []string {
	var reasons []string
	for _, c := range candidates[1:] {
		if len(c.missing) == 0 && c.confidence >= recognisedFrom {
			reasons = append(reasons, fmt.Sprintf("It could also be %s (%d of %d columns); choose that format if it is.",
				c.spec.Name, len(c.found), len(c.spec.Telling)))
		}
	}
	return reasons
}

// RecogniseAs is Recognise for a format a person chose. The error names the required columns the file lacks.
func RecogniseAs(ctx context.Context, src Source, id string) (Recognition, error) {
	if id == "" || id == "auto" {
		return Recognise(ctx, src)
	}
	chosen := specByID(id)
	if chosen == nil {
		return Recognition{}, unknownFormat(id)
	}
	s, err := sniff(ctx, src)
	if err != nil {
		return Recognition{}, err
	}
	best := s.candidates([]*spec{chosen})
	if len(best) == 0 || len(best[0].missing) > 0 {
		return Recognition{}, s.missingColumns(chosen, best)
	}
	return s.finish(ctx, src, best[0])
}

// ForColumns makes the Recognition of a known format over known columns, without a file: for ReadRows. The error is a
// *fault.Error naming an unknown format or missing columns.
func ForColumns(formatID string, columns []string) (Recognition, error) {
	chosen := specByID(formatID)
	if chosen == nil {
		return Recognition{}, unknownFormat(formatID)
	}
	return forColumns(chosen, columns)
}

func forColumns(chosen *spec, columns []string) (Recognition, error) {
	c := judge(chosen, delimited.Record{Cells: columns}, headerIndex(columns), 0)
	if len(c.missing) > 0 {
		return Recognition{}, lacks(chosen, c.missing)
	}
	rec := c.recognition()
	if chosen.ID == ProfileFormat {
		rec.spec = chosen
	}
	rec.Reasons = []string{c.reason()}
	return rec, nil
}

// candidate is a format tried on one row as the header row.
type candidate struct {
	spec       *spec
	comma      byte
	header     delimited.Record
	missing    []string // required columns not there
	found      []string // telling columns there
	confidence float64
}

// judge compares a row with a format's column names. at are the row's cells as headerIndex gives them.
func judge(s *spec, header delimited.Record, at map[string]int, comma byte) candidate {
	c := candidate{spec: s, comma: comma, header: header}
	has := func(name string) bool {
		return slices.ContainsFunc(s.normalAliases(name), func(alias string) bool { _, ok := at[alias]; return ok })
	}
	for _, name := range s.Required {
		if !has(name) {
			c.missing = append(c.missing, name)
		}
	}
	for _, name := range s.Telling {
		if has(name) {
			c.found = append(c.found, name)
		}
	}
	c.confidence = float64(len(c.found)) / float64(len(s.Telling))
	if len(c.missing) > 0 {
		c.confidence *= 0.5 * float64(len(s.Required)-len(c.missing)) / float64(len(s.Required))
	}
	return c
}

// candidates tries the formats on the first rows with every delimiter and gives each format's best, the best first.
func (s *sniffed) candidates(of []*spec) []candidate {
	best := map[*spec]candidate{}
	for _, comma := range s.delimiters() {
		for _, record := range s.records(comma) {
			at := headerIndex(record.Cells)
			for _, sp := range of {
				record, at := record, at
				if s.objects && len(sp.JSON) > 0 {
					record.Cells = sp.headers(record.Cells)
					at = headerIndex(record.Cells)
				}
				if c := judge(sp, record, at, comma); c.confidence > best[sp].confidence {
					best[sp] = c
				}
			}
		}
	}
	var ranked []candidate
	for _, sp := range of {
		if c, ok := best[sp]; ok {
			ranked = append(ranked, c)
		}
	}
	slices.SortStableFunc(ranked, compareCandidates)
	for i := 1; i < len(ranked); i++ {
		ranked[i].confidence = min(ranked[i].confidence, runnerUp)
	}
	return ranked
}

// compareCandidates puts the surer first; of two alike, the one with more telling columns there.
func compareCandidates(a, b candidate) int {
	switch {
	case a.confidence > b.confidence:
		return -1
	case a.confidence < b.confidence:
		return 1
	}
	return len(b.found) - len(a.found)
}

func (c candidate) recognition() Recognition {
	columns := make([]string, len(c.header.Cells))
	for i, name := range c.header.Cells {
		columns[i] = value.Text(name)
	}
	return Recognition{
		Format: c.spec.ID, FormatName: c.spec.Name, Kind: c.spec.Kind, ChannelKind: c.spec.ChannelKind,
		Confidence: c.confidence, HeaderRow: c.header.Line, Columns: columns,
		UnknownColumns: newPlan(c.spec, columns).unknown(),
	}
}

func (c candidate) reason() string {
	if c.spec.ID == ProfileFormat {
		return fmt.Sprintf("%d of the %d columns that are mapped are there.", len(c.found), len(c.spec.Telling))
	}
	return fmt.Sprintf("%d of the %d columns that tell a file of %s are there.", len(c.found), len(c.spec.Telling), c.spec.Name)
}

// finish passes over the whole file and puts together what is known.
func (s *sniffed) finish(ctx context.Context, src Source, c candidate) (Recognition, error) {
	rec := c.recognition()
	if c.spec.ID == ProfileFormat {
		rec.spec = c.spec
	}
	dialect := delimited.Dialect{Comma: c.comma, Quoting: delimited.Standard}
	if c.spec.Quoting == delimited.None && c.comma == '\t' && !s.allQuoted(c.header.Line, c.comma) {
		dialect.Quoting = delimited.None
	}
	s.contain(&rec, c.comma, dialect)
	if marked, ok := src.(withEdits); ok {
		rec.edits = over(marked.edits, rec.Columns)
	}
	sv, err := s.survey(ctx, src, &rec, c, dialect)
	if err != nil {
		return Recognition{}, err
	}
	rec.survey = sv
	rec.NamesChannels = c.spec.namesChannels()
	rec.Rows, rec.ZoneNeeded, rec.CurrencyNeeded = sv.rows, sv.evidence.zoneNeeded, sv.currencyNeeded
	rec.DateOrder, rec.Decimal = string(sv.evidence.order), string(sv.evidence.together())
	if rec.DateOrder == "" {
		rec.DateOrder = c.spec.DateOrder
	}
	rec.Reasons = s.reasons(c, rec)
	return rec, nil
}

func (s *sniffed) reasons(c candidate, rec Recognition) []string {
	reasons := append([]string{c.reason()}, s.where(rec)...)
	d := s.detected
	switch {
	case d.BOM:
		reasons = append(reasons, "The file begins with the mark of "+string(d.Encoding)+".")
	case d.Encoding == delimited.Windows1252:
		reasons = append(reasons, fmt.Sprintf("%d places are no UTF-8, so the file is read as Windows-1252.", d.Malformed))
	}
	if d.Encoding == delimited.ShiftJIS {
		reasons = append(reasons, fmt.Sprintf("%d places are no UTF-8 and look like Japanese, so the file is read as Shift JIS.", d.Malformed))
	}
	if d.Foreign {
		reasons = append(reasons, "The letters do not look like a Western language: names and addresses will be wrong. Save the file as UTF-8 and import that.")
	}
	if d.Encoding == delimited.Windows1252 && (d.Undefined > 0 || d.Multibyte) {
		reasons = append(reasons, "Some characters are no Windows-1252 either: check names and addresses before importing.")
	}
	if d.Truncated {
		reasons = append(reasons, "The file ends in the middle of a character: it may be cut off.")
	}
	if left := rec.survey.left.reason(); left != "" {
		reasons = append(reasons, left)
	}
	if c.spec.NoLines != "" {
		reasons = append(reasons, "The file states no line items. "+c.spec.NoLines)
	}
	if n := len(rec.survey.scattered); n > 0 {
		reasons = append(reasons, fmt.Sprintf("The rows of %d orders do not stand together; they are joined.", n))
	}
	return reasons
}

func unknownFormat(id string) error {
	return fault.New(fault.NotFound, fmt.Sprintf("There is no file format called %q.", id),
		"Choose one of: "+strings.Join(formatIDs(), ", ")+".")
}

func formatIDs() []string {
	ids := make([]string, len(specs))
	for i, s := range specs {
		ids[i] = s.ID
	}
	return ids
}
