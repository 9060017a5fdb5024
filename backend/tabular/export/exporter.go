package export

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"

	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/order"
)

// Request asks for an export. Kind and Format may differ from the template's where its layout is a table; "" takes the
// template's. Filter nil takes the template's.
type Request struct {
	Template    Template
	Format      Format
	Filter      *string
	IDs         []int64 // these orders alone
	Name        string  // the file's name; "" makes one of template and day
	Destination string  // where it goes, for the journal: a folder, "download"
	Cause       journal.Cause
	TimerID     int64
}

// Result is what an export wrote.
type Result struct {
	Run      journal.Run
	Files    []File
	Rows     int64
	Records  int64
	LeftOut  int64
	Problems []Problem // first those of what was left out; at most mostProblems of each sort
	Warnings int64     // how many records were written with a problem
}

// mostProblems bounds how many problems of each sort an export lists, notesKept how many notes the journal keeps; they are
// all counted.
const (
	mostProblems = 1000
	notesKept    = 200
)

// Progress tells how far a run is.
type Progress struct{ RunID, Done, Total int64 }

// Exporter writes exports, one at a time, and keeps their journal.
type Exporter struct {
	store  Store
	notify func(Progress)
	turn   chan struct{} // one at a time: each holds a reader for as long as it takes
	root   context.Context
	stop   context.CancelFunc
	jobs   sync.WaitGroup
	spool  string // where files wait to be fetched; "" when nothing can be
	mu     sync.Mutex
	active map[int64]context.CancelCauseFunc
	waits  map[int64]waiting
}

// New makes an Exporter. notify, which may be nil, must not block.
func New(store Store, notify func(Progress)) *Exporter {
	if notify == nil {
		notify = func(Progress) {}
	}
	root, stop := context.WithCancel(context.Background())
	return &Exporter{store: store, notify: notify, turn: make(chan struct{}, 1), root: root, stop: stop, active: map[int64]context.CancelCauseFunc{},
		waits: map[int64]waiting{}}
}

var errCancelled = fault.New(fault.Cancelled, "Cancelled.", "Nothing was kept of the file; start the export again.")

// Cancel stops a run; false when it is not under way.
func (e *Exporter) Cancel(runID int64) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	cancel, ok := e.active[runID]
	if ok {
		cancel(errCancelled)
	}
	return ok
}

// Templates lists those that ship with the program and those that people made.
func (e *Exporter) Templates(ctx context.Context) ([]Template, error) {
	own, err := e.store.ExportTemplates(ctx)
	return append(BuiltIn(), own...), err
}

// Template finds a template by its id.
func (e *Exporter) Template(ctx context.Context, id int64) (Template, error) {
	return e.findTemplate(ctx, func(t *Template) bool { return t.ID == id })
}

// TemplateNamed finds a template by its key, its name in any case, or its id.
func (e *Exporter) TemplateNamed(ctx context.Context, name string) (Template, error) {
	id, _ := strconv.ParseInt(name, 10, 64)
	return e.findTemplate(ctx, func(t *Template) bool {
		return t.Key != "" && t.Key == name || strings.EqualFold(t.Name, strings.TrimSpace(name)) || t.ID == id && id > 0
	})
}

func (e *Exporter) findTemplate(ctx context.Context, is func(*Template) bool) (Template, error) {
	all, err := e.Templates(ctx)
	for i := range all {
		if is(&all[i]) {
			return all[i], nil
		}
	}
	if err == nil {
		err = fault.New(fault.NotFound, "There is no such template.", "See the names with: tradepost templates list.")
	}
	return Template{}, err
}

// Usual is the template of a kind when nobody names one.
func (e *Exporter) Usual(kind Kind) (Template, error) {
	for _, t := range builtIn {
		if t.Kind == kind && t.Layout == layoutTable && t.Target == "" {
			return t, nil
		}
	}
	return Template{}, invalid("kind", strconv.Quote(string(kind))+" is not a kind of record.", "Use orders, lines, customers, products, stock or runs.")
}

// SaveTemplate writes a template that a person made or changed; version, unless negative, is the one they saw.
func (e *Exporter) SaveTemplate(ctx context.Context, t Template, version int64) (Template, error) {
	t.Name = strings.TrimSpace(t.Name)
	if t.ID != 0 && t.ID <= 1000 {
		return t, fault.New(fault.Invalid, "This template ships with Tradepost and cannot be changed.", "Save a copy under another name.").InField("name")
	}
	for _, shipped := range builtIn {
		if strings.EqualFold(shipped.Name, t.Name) {
			return t, fault.New(fault.Conflict, "There is a template called "+shipped.Name+" already.", "Choose another name.").InField("name")
		}
	}
	t.Number, t.Key, t.BuiltIn = 0, "", false
	if err := t.Check(); err != nil {
		return t, err
	}
	return e.store.SaveExportTemplate(ctx, t, version)
}

