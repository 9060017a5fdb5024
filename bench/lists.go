package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/tabular"
)

// files is how many files a workspace's orders are imported from.
const files = 20

// workspace makes a workspace with so many orders through imports, once: what a broken off run made is gone on with.
func workspace(orders int) (string, error) {
	dir := filepath.Join(outDir, fmt.Sprintf("workspace-%d", orders))
	finished := filepath.Join(dir, "finished")
	if _, err := os.Stat(finished); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	s, err := store.Open(context.Background(), dir, store.Options{})
	if err != nil {
		return "", err
	}
	if err := fill(s, orders); err != nil {
		return "", errors.Join(err, s.Close())
	}
	if err := s.Close(); err != nil {
		return "", err
	}
	return dir, os.WriteFile(finished, nil, 0o644)
}

func fill(s *store.Store, orders int) error {
	im := tabular.NewImporter(s, nil)
	defer im.Close()
	if err := im.Resume(context.Background()); err != nil {
		return err
	}
	path := filepath.Join(outDir, "part.csv")
	defer os.Remove(path)
	part := orders / files
	for from := 0; from < orders; from += part {
		name := fmt.Sprintf("orders from %d.csv", from)
		if done, err := imported(s, name); err != nil || done {
			if err != nil {
				return err
			}
			continue
		}
		began := time.Now()
		if err := write(path, from, columns, func(o, _ int) bool { return o >= min(part, orders-from) }); err != nil {
			return err
		}
		if err := bring(s, im, path, name); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "  %s: %v\n", name, time.Since(began).Round(time.Millisecond))
	}
	return s.CatchUpSearch(context.Background())
}

func imported(s *store.Store, name string) (bool, error) {
	all, err := s.Imports(context.Background(), 0, 1000)
	return slices.ContainsFunc(all, func(i tabular.Import) bool { return i.FileName == name && i.State == tabular.Applied }), err
}

// bring imports a file whole. It goes into one of three channels by its name.
func bring(s *store.Store, im *tabular.Importer, path, name string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	kept, err := s.KeepFile(context.Background(), name, file)
	if err != nil {
		return err
	}
	i, err := im.Whole(context.Background(), tabular.Request{FileID: kept.ID, FileName: name, Channel: channelOf(name), Zone: "UTC"})
	if err != nil {
		return err
	}
	i, err = settled(im, i.ID, tabular.Applied)
	if err == nil && (i.Counts.New == 0 || i.Counts.Error > 0) {
		err = fmt.Errorf("%s brought %+v", name, i.Counts)
	}
	return err
}

func channelOf(name string) string {
	sum := 0
	for _, c := range []byte(name) {
		sum += int(c)
	}
	return []string{"Shop", "Outlet", "Fair"}[sum%3]
}

// asked is one thing that people ask of the list.
type asked struct {
	name   string
	filter order.Filter
	search bool
}

func views() []asked {
	return []asked{
		{"all", order.Filter{}, false}, {"to ship", order.Filter{Status: "to_ship"}, false}, {"shipped", order.Filter{Status: "shipped"}, false},
		{"open", order.Filter{Status: "open"}, false}, {"cancelled", order.Filter{Status: "cancelled"}, false},
		{"paid", order.Filter{Status: "paid"}, false}, {"pending", order.Filter{Status: "pending"}, false},
		{"fulfilled", order.Filter{Status: "fulfilled"}, false}, {"unfulfilled", order.Filter{Status: "unfulfilled"}, false},
		{"unlinked", order.Filter{Unlinked: true}, false}, {"tag", order.Filter{Tag: "gift"}, false},
		{"a channel", order.Filter{Channel: "Shop"}, false}, {"a channel, to ship", order.Filter{Channel: "Shop", Status: "to_ship"}, false},
		{"two channels, two stages", order.Filter{Channel: "Shop,Outlet", Status: "to_ship,shipped"}, false},
		{"to ship and paid", order.Filter{Status: "to_ship,paid"}, false}, {"late", order.Filter{Status: "late"}, false},
		{"held", order.Filter{Status: "held"}, false}, {"tag, to ship", order.Filter{Tag: "gift", Status: "to_ship"}, false},
	}
}

