package watch_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/schedule"
	"tradepost/backend/store"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/tabulartest"
	"tradepost/backend/tabular/watch"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// bench is a workspace with one watched folder. meanwhile happens while a look waits to see what still grows.
type bench struct {
	t         *testing.T
	folder    string
	s         *store.Store
	im        *tabular.Importer
	w         *watch.Watcher
	timer     journal.Timer
	meanwhile func()
}

func watching(t *testing.T, folder string, options store.Options, config watch.Config) *bench {
	t.Helper()
	b := &bench{t: t, folder: folder}
	var err error
	b.s, err = store.Open(context.Background(), t.TempDir(), options)
	must(t, err)
	b.im = tabular.NewImporter(b.s, nil)
	t.Cleanup(func() { b.im.Close(); _ = b.s.Close() })
	b.w = watch.New(b.s, b.im, func(context.Context) error {
		if b.meanwhile != nil {
			b.meanwhile()
		}
		return nil
	})
	config.Folder = folder
	b.timer, err = b.w.Add(context.Background(), watch.Draft{Config: config, Expression: "*/5 * * * *", Zone: "UTC"})
	must(t, err)
	return b
}

func simple(t *testing.T) *bench {
	t.Helper()
	return watching(t, t.TempDir(), store.Options{}, watch.Config{})
}

func (b *bench) put(name, text string) {
	b.t.Helper()
	must(b.t, os.WriteFile(filepath.Join(b.folder, name), []byte(text), 0o644))
}

func (b *bench) look() (journal.Run, error) {
	b.t.Helper()
	err := b.w.Run(context.Background(), b.timer.ID, schedule.CauseTimer)
	runs, listing := b.s.Runs(context.Background(), journal.RunFilter{Kind: journal.RunWatch, Limit: 1})
	must(b.t, listing)
	return runs[0], err
}

// looked looks and expects no trouble of the look as a whole.
func (b *bench) looked() journal.Run {
	b.t.Helper()
	run, err := b.look()
	must(b.t, err)
	return run
}

// files lists the folder and what lies below, as slashed paths.
func (b *bench) files() []string {
	b.t.Helper()
	var all []string
	must(b.t, filepath.WalkDir(b.folder, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			name, _ := filepath.Rel(b.folder, path)
			all = append(all, filepath.ToSlash(name))
		}
		return err
	}))
	slices.Sort(all)
	return all
}

func (b *bench) lies(want ...string) {
	b.t.Helper()
	if is := b.files(); !slices.Equal(is, want) {
		b.t.Errorf("in the folder lie %v instead of %v", is, want)
	}
}

func (b *bench) orders() int {
	b.t.Helper()
	ids, _, err := b.s.OrderIDs(context.Background(), order.Filter{}, 1000)
	must(b.t, err)
	return len(ids)
}

func (b *bench) report(name string) (r struct {
	File, Import, Channel, Format, At string
	Rows                              int
	Orders                            tabular.Counts
	Problems                          []fault.Problem
}) {
	b.t.Helper()
	text, err := os.ReadFile(filepath.Join(b.folder, filepath.FromSlash(name)))
	must(b.t, err)
	must(b.t, json.Unmarshal(text, &r))
	return r
}

func text(seed uint64, n int) string {
	return tabulartest.Shopify(tabulartest.Orders(rand.New(rand.NewPCG(seed, 3)), n))
}

func TestANewFileIsImportedAndMoved(t *testing.T) {
	b := simple(t)
	b.put("orders.csv", text(1, 4))
	run := b.looked()
	if run.State != journal.Done || run.Counts["new"] != 4 || run.Counts["files"] != 1 || run.Cause != journal.BySchedule || run.Subject != b.folder || b.orders() != 4 {
		t.Errorf("run %+v with %d orders", run, b.orders())
	}
	b.lies("done/orders.csv", "done/orders.csv.report.json")
	if r := b.report("done/orders.csv.report.json"); r.File != "orders.csv" || r.Orders.New != 4 || r.Format != "shopify.orders" || r.Channel != "Shopify" || r.Import == "" || r.Rows == 0 || r.At == "" {
		t.Errorf("report %+v", r)
	}
	if run := b.looked(); run.State != journal.Done || run.Counts["files"] != 0 {
		t.Errorf("the next look did %+v", run)
	}
	b.put("orders.csv", text(1, 6)) // the same name, two more orders
	if run := b.looked(); run.Counts["new"] != 2 || run.Counts["same"] != 4 {
		t.Errorf("the same name again: %+v", run)
	}
	b.lies("done/orders (2).csv", "done/orders (2).csv.report.json", "done/orders.csv", "done/orders.csv.report.json")
	timer, err := b.s.Timer(context.Background(), b.timer.ID)
	must(t, err)
	if timer.LastRunID == 0 || timer.LastSuccessAt == 0 {
		t.Errorf("timer %+v", timer)
	}
}

