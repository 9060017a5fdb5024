package syncing

import (
	"context"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/order"
)

// previewRows is how many records a preview names; all are counted.
const previewRows = 500

// Preview is what a run would do, without doing it.
type Preview struct {
	Stream      channel.Stream
	Pulled      int
	New         int
	Changed     int
	Same        int
	Skipped     int
	Quarantined int
	// Adopted counts the orders that came in by files and are found again: they stay one order each.
	Adopted int
	Rows    []PreviewRow
	// More tells that there is more at the vendor than was looked at.
	More bool
}

// PreviewRow is the verdict on one record.
type PreviewRow struct {
	Item     string
	Name     string
	Verdict  intake.Verdict
	Adopted  bool
	RecordID int64
	Changes  []order.Change
	Problems []fault.Problem
}

// Preview pulls as Pull would and judges each record, but keeps nothing: no message, no cursor. pages bounds how many pages are looked
// at; 0 is all.
func (e *Engine) Preview(ctx context.Context, r Request, pages int) (Preview, error) {
	ctx, done, err := e.begin(ctx)
	if err != nil {
		return Preview{}, err
	}
	defer done()
	r.Person = true
	p, err := e.prepare(ctx, r)
	if err != nil {
		return Preview{}, err
	}
	view := Preview{Stream: p.sync.Stream, Rows: []PreviewRow{}}
	if err := p.checked(ctx); err != nil {
		return view, err
	}
	request := p.firstRequest()
	for n := 1; ; n++ {
		page, err := p.page(ctx, request)
		if err != nil {
			return view, err
		}
		if err := p.preview(ctx, page, &view); err != nil {
			return view, err
		}
		if page.Done || stuck(request.Cursor, page) {
			return view, nil
		}
		if pages > 0 && n >= pages {
			view.More = true
			return view, nil
		}
		request.Cursor = page.Next
	}
}

func (p *pull) preview(ctx context.Context, page channel.Page, view *Preview) error {
	fresh, err := p.fresh(ctx, page)
	if err != nil {
		return err
	}
	view.Pulled += len(page.Items)
	view.Same += len(page.Items) - len(fresh)
	look := p.engine.store.Lookup(ctx)
	for _, a := range fresh {
		row, err := p.judge(look, a.ready)
		if err != nil {
			return err
		}
		view.count(row)
		if len(view.Rows) < previewRows && (row.Verdict != intake.Same || row.Adopted) {
			view.Rows = append(view.Rows, row)
		}
	}
	return nil
}

func (p *pull) judge(look intake.Lookup, r ready) (PreviewRow, error) {
	row := PreviewRow{Item: r.waiting.Item, Name: r.name, Verdict: intake.Same, Problems: r.problems}
	if len(r.problems) > 0 {
		row.Verdict = intake.Error
		return row, nil
	}
	for _, part := range r.parts {
		if !part.main {
			continue
		}
		j, err := part.judge(look, p.connection.ChannelID)
		if err != nil {
			return row, err
		}
		row.Verdict, row.Changes, row.Problems = j.Verdict, j.Changes, j.Problems
		if j.Known != nil {
			row.RecordID, row.Adopted = j.Known.ID, j.Known.ExternalID == "" || !fromHere(j)
		}
	}
	return row, nil
}

// fromHere reports whether an order's first arrival through a connection is behind us: its lines carry the channel's ids then.
func fromHere(j intake.Judgement) bool {
	for _, l := range j.Known.Lines {
		if l.ExternalID == "" {
			return false
		}
	}
	return true
}

func (v *Preview) count(row PreviewRow) {
	if row.Adopted {
		v.Adopted++
	}
	switch row.Verdict {
	case intake.New:
		v.New++
	case intake.Changed:
		v.Changed++
	case intake.Same:
		v.Same++
	case intake.Skipped:
		v.Skipped++
	case intake.Error:
		v.Quarantined++
	}
}
