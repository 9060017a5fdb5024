package export

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"tradepost/backend/journal"
	"tradepost/backend/order"
)

// Preview is the beginning of what an export would write.
type Preview struct {
	Columns    []string
	Rows       [][]string
	Problems   []Problem
	Matching   int64 // records that the filter finds; conditions on fields are looked at only while writing
	Narrowed   bool  // such conditions may leave fewer
	SentBefore int64 // of those, how many went to the target before
}

var errEnough = errors.New("enough for a preview")

// Preview makes the first rows of an export, and writes nothing.
func (e *Exporter) Preview(ctx context.Context, request Request, most int) (Preview, error) {
	p := Preview{Rows: [][]string{}, Problems: []Problem{}}
	w, err := e.prepare(request, nil)
	if err != nil {
		return p, err
	}
	var text bytes.Buffer
	look := &looker{writing: w, p: &p, most: most}
	if w.c.Layout == layoutIIF {
		look.iif = newIIF(w.c, &text)
		if err := look.iif.begin(); err != nil {
			return p, err
		}
	}
	err = e.store.ReadExport(ctx, func(r Reader) error { return look.all(ctx, r) })
	if err != nil && !errors.Is(err, errEnough) {
		return p, err
	}
	p.Narrowed = len(w.filter.conditions) > 0
	switch w.c.Layout {
	case layoutIIF:
		return look.iifRows(&text)
	case layoutPacking:
		p.Columns = []string{"Order", "Ship to", "Quantity", "SKU", "Item"}
	default:
		for _, col := range w.c.columns {
			p.Columns = append(p.Columns, col.Header)
		}
	}
	return p, nil
}

// looker gathers a preview.
type looker struct {
	*writing
	p    *Preview
	most int
	seen int
	iif  layout
}

func (l *looker) all(ctx context.Context, r Reader) error {
	l.reader = r
	if err := l.count(ctx); err != nil {
		return err
	}
	l.p.Matching = l.run.Total
	if err := l.countSent(ctx); err != nil {
		return err
	}
	one := func(r *record) error { return l.one(r) }
	switch l.c.Kind {
	case Customers:
		return r.EachCustomer(ctx, func(c *Customer) error { return one(&record{customer: c}) })
	case Products:
		return r.EachVariant(ctx, func(v *Variant) error { return one(&record{variant: v}) })
	case Stock:
		return r.EachLevel(ctx, func(s *Level) error { return one(&record{level: s}) })
	case Runs:
		return r.EachRun(ctx, func(run *journal.Run) error { return one(&record{run: run}) })
	}
	return r.EachOrders(ctx, l.selection(), func(batch []order.Order) error {
		for i := range batch {
			if !l.wanted(&batch[i]) {
				continue
			}
			if err := one(&record{order: &batch[i]}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (l *looker) countSent(ctx context.Context) error {
	if l.c.Target == "" || l.filter.orders.NotSent == l.c.Target || l.ids != nil {
		return nil
	}
	which := l.selection()
	which.Filter.NotSent = l.c.Target
	fresh, err := l.reader.CountOrders(ctx, which)
	l.p.SentBefore = l.run.Total - fresh
	return err
}

// mostLooked bounds how many records a preview reads when a filter keeps few of them.
const mostLooked = 20_000

func (l *looker) one(r *record) error {
	if l.seen++; l.seen > mostLooked {
		return errEnough
	}
	if r.order == nil && !l.filter.holds(r) {
		return nil
	}
	switch l.c.Layout {
	case layoutIIF:
		n, problems, err := l.iif.record(r)
		if err != nil {
			return err
		}
		l.note(r, problems)
		l.p.Rows = append(l.p.Rows, make([][]string, n)...)
	case layoutPacking:
		l.slip(r.order)
	default:
		rows, problems := l.c.rows(r)
		if !l.note(r, problems) {
			for _, cells := range rows {
				l.p.Rows = append(l.p.Rows, texts(cells))
			}
		}
	}
	if len(l.p.Rows) >= l.most {
		if l.c.Layout == layoutTable {
			l.p.Rows = l.p.Rows[:l.most]
		}
		return errEnough
	}
	return nil
}

func texts(cells []cell) []string {
	row := make([]string, len(cells))
	for i, made := range cells {
		row[i] = made.text
	}
	return row
}

func (l *looker) note(r *record, problems []Problem) (out bool) {
	for _, p := range problems {
		p.Record, p.ID = nameOf(r)
		out = out || p.LeftOut
		l.p.Problems = append(l.p.Problems, p)
	}
	return out
}

func (l *looker) slip(o *order.Order) {
	to, _ := o.Party(order.ShipTo)
	for i := range o.Lines {
		line := &o.Lines[i]
		l.p.Rows = append(l.p.Rows, []string{o.Number, to.Name, string(line.Quantity.Padded(0)), knownSKU(line), itemWords(line)})
	}
}

func (l *looker) iifRows(text *bytes.Buffer) (Preview, error) {
	if err := l.iif.end(); err != nil {
		return *l.p, err
	}
	l.p.Rows = [][]string{}
	for line := range strings.SplitSeq(strings.TrimRight(text.String(), "\r\n"), "\r\n") {
		l.p.Rows = append(l.p.Rows, strings.Split(line, "\t"))
	}
	l.p.Columns = l.p.Rows[0]
	l.p.Rows = l.p.Rows[1:min(len(l.p.Rows), l.most+1)]
	return *l.p, nil
}