func TestAGrowingFileIsLeft(t *testing.T) {
	b := simple(t)
	whole := text(2, 3)
	b.put("still.csv", whole[:len(whole)/2])
	b.put("there.csv", text(3, 1))
	b.meanwhile = func() { b.put("still.csv", whole); b.put("new.csv", whole); b.meanwhile = nil }
	if run := b.looked(); run.Counts["growing"] != 2 || run.Counts["files"] != 1 {
		t.Errorf("run %+v", run)
	}
	b.lies("done/there.csv", "done/there.csv.report.json", "new.csv", "still.csv")
	if b.looked(); b.orders() != 3 {
		t.Errorf("%d orders once it stands still", b.orders())
	}
	b.put("gone.csv", text(4, 9))
	b.meanwhile = func() { must(t, os.Remove(filepath.Join(b.folder, "gone.csv"))) }
	if run := b.looked(); run.Counts["files"] != 0 {
		t.Errorf("a file that went away meanwhile: %+v", run)
	}
}

func TestWhatIsNotMeantForUsIsLeft(t *testing.T) {
	b := simple(t)
	names := []string{".hidden.csv", "orders.csv.crdownload", "orders.csv.part", "orders.tmp", "~lock.orders.csv"}
	for _, name := range names {
		b.put(name, text(1, 1))
	}
	must(t, os.Mkdir(filepath.Join(b.folder, "folder.csv"), 0o755))
	if run := b.looked(); run.Counts["files"] != 0 || b.orders() != 0 {
		t.Errorf("run %+v", run)
	}
	b.lies(names...)
}

func TestAnUnknownFileIsPutAside(t *testing.T) {
	b := simple(t)
	b.put("letter.txt", "Dear merchant,\nthis is a letter.\n")
	b.put("nothing.csv", "")
	b.put("orders.csv", text(5, 2))
	run := b.looked()
	if run.State != journal.Partial || run.Counts["failed"] != 2 || run.Counts["new"] != 2 {
		t.Errorf("run %+v", run)
	}
	b.lies("done/orders.csv", "done/orders.csv.report.json", "failed/letter.txt", "failed/letter.txt.report.json", "failed/nothing.csv", "failed/nothing.csv.report.json")
	if r := b.report("failed/letter.txt.report.json"); len(r.Problems) != 1 || r.Problems[0].Message == "" || r.Problems[0].Remedy == "" {
		t.Errorf("report %+v", r)
	}
}

// Bad rows come back as a file that is imported once it is corrected.
func TestBadRowsComeBack(t *testing.T) {
	b := simple(t)
	orders := tabulartest.Orders(rand.New(rand.NewPCG(6, 3)), 3)
	orders[1].Lines = orders[1].Lines[:1]
	whole := tabulartest.Shopify(orders)
	price := "\"Thing" + strings.SplitN(strings.SplitN(whole, orders[1].Number+",", 2)[1], "\"Thing", 2)[1]
	price = strings.SplitN(price, ",SKU", 2)[0]
	bad := price[:strings.LastIndex(price, ",")+1] + "dear"
	b.put("orders.csv", strings.Replace(whole, price+",SKU", bad+",SKU", 1))
	run := b.looked()
	if run.State != journal.Partial || run.Counts["error"] != 1 || run.Counts["new"] != 2 {
		t.Fatalf("run %+v", run)
	}
	b.lies("done/orders.csv", "done/orders.csv.report.json", "done/orders.failed-rows.csv")
	if r := b.report("done/orders.csv.report.json"); len(r.Problems) != 1 || r.Problems[0].Found != "dear" || r.Problems[0].Row == 0 || r.Problems[0].Remedy == "" {
		t.Errorf("report %+v", r)
	}
	failed, err := os.ReadFile(filepath.Join(b.folder, "done", "orders.failed-rows.csv"))
	must(t, err)
	if !strings.Contains(string(failed), orders[1].Number) || strings.Contains(string(failed), orders[0].Number+",") {
		t.Errorf("failed rows:\n%s", failed)
	}
	b.put("corrected.csv", strings.Replace(string(failed), "dear", "1.00", 1))
	if run := b.looked(); run.State != journal.Done || run.Counts["new"] != 1 || b.orders() != 3 {
		t.Errorf("corrected: %+v, %d orders", run, b.orders())
	}
}