// DeleteTemplate removes a template that a person made.
func (e *Exporter) DeleteTemplate(ctx context.Context, id int64) error {
	if id <= 1000 {
		return fault.New(fault.Invalid, "This template ships with Tradepost and stays.", "")
	}
	return e.store.DeleteExportTemplate(ctx, id)
}

// Export writes by a saved template with its own filter, as schedules do.
func (e *Exporter) Export(ctx context.Context, templateID int64, create func(name string) (io.WriteCloser, error)) (journal.Run, error) {
	t, err := e.Template(ctx, templateID)
	if err != nil {
		return journal.Run{}, err
	}
	result, err := e.Write(ctx, Request{Template: t, Cause: journal.BySchedule}, create)
	return result.Run, err
}

// Write writes an export into files that create makes, and journals it. On an error nothing counts as sent; what create
// made must then be thrown away by its owner (Staging does).
func (e *Exporter) Write(ctx context.Context, request Request, create Create) (Result, error) {
	w, err := e.start(ctx, request, create)
	if err != nil {
		return Result{}, err
	}
	return e.carryOut(ctx, w, func() error { return nil })
}

// WriteTo writes an export into a staging and puts its files in place once all of them are whole; else none is left.
func (e *Exporter) WriteTo(ctx context.Context, request Request, staging *Staging) (Result, error) {
	defer staging.Discard() // what was put in place stays
	w, err := e.start(ctx, request, staging.Create)
	if err != nil {
		return Result{}, err
	}
	return e.carryOut(ctx, w, staging.Commit)
}

// start writes the run, which then waits for its turn.
func (e *Exporter) start(ctx context.Context, request Request, create Create) (*writing, error) {
	w, err := e.prepare(request, create)
	if err != nil {
		return nil, err
	}
	if err := e.begin(ctx, w); err != nil {
		return nil, fmt.Errorf("starting export: %w", err)
	}
	return w, nil
}

// carryOut writes the export and journals how it ended.
func (e *Exporter) carryOut(ctx context.Context, w *writing, commit func() error) (Result, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	e.mu.Lock()
	e.active[w.run.ID] = cancel
	e.mu.Unlock()
	defer func() {
		e.mu.Lock()
		delete(e.active, w.run.ID)
		e.mu.Unlock()
	}()
	err := e.inTurn(ctx, w)
	if err == nil {
		err = commit()
	}
	if ctx.Err() != nil && err != nil {
		err = context.Cause(ctx)
	}
	err = e.finish(context.WithoutCancel(ctx), w, err)
	return w.result(), err
}

func (e *Exporter) inTurn(ctx context.Context, w *writing) error {
	select {
	case e.turn <- struct{}{}:
		defer func() { <-e.turn }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return guarded(func() error { return e.run(ctx, w) })
}

// guarded turns a panic into an error.
func guarded(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("exporting: panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do()
}

// prepare settles what is asked for before anything is written.
func (e *Exporter) prepare(request Request, create Create) (*writing, error) {
	t := request.Template
	if request.Format != "" && request.Format != t.Format {
		if t.Layout != layoutTable {
			return nil, invalid("format", t.Name+" is written as "+string(t.Format)+" alone.", "Leave the format out.")
		}
		t.Format = request.Format
	}
	if request.Filter != nil {
		t.Filter = *request.Filter
	}
	if err := t.Check(); err != nil {
		return nil, err
	}
	zone := e.store.Zone()
	parsed, err := parseFilter(t.Kind, t.Filter, e.store.Now().Time(), zone)
	if err != nil {
		return nil, err
	}
	c, err := compile(t, zone, writesFor(&t))
	if err != nil {
		return nil, err
	}
	if parsed.ofLines() {
		if !t.perLine() {
			return nil, refused("This filter compares values of lines, and the file has one row per order.", "Use a template with one row per line.")
		}
		c.keeps = parsed.holds
	}
	w := &writing{store: e.store, notify: e.notify, c: c, filter: parsed, create: create, ids: request.IDs, destination: request.Destination}
	w.name = fileName(request.Name, &t, e.store.Now().Time().In(zone).Format("2006-01-02"))
	w.run = journal.Run{Kind: journal.RunExport, Cause: request.Cause, TimerID: request.TimerID, Title: "Export: " + t.Name, Subject: t.Target, Counts: map[string]int{}}
	if w.run.Cause == "" {
		w.run.Cause = journal.ByPerson
	}
	return w, nil
}

// fileName makes a name that every system takes.
func fileName(asked string, t *Template, day string) string {
	if asked != "" {
		return filepath.Base(asked)
	}
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"/\|?*`, r) || r < ' ' {
			return '-'
		}
		return r
	}, t.Name)
	return strings.TrimSpace(name) + " " + day + "." + t.Extension()
}