func searches(r *rand.Rand, orders int) []asked {
	pick := func(of []string) string { return of[r.IntN(len(of))] }
	family := pick(familyNames)
	return []asked{
		{"a number", order.Filter{Search: fmt.Sprintf("#%d", 100_001+r.IntN(orders))}, true},
		{"the beginning of a number", order.Filter{Search: fmt.Sprint(100_001 + r.IntN(orders))[:4]}, true},
		{"an e-mail address", order.Filter{Search: fmt.Sprintf("buyer%d@example.com", r.IntN(400_000))}, true},
		{"a SKU", order.Filter{Search: fmt.Sprintf("SKU-%05d", min(r.IntN(20_000), r.IntN(20_000)))}, true},
		{"a name", order.Filter{Search: pick(givenNames) + " " + family}, true},
		{"a family name", order.Filter{Search: family}, true},
		{"the beginning of a name", order.Filter{Search: family[:3]}, true},
		{"two letters", order.Filter{Search: family[:2]}, true},
		{"a city", order.Filter{Search: pick(cities)}, true},
		{"a word in every order", order.Filter{Search: "article"}, true},
		{"two words in every order", order.Filter{Search: "article size"}, true},
		{"a word that nothing has", order.Filter{Search: "zeppelin"}, true},
		{"a name in a channel to ship", order.Filter{Search: family, Channel: "Shop", Status: "to_ship"}, true},
		{"a name in a channel", order.Filter{Search: family, Channel: "Fair"}, true},
		{"a beginning, cancelled", order.Filter{Search: family[:3], Status: "cancelled"}, true},
		{"a word in every order, pending", order.Filter{Search: "article", Status: "pending"}, true},
	}
}

// taken are times of one question, in milliseconds, with how many pages were full.
type taken struct {
	ms   []float64
	full bool
}