// A crash after the import and before the move leaves the file; the next look finds every order the same and moves it.
func TestACrashBeforeTheMove(t *testing.T) {
	b := simple(t)
	whole := text(7, 5)
	b.put("orders.csv", whole)
	file, _, err := b.im.Receive(context.Background(), "orders.csv", strings.NewReader(whole)) // what the look did before it died
	must(t, err)
	_, err = b.im.Whole(context.Background(), tabular.Request{FileID: file.ID, Cause: journal.BySchedule, TimerID: b.timer.ID})
	must(t, err)
	if run := b.looked(); run.Counts["same"] != 5 || run.Counts["new"] != 0 || b.orders() != 5 {
		t.Errorf("run %+v, %d orders", run, b.orders())
	}
	b.lies("done/orders.csv", "done/orders.csv.report.json")
}

// A folder that is gone fails the run in words; when it is back, the next look finds what lies in it.
func TestAFolderThatIsGone(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "incoming")
	must(t, os.Mkdir(folder, 0o755))
	b := watching(t, folder, store.Options{}, watch.Config{})
	must(t, os.Remove(folder))
	run, err := b.look()
	if !fault.Is(err, fault.NotFound) || run.State != journal.Failed || run.Problem == nil || !strings.Contains(run.Problem.Message, folder) || run.Problem.Remedy == "" {
		t.Errorf("run %+v, %v", run, err)
	}
	must(t, os.WriteFile(folder, nil, 0o644))
	if run, err := b.look(); !fault.Is(err, fault.Invalid) || !strings.Contains(run.Problem.Message, "not a folder") {
		t.Errorf("a file in its place: %+v, %v", run, err)
	}
	must(t, os.Remove(folder))
	must(t, os.Mkdir(folder, 0o755))
	b.put("orders.csv", text(9, 2))
	if run := b.looked(); run.State != journal.Done || b.orders() != 2 {
		t.Errorf("back again: %+v", run)
	}
}

func TestFolderNames(t *testing.T) {
	for _, name := range []string{"?#% ü", "a[b]*c", "%41", "日本 shop"} {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), name)
			must(t, os.Mkdir(folder, 0o755))
			b := watching(t, folder, store.Options{}, watch.Config{})
			b.put("order #1 (ü)?.csv", text(1, 2))
			if run := b.looked(); run.Counts["new"] != 2 {
				t.Errorf("run %+v", run)
			}
			b.lies("done/order #1 (ü)?.csv", "done/order #1 (ü)?.csv.report.json")
		})
	}
}

