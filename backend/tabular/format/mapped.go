package format

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/delimited"
	"tradepost/backend/tabular/value"
)

// Known is a profile that is remembered, and when it was made, in words: "3 May 2026".
type Known struct {
	Profile

	ID   int64
	When string
}

// nearProfile is the most confidence that a layout other than the mapped one itself can have.
const nearProfile = 0.9

// RecogniseKnown is Recognise with the profiles that are remembered: a layout that a person mapped is theirs, whatever
// else it could be. profile is the one that was found, nil when a format known here was.
func RecogniseKnown(ctx context.Context, src Source, known []Known) (rec Recognition, profile *Known, err error) {
	s, err := sniff(ctx, src)
	if err != nil {
		return rec, nil, err
	}
	if rec, profile, err = s.mapped(ctx, src, known); err != nil || profile != nil {
		return rec, profile, err
	}
	near, of := s.near(known)
	candidates := s.candidates(specs)
	if len(candidates) > 0 && candidates[0].confidence >= max(recognisedFrom, near.confidence) {
		rec, err = s.finish(ctx, src, candidates[0])
		return rec, nil, err
	}
	if of == nil || near.confidence < recognisedFrom || len(near.missing) > 0 {
		return rec, nil, s.unknownFile(candidates)
	}
	of = of.laidAs(&s, near.header, near.comma)
	rec, err = RecogniseMapped(ctx, src, of.Profile)
	rec.Confidence = near.confidence
	rec.Reasons = slices.Insert(rec.Reasons, 0, fmt.Sprintf("It is much like the layout you mapped on %s as “%s”.", of.When, of.Name))
	return rec, of, err
}

// mapped finds the profile whose layout a file has.
func (s *sniffed) mapped(ctx context.Context, src Source, known []Known) (Recognition, *Known, error) {
	if len(known) == 0 {
		return Recognition{}, nil, nil
	}
	by := map[string]*Known{}
	for i := range slices.Backward(known) { // the one used last comes first
		by[known[i].Fingerprint] = &known[i]
	}
	for _, comma := range s.delimiters() {
		for _, record := range s.records(comma) {
			k := by[Fingerprint(record.Cells)]
			if k == nil || len(record.Cells) < 2 && len(k.Headers) > 1 {
				continue
			}
			k = k.laidAs(s, record, comma)
			rec, err := RecogniseMapped(ctx, src, k.Profile)
			if fault.Is(err, fault.Invalid) {
				continue // it lacks what the mapping has been given since
			}
			rec.Confidence = 1
			rec.Reasons = slices.Insert(rec.Reasons, 0, fmt.Sprintf("You mapped this layout on %s as “%s”.", k.When, k.Name))
			return rec, k, err
		}
	}
	return Recognition{}, nil, nil
}

// laidAs is the profile for a file whose header row was found: it may stand in another line than in the file that was
// mapped. Failed rows come back without the row that described the columns.
func (k *Known) laidAs(s *sniffed, header delimited.Record, comma byte) *Known {
	laid := *k
	laid.Layout.HeaderRow = header.Line
	switch {
	case s.objects:
		laid.Layout.Delimiter, laid.Layout.DescriptionRow = "", false
	case s.workbook:
		laid.Layout.Sheet = s.sheets[comma].Name
	default:
		laid.Layout.Delimiter = string(rune(comma))
	}
	if slices.ContainsFunc(header.Cells, func(name string) bool { return isErrorColumn(normal(name)) }) {
		laid.Layout.DescriptionRow = false
	}
	return &laid
}

// near finds the profile that knows most of a file's columns.
func (s *sniffed) near(known []Known) (best candidate, of *Known) {
	for i := range known {
		sp, err := known[i].compile()
		if err != nil {
			continue
		}
		for _, c := range s.candidates([]*spec{sp}) {
			c.confidence = min(c.confidence, nearProfile)
			if len(c.missing) == 0 && len(c.found) >= nearFrom && c.confidence > best.confidence {
				best, of = c, &known[i]
			}
		}
	}
	return best, of
}

// RecogniseMapped lays a profile over a file. The error is a *fault.Error that names a column the file lacks, or what is
// wrong with the profile.
func RecogniseMapped(ctx context.Context, src Source, p Profile) (Recognition, error) {
	sp, err := p.compile()
	if err != nil {
		return Recognition{}, err
	}
	s, err := sniffAs(ctx, src, p.Layout)
	if err != nil {
		return Recognition{}, err
	}
	if p.Layout.HeaderRow > 0 {
		header, comma, ok := s.headerAt(p.Layout.HeaderRow)
		if !ok {
			return Recognition{}, noHeaderAt(p.Layout.HeaderRow)
		}
		c := judge(sp, header, headerIndex(header.Cells), comma)
		if len(c.missing) > 0 {
			return Recognition{}, s.missingColumns(sp, []candidate{c})
		}
		return s.finish(ctx, src, c)
	}
	best := s.candidates([]*spec{sp})
	if len(best) == 0 || len(best[0].missing) > 0 {
		return Recognition{}, s.missingColumns(sp, best)
	}
	return s.finish(ctx, src, best[0])
}

// ForProfile is ForColumns for a profile: for reading rows again that it has read before.
func ForProfile(p Profile, columns []string) (Recognition, error) {
	sp, err := p.compile()
	if err != nil {
		return Recognition{}, err
	}
	return forColumns(sp, columns)
}

// Answer fills in what the profile says where the options leave it open.
func (p Profile) Answer(opt Options) Options {
	if opt.DateOrder == "" {
		opt.DateOrder = p.DateOrder
	}
	if opt.Decimal == "" {
		opt.Decimal = p.Decimal
	}
	return opt
}

// errEnough ends reading when a preview has what it shows.
var errEnough = errors.New("enough")

// Preview reads the first n records of a file as a profile would, with what is wrong with them.
func Preview(ctx context.Context, src Source, p Profile, opt Options, n int) (Recognition, []Record, error) {
	rec, err := RecogniseMapped(ctx, src, p)
	if err != nil {
		return rec, nil, err
	}
	records := make([]Record, 0, n)
	err = Read(ctx, src, rec, p.Answer(opt), func(r Record) error {
		records = append(records, r)
		if len(records) >= n {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return rec, records, err
}

// header is where the names of a file's columns stand.
type header struct {
	record delimited.Record
	comma  byte
}

// findHeader finds the row that is most likely the header, of a file whose format is not known: names of columns known
// here count most, then many short texts that differ.
func (s *sniffed) findHeader() (best header, ok bool) {
	most := 0.0
	for _, comma := range s.delimiters() {
		records := s.records(comma)
		for i, r := range records {
			next := 0
			if i+1 < len(records) {
				next = len(records[i+1].Cells)
			}
			if score := headerScore(r, next); score > most {
				best, most, ok = header{r, comma}, score, true
			}
		}
	}
	return best, ok
}

// headerScore says how much a row looks like a header. below is how many cells the row below has.
func headerScore(r delimited.Record, below int) float64 {
	score, seen := 0.0, map[string]bool{}
	book := synonyms()
	for _, cell := range r.Cells {
		name := value.Text(cell)
		n := normal(name)
		if n == "" || seen[n] || len(name) > 80 || digitsOf(name) == name {
			continue
		}
		seen[n] = true
		score++
		if book.knows(name) {
			score += 2
		}
	}
	if score == 0 {
		return 0
	}
	filled := score / float64(3*len(r.Cells))
	if below == len(r.Cells) {
		score++
	}
	return score * (0.5 + filled)
}