// pages asks each view for its first or a deep page, over and over, for so many rounds, each so many times.
func pages(s *store.Store, orders, rounds int, deep bool, asks int) (map[string]*taken, error) {
	all := map[string]*taken{}
	for round := range rounds {
		for _, a := range views() {
			filter, name := a.filter, a.name
			page := order.Page{Limit: 50}
			if deep {
				name += ", deep"
				page.After = halfway(orders, round)
			}
			if err := ask(s, all, name, filter, page, asks); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// halfway is the mark of a page in the middle of the list.
func halfway(orders, round int) string {
	placed := first.Add(time.Duration(orders/2+97*round) * 63 * time.Second).UnixMilli()
	return strconv.FormatInt(placed, 36) + "." + strconv.FormatInt(1, 36)
}

// asks is how often each question is put; the quickest answer counts, so that p99 speaks of the questions and not of what
// else the machine was doing.
const asks = 3

func ask(s *store.Store, all map[string]*taken, name string, filter order.Filter, page order.Page, asks int) error {
	var rows []order.Row
	ms := math.Inf(1)
	for range asks {
		began := time.Now()
		found, _, err := s.ListOrders(context.Background(), filter, page)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		rows, ms = found, min(ms, float64(time.Since(began).Nanoseconds())/1e6)
	}
	if all[name] == nil {
		all[name] = &taken{full: true}
	}
	all[name].ms = append(all[name].ms, ms)
	all[name].full = all[name].full && len(rows) == page.Limit
	return nil
}

// benchLists reads pages and searches at both sizes.
func benchLists(r *report, sizes []int) error {
	small, large := sizes[0], sizes[len(sizes)-1]
	stores := []*store.Store{}
	for _, n := range sizes {
		dir, err := workspace(n)
		if err != nil {
			return err
		}
		s, err := store.Open(context.Background(), dir, store.Options{})
		if err != nil {
			return err
		}
		defer s.Close()
		if err := s.CatchUpSearch(context.Background()); err != nil {
			return err
		}
		stores = append(stores, s)
	}
	if err := compareSizes(r, stores, small, large); err != nil {
		return err
	}
	return searchTimes(r, stores, sizes)
}

// benchOpen opens the workspace cold and with a long log.
func benchOpen(r *report, orders int) error {
	dir, err := workspace(orders)
	if err != nil {
		return err
	}
	return openCold(r, dir, orders)
}

// benchBusy reads pages while an import runs.
func benchBusy(r *report, orders int) error {
	dir, err := workspace(orders)
	if err != nil {
		return err
	}
	return whileImporting(r, dir, orders)
}

const rounds = 60

// compareSizes alternates between both sizes.
func compareSizes(r *report, stores []*store.Store, small, large int) error {
	at := make([]map[string]*taken, len(stores))
	for range repeats {
		for i, s := range stores {
			for _, deep := range []bool{false, true} {
				got, err := pages(s, []int{small, large}[i], rounds/repeats, deep, asks)
				if err != nil {
					return err
				}
				if at[i] == nil {
					at[i] = map[string]*taken{}
				}
				merge(at[i], got)
			}
		}
	}
	was, now := at[0], at[len(at)-1]
	names := sorted(now)
	worst, worstName, growth, growthName := 0.0, "", 0.0, ""
	for _, name := range names {
		p99 := quantile(now[name].ms, 0.99)
		r.note(fmt.Sprintf("page %-36s p50 %.2f ms, p99 %.2f ms at %d; p50 %.2f ms, p99 %.2f ms at %d%s", name, median(was[name].ms),
			quantile(was[name].ms, 0.99), small, median(now[name].ms), p99, large, notFull(was[name], now[name])))
		if p99 > worst {
			worst, worstName = p99, name
		}
		if g := median(now[name].ms) / median(was[name].ms); was[name].full && now[name].full && g > growth {
			growth, growthName = g, name
		}
	}
	want := atMost(4)
	r.add(line{Goal: "P3", What: fmt.Sprintf("Slowest list page at %d orders (%s), p99", large, worstName), Value: worst, Unit: "ms",
		Wanted: want.words, Verdict: want.verdict(worst), Spread: fmt.Sprintf("%d views", len(names))})
	want = atMost(2)
	r.add(line{Goal: "P3", What: fmt.Sprintf("Most growth of a page from %d to %d orders (%s), p50", small, large, growthName), Value: growth,
		Unit: "x", Wanted: want.words, Verdict: want.verdict(growth), Spread: "full pages only"})
	return nil
}

func notFull(was, now *taken) string {
	if was.full && now.full {
		return ""
	}
	return " (not full)"
}

func merge(into, from map[string]*taken) {
	for name, t := range from {
		if into[name] == nil {
			into[name] = &taken{full: true}
		}
		into[name].ms, into[name].full = append(into[name].ms, t.ms...), into[name].full && t.full
	}
}

func sorted(all map[string]*taken) []string {
	var names []string
	for name := range all {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func searchTimes(r *report, stores []*store.Store, sizes []int) error {
	for i, s := range stores {
		draw := rand.New(rand.NewPCG(7, 11))
		all := map[string]*taken{}
		for range 5 * rounds {
			for _, a := range searches(draw, sizes[i]) {
				if err := ask(s, all, a.name, a.filter, order.Page{Limit: 50}, asks); err != nil {
					return err
				}
			}
		}
		worst, worstName := 0.0, ""
		for _, name := range sorted(all) {
			p99 := quantile(all[name].ms, 0.99)
			r.note(fmt.Sprintf("search %-34s p50 %.2f ms, p99 %.2f ms at %d", name, median(all[name].ms), p99, sizes[i]))
			if p99 > worst {
				worst, worstName = p99, name
			}
		}
		want := atMost(10)
		r.add(line{Goal: "P5", What: fmt.Sprintf("Slowest search at %d orders (%s), p99", sizes[i], worstName), Value: worst, Unit: "ms",
			Wanted: want.words, Verdict: want.verdict(worst), Spread: fmt.Sprintf("%d kinds", len(all))})
	}
	return nil
}

// openCold opens the workspace and reads its first page with nothing of it in the system's cache, then the same with a log
// of 64 MiB to recover.
func openCold(r *report, dir string, orders int) error {
	var cold, recovering []float64
	how := ""
	for range repeats {
		how = forget(dir)
		ms, err := openOnce(dir)
		if err != nil {
			return err
		}
		cold = append(cold, ms)
		if err := longLog(dir, 64<<20); err != nil {
			return err
		}
		_ = forget(dir)
		if ms, err = openOnce(dir); err != nil {
			return err
		}
		recovering = append(recovering, ms)
	}
	want := atMost(100)
	for _, one := range []struct {
		what string
		ms   []float64
	}{{"cold", cold}, {"cold, recovering a log of 64 MiB", recovering}} {
		r.add(line{Goal: "P10", What: fmt.Sprintf("Open and first page at %d orders, %s", orders, one.what), Value: median(one.ms), Unit: "ms",
			Wanted: want.words, Verdict: want.verdict(median(one.ms)), Spread: fmt.Sprintf("%.0f..%.0f ms, %s", slices.Min(one.ms), slices.Max(one.ms), how)})
	}
	return nil
}

func openOnce(dir string) (float64, error) {
	began := time.Now()
	s, err := store.Open(context.Background(), dir, store.Options{})
	if err != nil {
		return 0, err
	}
	_, _, err = s.ListOrders(context.Background(), order.Filter{}, order.Page{Limit: 50})
	ms := float64(time.Since(began).Nanoseconds()) / 1e6
	return ms, errors.Join(err, s.Close())
}

// besideOrders is how many orders are imported while pages are read.
const besideOrders = 20_000

// whileImporting reads pages idle, then while an import writes at full speed, and counts answers that failed.
func whileImporting(r *report, dir string, orders int) error {
	s, err := store.Open(context.Background(), dir, store.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	idle, err := pages(s, orders, 4*rounds, false, 1)
	if err != nil {
		return err
	}
	im := tabular.NewImporter(s, nil)
	defer im.Close()
	path := filepath.Join(outDir, "beside.csv")
	defer os.Remove(path)
	earlier, err := s.Imports(context.Background(), 0, 1_000)
	if err != nil {
		return err
	}
	from := orders + besideOrders*len(earlier) // orders that are not there yet
	if err := write(path, from, columns, func(o, _ int) bool { return o >= besideOrders }); err != nil {
		return err
	}
	ended := make(chan error, 1)
	var over atomic.Bool
	go func() {
		ended <- bring(s, im, path, filepath.Base(path))
		over.Store(true)
	}()
	busy, failed := map[string]*taken{}, 0
	for !over.Load() {
		for _, a := range views() {
			if err := ask(s, busy, a.name, a.filter, order.Page{Limit: 50}, 1); err != nil {
				if !strings.Contains(err.Error(), "locked") {
					return err
				}
				failed++
			}
		}
	}
	if err := <-ended; err != nil {
		return err
	}
	worst, worstName := 0.0, ""
	for _, name := range sorted(busy) {
		ratio := quantile(busy[name].ms, 0.99) / quantile(idle[name].ms, 0.99)
		r.note(fmt.Sprintf("page %-36s p99 %.2f ms idle, %.2f ms during an import", name, quantile(idle[name].ms, 0.99), quantile(busy[name].ms, 0.99)))
		if ratio > worst && idle[name].full && busy[name].full { // a page without rows takes no time to speak of
			worst, worstName = ratio, name
		}
	}
	want := atMost(3)
	r.add(line{Goal: "P11", What: fmt.Sprintf("Page p99 during an import beside idle, the worst (%s)", worstName), Value: worst, Unit: "x", Wanted: want.words,
		Verdict: want.verdict(worst), Spread: fmt.Sprintf("%d reads of a page, full pages only", len(busy[worstName].ms))})
	none := wanted{most: 0.5, words: "0"}
	r.add(line{Goal: "R14", What: "Answers \"locked\" during it", Value: float64(failed), Unit: "", Wanted: "0", Verdict: none.verdict(float64(failed))})
	return nil
}