func (e *Exporter) begin(ctx context.Context, w *writing) error {
	return e.store.InExportTx(ctx, false, func(tx Tx) error {
		run := w.run
		if err := tx.InsertRun(&run); err != nil {
			return err
		}
		w.run = run
		return tx.SaveExport(w.journalled())
	})
}

func (e *Exporter) run(ctx context.Context, w *writing) error {
	return e.store.ReadExport(ctx, func(r Reader) error {
		w.reader = r
		return w.all(ctx)
	})
}

// finish records how an export ended.
func (e *Exporter) finish(ctx context.Context, w *writing, failed error) error {
	err := e.store.InExportTx(ctx, false, func(tx Tx) error {
		run := w.run
		run.FinishedAt, run.State, run.Counts = tx.Now(), journal.Done, w.counts()
		switch {
		case fault.Is(failed, fault.Cancelled) || errors.Is(failed, context.Canceled):
			run.State = journal.Cancelled
		case failed != nil:
			problem := fault.ProblemOf(failed)
			run.State, run.Problem = journal.Failed, &problem
		case w.leftOut > 0:
			run.State = journal.Partial
		}
		if failed != nil {
			w.files = nil
			if err := tx.ForgetSent(run.ID); err != nil {
				return err
			}
		}
		if err := tx.UpdateRun(run); err != nil {
			return err
		}
		w.run = run
		return tx.SaveExport(w.journalled())
	})
	if failed != nil {
		return failed
	}
	return err
}

// writing is one export under way.
type writing struct {
	store       Store
	notify      func(Progress)
	reader      Reader
	c           *compiled
	filter      filter
	ids         []int64
	create      Create
	name        string
	destination string
	run         journal.Run

	out      *output
	made     layout // writes into out
	files    []File
	rows     int64 // in all files
	records  int64
	inFile   int64 // records in the present file
	written  int64 // how far the journal knows it to be
	leftOut  int64
	warned   int64
	problems []Problem // of what was left out
	notes    []Problem // of what was written all the same
	sent     []int64   // orders whose sending is not noted yet
}

// layout writes records into one file.
type layout interface {
	begin() error
	// record writes a record as rows and says how many; a record that is left out writes nothing.
	record(*record) (rows int, problems []Problem, err error)
	end() error
}

func (w *writing) layout(to io.Writer) layout {
	switch w.c.Layout {
	case layoutIIF:
		return newIIF(w.c, to)
	case layoutPacking:
		return newPacking(w.c, to)
	}
	return &tableLayout{c: w.c, table: newTable(w.c, to)}
}

// output is one file being written, with its sum.
type output struct {
	to   io.WriteCloser
	name string
	hash hash.Hash
	size int64
	rows int64
}

func (o *output) Write(part []byte) (int, error) {
	n, err := o.to.Write(part)
	o.hash.Write(part[:n])
	o.size += int64(n)
	return n, err
}

// open begins the next file: name.csv, name-2.csv, ...
func (w *writing) open() error {
	name := w.name
	if n := len(w.files); n > 0 {
		extension := filepath.Ext(name)
		name = strings.TrimSuffix(name, extension) + "-" + strconv.Itoa(n+1) + extension
	}
	to, err := w.create(name)
	if err != nil {
		return err
	}
	w.out = &output{to: to, name: name, hash: sha256.New()}
	w.made, w.inFile = w.layout(w.out), 0
	return w.made.begin()
}

func (w *writing) close() error {
	if w.out == nil {
		return nil
	}
	out := w.out
	w.out = nil
	err := w.made.end()
	if err = errors.Join(err, out.to.Close()); err != nil {
		return fmt.Errorf("writing export: %w", err)
	}
	w.files = append(w.files, File{Name: out.name, SHA256: hex.EncodeToString(out.hash.Sum(nil)), Size: out.size, Rows: out.rows})
	return nil
}

