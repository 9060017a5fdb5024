package format

import (
	"bytes"
	"context"
	"errors"
	"hash/maphash"
	"io"
	"unicode"

	"tradepost/backend/commerce"
	"tradepost/backend/tabular/delimited"
	"tradepost/backend/tabular/objects"
	"tradepost/backend/tabular/value"
)

// survey is what one pass over the whole file finds.
type survey struct {
	dialect        delimited.Dialect
	evidence       *evidence
	rows           int
	currencyNeeded bool
	left           leftOut
	scattered      map[uint64]struct{} // hashes of the keys whose rows do not stand together
	again          bool                // a joined sheet has a record that stands in an earlier one
}

var seed = maphash.MakeSeed()

// hashKey hashes a key; 0 is kept for "no key".
func hashKey(key string) uint64 {
	if key == "" {
		return 0
	}
	return max(1, maphash.String(seed, key))
}

// hashCell is hashKey of a cell not yet cleaned; cells of plain characters are hashed as they stand.
func hashCell(cell []byte) uint64 {
	for _, c := range cell {
		if c <= ' ' || c == '\'' || c == '=' || c >= 0x80 {
			return hashKey(value.ID(string(cell)))
		}
	}
	if len(cell) == 0 {
		return 0
	}
	return max(1, maphash.Bytes(seed, cell))
}

// surveyor walks over the file.
type surveyor struct {
	*survey
	plan    *plan
	group   grouper[uint64]
	beside  beside[uint64]
	cell    func(int) []byte // of the row the pass is at
	current uint64           // the key of the order the pass is in
	seen    map[uint64]bool  // the keys met, and whether their rows named a currency
	// lacking holds the keys of orders with amounts and, so far, no currency; priced and named tell of the present one.
	lacking       map[uint64]struct{}
	priced, named bool
	// firstIn holds the sheet, by its place among those that are joined, in which a key was first met; nil of one sheet.
	firstIn map[uint64]int
	sheet   int
}

func surveyFile(ctx context.Context, src Source, rec Recognition, dialect delimited.Dialect) (*survey, error) {
	p := newPlan(rec.specification(), rec.Columns)
	s := &surveyor{
		survey: &survey{dialect: dialect, evidence: newEvidence(p), scattered: map[uint64]struct{}{}},
		plan:   p, seen: map[uint64]bool{}, lacking: map[uint64]struct{}{},
	}
	if len(rec.JoinedSheets) > 0 {
		s.firstIn = map[uint64]int{}
	}
	left, err := eachRecord(ctx, src, rec, dialect, func(r rowReader, _ *delimited.Problem) error {
		if s.firstIn != nil {
			s.sheet = sheetAt(r)
		}
		s.add(r)
		return nil
	})
	s.left = left
	s.closeGroup()
	s.currencyNeeded = len(s.lacking) > 0
	return s.survey, err
}

// eachRecord calls do for every record below the header row that is not wholly blank and no footer or description. A
// damaged record comes with its problem; the reader then holds what could be read of it.
func eachRecord(ctx context.Context, src Source, rec Recognition, dialect delimited.Dialect,
	do func(rowReader, *delimited.Problem) error) (leftOut, error) {
	r, open, err := openRows(ctx, src, rec, dialect)
	if err != nil {
		return leftOut{}, err
	}
	defer open.Close()
	r = edited(r, rec.edits)
	f := rowFilter{plan: newPlan(rec.specification(), rec.Columns)}
	for {
		damage, err := next(r)
		if errors.Is(err, io.EOF) {
			return f.left, nil
		}
		if err != nil {
			return f.left, err
		}
		if r.Line() <= rec.HeaderRow || damage == nil && (blankRecord(r) || f.drops(r)) {
			continue
		}
		if err := do(r, damage); err != nil {
			return f.left, err
		}
	}
}

// next moves the reader on; damage of one record is no error.
func next(r rowReader) (*delimited.Problem, error) {
	err := r.Next()
	if err == nil || errors.Is(err, io.EOF) {
		return nil, err
	}
	if damage, ok := errors.AsType[*delimited.Problem](err); ok {
		return damage, nil
	}
	if damage, ok := errors.AsType[*objects.Problem](err); ok {
		return brokenObject(damage), nil
	}
	return nil, readError(err)
}

func blankRecord(r rowReader) bool {
	for i := range r.Len() {
		if !value.BlankBytes(r.Cell(i)) {
			return false
		}
	}
	return true
}

func (s *surveyor) add(r rowReader) {
	s.rows++
	cell := s.cell
	if cell == nil || len(s.plan.computed) > 0 {
		cell = s.plan.cells(r)
		s.cell = cell
	}
	s.evidence.add(cell)
	key, part := hashCell(s.plan.keyCell(cell)), hashCell(cell(s.plan.part))
	carries := s.beside.carries(key, hashCell(cell(s.plan.beside)), s.plan.standsAlone(cell, r.Len()))
	if s.group.starts(key, part, carries) {
		s.closeGroup()
		s.openGroup(key)
	}
	s.priced = s.priced || s.evidence.stated(cell)
	s.named = s.named || s.namesCurrency(cell)
}

func (s *surveyor) openGroup(key uint64) {
	s.current, s.priced, s.named = key, false, false
	s.meet(key)
	if _, again := s.seen[key]; again {
		s.scattered[key] = struct{}{}
	} else if key != 0 {
		s.seen[key] = false
	}
}

func (s *surveyor) closeGroup() {
	named := s.named || s.seen[s.current]
	if s.current != 0 {
		s.seen[s.current] = named
	}
	if named {
		delete(s.lacking, s.current)
	} else if s.priced {
		s.lacking[s.current] = struct{}{}
	}
}

// namesCurrency tells whether a row names its currency, in a column of its own or beside an amount ("AU $5").
func (s *surveyor) namesCurrency(cell func(int) []byte) bool {
	for _, i := range s.plan.currencies {
		if !value.BlankBytes(cell(i)) {
			return true
		}
	}
	for _, i := range s.evidence.amounts {
		if namedCurrency(cell(i)) != "" {
			return true
		}
	}
	return false
}

// namedCurrency is the currency an amount names itself; plain numbers are passed over at once.
func namedCurrency(cell []byte) commerce.Currency {
	if bytes.IndexFunc(cell, func(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.Sc, r) }) < 0 {
		return ""
	}
	n, err := value.Money(string(cell), value.Unknown, 2)
	if err != nil {
		return ""
	}
	return n.Currency
}