func TestConfigOfAWatch(t *testing.T) {
	b := watching(t, t.TempDir(), store.Options{}, watch.Config{Channel: "My shop", Mode: "new"})
	b.put("orders.csv", text(1, 3))
	b.looked()
	rows, _, err := b.s.ListOrders(context.Background(), order.Filter{Channel: "My shop"}, order.Page{})
	must(t, err)
	if len(rows) != 3 {
		t.Errorf("%d orders in the channel", len(rows))
	}
	b.put("later.csv", strings.ReplaceAll(text(1, 3), "Cambridge", "Oxford"))
	if run := b.looked(); run.Counts["skipped"] != 3 || run.Counts["changed"] != 0 {
		t.Errorf("mode new: %+v", run)
	}
	for name, draft := range map[string]watch.Draft{
		"folder":     {Config: watch.Config{Folder: filepath.Join(b.folder, "nowhere")}, Expression: "@daily"},
		"expression": {Config: watch.Config{Folder: t.TempDir()}, Expression: "often"},
		"zone":       {Config: watch.Config{Folder: t.TempDir()}, Expression: "@daily", Zone: "Mars/North"},
		"mode":       {Config: watch.Config{Folder: t.TempDir(), Mode: "sometimes"}, Expression: "@daily"},
		"twice":      {Config: watch.Config{Folder: b.folder}, Expression: "@daily"},
	} {
		_, err := b.w.Add(context.Background(), draft)
		if err == nil || fault.Of(err).Message == "" || fault.Is(err, fault.Internal) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// No space left while a file is imported: the file stays where it is, the run says why, and the next look brings it in.
func TestDiskFullLeavesTheFile(t *testing.T) {
	for _, every := range []bool{false, true} {
		for after := range 9 {
			t.Run(fmt.Sprintf("after %d writes, every one: %v", after, every), func(t *testing.T) { diskFullAfter(t, after, every) })
		}
	}
}

func diskFullAfter(t *testing.T, writes int, every bool) {
	s, err := store.Open(context.Background(), t.TempDir(), store.Options{})
	must(t, err)
	defer func() { _ = s.Close() }()
	full := &fullDisk{Store: s}
	im := tabular.NewImporter(full, nil)
	defer im.Close()
	b := &bench{t: t, folder: t.TempDir(), s: s, im: im, w: watch.New(s, im, func(context.Context) error { return nil })}
	b.timer, err = b.w.Add(context.Background(), watch.Draft{Config: watch.Config{Folder: b.folder}, Expression: "@daily", Zone: "UTC"})
	must(t, err)
	b.put("orders.csv", text(8, 40))
	full.set(writes, every)
	run, err := b.look()
	if full.refused() {
		if !fault.Is(err, fault.Full) || run.State != journal.Failed || run.Problem == nil || !strings.Contains(run.Problem.Message, "full") || run.Problem.Remedy == "" {
			t.Errorf("run %+v, %v", run, err)
		}
		b.lies("orders.csv")
	}
	full.set(1<<30, false)
	if run := b.looked(); run.State != journal.Done || b.orders() != 40 {
		t.Errorf("with space again: %+v, %d orders", run, b.orders())
	}
	if is := b.files(); slices.Contains(is, "orders.csv") {
		t.Errorf("in the folder lie %v", is)
	}
	must(t, im.Resume(context.Background())) // as the next start does
	im.Close()
	if b.orders() != 40 {
		t.Errorf("%d orders after taking up what was left", b.orders())
	}
}

// fullDisk refuses bulk writes, or all, after some.
type fullDisk struct {
	*store.Store
	mu    sync.Mutex
	left  int
	every bool
	said  bool // it refused something
}

func (f *fullDisk) refused() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.said
}

func (f *fullDisk) set(left int, every bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left, f.every = left, every
}

func (f *fullDisk) InTabularTx(ctx context.Context, bulk bool, do func(tabular.Tx) error) error {
	f.mu.Lock()
	f.left--
	refuse := f.left < 0 && (bulk || f.every)
	f.said = f.said || refuse
	f.mu.Unlock()
	if refuse {
		return fault.New(fault.Full, "The disk is full: nothing more can be saved.", "Free some space, then try again.")
	}
	return f.Store.InTabularTx(ctx, bulk, do)
}

// Every file in an archive is imported by itself; one that nobody knows is named in the report and holds up nothing.
func TestAnArchive(t *testing.T) {
	b := simple(t)
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	bad := strings.Replace(text(22, 2), "paid", "teleported", 1)
	for _, file := range [][2]string{{"july.csv", text(21, 3)}, {"august/august.csv", bad}, {"read me.txt", "Hello.\n"}} {
		part, err := w.Create(file[0])
		must(t, err)
		_, err = part.Write([]byte(file[1]))
		must(t, err)
	}
	must(t, w.Close())
	b.put("both.zip", packed.String())
	run := b.looked()
	if run.State != journal.Partial || run.Counts["files"] != 2 || run.Counts["failed"] != 0 || run.Counts["error"] != 1 || run.Counts["new"]+run.Counts["changed"] != 4 {
		t.Errorf("run %+v", run)
	}
	b.lies("done/both - august.failed-rows.csv", "done/both.zip", "done/both.zip.report.json")
	if r := b.report("done/both.zip.report.json"); r.Orders.New+r.Orders.Changed != 4 || r.Orders.Error != 1 {
		t.Errorf("report %+v", r)
	}
	b.put("letters.zip", strings.Replace(packed.String(), "PK\x05\x06", "PK\x00\x00", 1))
	if run := b.looked(); run.Counts["failed"] != 1 {
		t.Errorf("run %+v", run)
	}
	b.lies("done/both - august.failed-rows.csv", "done/both.zip", "done/both.zip.report.json", "failed/letters.zip", "failed/letters.zip.report.json")
}