// abandon closes a file that will not be whole.
func (w *writing) abandon() {
	if w.out != nil {
		_ = w.out.to.Close()
		w.out = nil
	}
}

func (w *writing) all(ctx context.Context) (err error) {
	defer w.abandon()
	if err := w.count(ctx); err != nil {
		return err
	}
	if err := w.open(); err != nil {
		return err
	}
	if err := w.each(ctx); err != nil {
		return err
	}
	if err := w.noteSent(ctx); err != nil {
		return err
	}
	return w.close()
}

func (w *writing) selection() Selection {
	return Selection{IDs: w.ids, Filter: w.filter.orders, Oldest: w.c.Oldest}
}

func (w *writing) count(ctx context.Context) (err error) {
	if w.c.Kind.ofOrders() {
		w.run.Total, err = w.reader.CountOrders(ctx, w.selection())
	} else {
		w.run.Total, err = w.reader.Count(ctx, w.c.Kind)
	}
	return err
}

// each writes all records of the kind.
func (w *writing) each(ctx context.Context) error {
	switch w.c.Kind {
	case Customers:
		return w.reader.EachCustomer(ctx, func(c *Customer) error { return w.one(ctx, &record{customer: c}) })
	case Products:
		return w.reader.EachVariant(ctx, func(v *Variant) error { return w.one(ctx, &record{variant: v}) })
	case Stock:
		return w.reader.EachLevel(ctx, func(l *Level) error { return w.one(ctx, &record{level: l}) })
	case Runs:
		return w.reader.EachRun(ctx, func(r *journal.Run) error { return w.one(ctx, &record{run: r}) })
	}
	return w.reader.EachOrders(ctx, w.selection(), func(batch []order.Order) error { return w.batch(ctx, batch) })
}

// progressEvery is how many records pass between two words on progress, writtenEvery between two that are written down.
const (
	progressEvery = 500
	writtenEvery  = 20_000
)

// one writes a record that is no order.
func (w *writing) one(ctx context.Context, r *record) error {
	if w.run.Done++; w.run.Done%progressEvery == 0 {
		if err := w.progress(ctx); err != nil {
			return err
		}
	}
	if !w.filter.holds(r) {
		return nil
	}
	_, err := w.put(r)
	return err
}

func (w *writing) progress(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	w.notify(Progress{w.run.ID, w.run.Done, w.run.Total})
	if w.run.Done < w.written+writtenEvery {
		return nil
	}
	w.written = w.run.Done
	return w.store.InExportTx(ctx, true, func(tx Tx) error { return tx.UpdateRun(w.run) })
}

// batch writes orders, and remembers which went to the target.
func (w *writing) batch(ctx context.Context, batch []order.Order) error {
	if err := w.progress(ctx); err != nil {
		return err
	}
	before, err := w.sentBefore(ctx, batch)
	if err != nil {
		return err
	}
	for i := range batch {
		o := &batch[i]
		w.run.Done++
		if !w.wanted(o) {
			continue
		}
		put, err := w.put(&record{order: o})
		if err != nil {
			return err
		}
		if !put || w.c.Target == "" {
			continue
		}
		if run, again := before[o.ID]; again {
			w.warnSent(o, run)
		}
		w.sent = append(w.sent, o.ID)
	}
	if len(w.sent) >= 2000 {
		return w.noteSent(ctx)
	}
	return nil
}

// wanted reports whether an order meets the conditions that are not of its lines; those are looked at row by row.
func (w *writing) wanted(o *order.Order) bool {
	r := &record{order: o}
	for i := range w.filter.conditions {
		if c := &w.filter.conditions[i]; !c.field.OfLines && !c.holds(r) {
			return false
		}
	}
	if !w.filter.ofLines() {
		return true
	}
	for i := range o.Lines {
		if r.line = &o.Lines[i]; w.filter.holds(r) {
			return true
		}
	}
	return false
}

func (f *filter) ofLines() bool {
	for i := range f.conditions {
		if f.conditions[i].field.OfLines {
			return true
		}
	}
	return false
}

func (w *writing) sentBefore(ctx context.Context, batch []order.Order) (map[int64]int64, error) {
	if w.c.Target == "" {
		return nil, nil
	}
	ids := make([]int64, len(batch))
	for i := range batch {
		ids[i] = batch[i].ID
	}
	return w.reader.SentBefore(ctx, w.c.Target, ids)
}

func (w *writing) warnSent(o *order.Order, run int64) {
	w.warned++
	w.problem(Problem{Record: o.Number, ID: o.ID, Code: CodeSent, Expected: "orders not sent yet",
		Message: "It went to this target before, with export " + strconv.FormatInt(run, 10) + ".", Remedy: "Filter by not_sent=" + w.c.Target + " where the target does not look for doubles."})
}

// put writes a record into the present file, or begins another when that is full.
func (w *writing) put(r *record) (bool, error) {
	need := w.rowsOf(r)
	if w.inFile > 0 && (w.c.Limits.Records > 0 && w.inFile >= int64(w.c.Limits.Records) || w.c.Limits.Rows > 0 && w.out.rows+int64(need) > int64(w.c.Limits.Rows)) {
		if err := errors.Join(w.close(), w.open()); err != nil {
			return false, err
		}
	}
	rows, problems, err := w.made.record(r)
	if err != nil {
		return false, fmt.Errorf("writing export: %w", err)
	}
	if out := w.tell(r, problems); out {
		w.leftOut++
		return false, nil
	}
	if rows == 0 {
		return false, nil
	}
	w.rows += int64(rows)
	w.out.rows += int64(rows)
	w.records++
	w.inFile++
	return true, nil
}

func (w *writing) rowsOf(r *record) int {
	if r.order == nil || !w.c.perLine() {
		return 1
	}
	return max(1, len(r.order.Lines)) + len(w.c.Extras)
}

// tell lists what is wrong with a record; out says that it was left out.
func (w *writing) tell(r *record, problems []Problem) (out bool) {
	for _, p := range problems {
		p.Record, p.ID = nameOf(r)
		out = out || p.LeftOut
		w.problem(p)
	}
	if len(problems) > 0 && !out {
		w.warned++
	}
	return out
}

// problem lists a problem: what was left out apart from mere notes, so that many of those do not crowd it out.
func (w *writing) problem(p Problem) {
	into := &w.notes
	if p.LeftOut {
		into = &w.problems
	}
	if len(*into) < mostProblems {
		*into = append(*into, p)
	}
}

func nameOf(r *record) (string, int64) {
	switch {
	case r.order != nil:
		return r.order.Number, r.order.ID
	case r.variant != nil:
		return r.variant.SKU, r.variant.ID
	case r.level != nil:
		return r.level.SKU, r.level.VariantID
	case r.customer != nil:
		return strconv.FormatInt(r.customer.ID, 10), r.customer.ID
	}
	return strconv.FormatInt(r.run.ID, 10), r.run.ID
}

// noteSent remembers which orders went to the target; it counts when the run has ended well.
func (w *writing) noteSent(ctx context.Context) error {
	if len(w.sent) == 0 {
		return nil
	}
	err := w.store.InExportTx(ctx, true, func(tx Tx) error { return tx.NoteSent(w.c.Target, w.run.ID, w.sent) })
	w.sent = w.sent[:0]
	return err
}

func (w *writing) counts() map[string]int {
	return map[string]int{"rows": int(w.rows), string(w.c.Kind): int(w.records), "left_out": int(w.leftOut), "warning": int(w.warned), "files": len(w.files)}
}

func (w *writing) journalled() Journalled {
	entry := Journalled{Run: w.run, TemplateID: w.c.ID, Template: w.c.Name, Kind: w.c.Kind, Format: w.c.Format, Target: w.c.Target, Destination: w.destination,
		Filter: kept(w.c.Filter), Rows: w.rows, Records: w.records, LeftOut: w.leftOut, Files: w.files, Problems: []Problem{}}
	if w.ids != nil {
		entry.Filter = fmt.Sprintf("%d chosen orders", len(w.ids))
	}
	if entry.Files == nil {
		entry.Files = []File{}
	}
	for _, p := range slices.Concat(w.problems, w.notes[:min(len(w.notes), notesKept)]) {
		p.Found = ""
		entry.Problems = append(entry.Problems, p)
	}
	return entry
}

func (w *writing) result() Result {
	files, problems := w.files, slices.Concat(w.problems, w.notes)
	if files == nil {
		files = []File{}
	}
	if problems == nil {
		problems = []Problem{}
	}
	return Result{Run: w.run, Files: files, Rows: w.rows, Records: w.records, LeftOut: w.leftOut, Problems: problems, Warnings: w.warned}
}
