package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/connectors/woocommerce"
	"tradepost/backend/connectors/woocommerce/sim"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/export"
)

// benchPull measures the first pull of a simulated shop beside the import of a file that holds the same orders, and what looking again
// at an order costs that did not change. The shop runs in this very process, so its work is part of the pull's.
func benchPull(r *report, orders int) error {
	shop := sim.New(time.Now, sim.Secure())
	shop.Fill(1, 200, 500, orders)
	server := httptest.NewServer(shop)
	defer server.Close()
	file := filepath.Join(outDir, fmt.Sprintf("pulled-%d.csv", orders))
	var pulls, imports, again []spent
	var overhead []float64
	for i := range repeats {
		dir := filepath.Join(outDir, fmt.Sprintf("pull-%d", i))
		first, second, err := pullOnce(dir, server.URL, shop, orders, file)
		if err != nil {
			return err
		}
		taken, err := importPulled(dir+"-file", file, orders)
		if err != nil {
			return err
		}
		alone, err := readAlone(server.URL, orders)
		if err != nil {
			return err
		}
		pulls, imports = append(pulls, first), append(imports, taken)
		again, overhead = append(again, second), append(overhead, float64((second.wall-alone).Microseconds())/float64(orders))
		_ = os.RemoveAll(dir)
		_ = os.RemoveAll(dir + "-file")
	}
	r.add(ratio("S1", fmt.Sprintf("first pull of %d orders beside the import of the same from a file", orders), imports, pulls, atMost(2)))
	want := atMost(50)
	r.add(line{Goal: "S2", What: "looking again at an order that did not change, less the shop's own work", Value: median(overhead), Unit: "us", Wanted: want.words,
		Spread:  fmt.Sprintf("%.0f..%.0f, with the shop's work %.0f", slices.Min(overhead), slices.Max(overhead), 1e6*median(walls(again))/float64(orders)),
		Verdict: want.verdict(median(overhead))})
	return nil
}

// pullOnce pulls all of a shop into a new workspace, and once more; what came is exported the first time.
func pullOnce(dir, address string, shop *sim.Shop, orders int, file string) (first, second spent, err error) {
	if err := os.RemoveAll(dir); err != nil {
		return first, second, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return first, second, err
	}
	s, err := store.Open(context.Background(), dir, store.Options{})
	if err != nil {
		return first, second, err
	}
	defer func() { _ = s.Close() }()
	engine := syncing.New(s, &plainSecrets{all: map[string]string{}}, syncing.Options{Unlimited: true, Find: func(string) channel.Connector { return woocommerce.Connector{} }})
	defer engine.Close()
	options, secrets := shop.Connection(address)
	c, err := engine.Connect(context.Background(), syncing.Draft{Connector: "woocommerce", Name: "Shop", Options: options, Secrets: secrets})
	if err != nil {
		return first, second, err
	}
	syncs, err := s.Syncs(context.Background(), c.ID)
	if err != nil {
		return first, second, err
	}
	at := slices.IndexFunc(syncs, func(one syncing.Sync) bool { return one.Stream == channel.Orders })
	began := start()
	result, err := engine.Pull(context.Background(), syncing.Request{SyncID: syncs[at].ID})
	first = began.spent()
	if err == nil && result.New < orders*9/10 {
		err = fmt.Errorf("pulled %+v of %d orders", result, orders)
	}
	if err != nil {
		return first, second, err
	}
	began = start()
	if _, err = engine.Pull(context.Background(), syncing.Request{SyncID: syncs[at].ID, Full: true}); err != nil {
		return first, second, err
	}
	second = began.spent()
	return first, second, once(file, func(part string) error { return exported(s, part) })
}

// readAlone is how long the shop takes to tell of its orders when nobody does anything with what it tells.
func readAlone(address string, orders int) (time.Duration, error) {
	began := time.Now()
	for page := range (orders + pageSize - 1) / pageSize {
		query := fmt.Sprintf("%s/wp-json/wc/v3/orders?per_page=%d&page=%d&orderby=id&order=asc&dp=2", address, pageSize, page+1)
		request, err := http.NewRequest(http.MethodGet, query, nil)
		if err != nil {
			return 0, err
		}
		request.SetBasicAuth(sim.GoodKey, sim.GoodSecret)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return 0, err
		}
		_, err = io.Copy(io.Discard, answer.Body)
		if _ = answer.Body.Close(); err != nil || answer.StatusCode != http.StatusOK {
			return 0, fmt.Errorf("reading page %d: %s, %w", page+1, answer.Status, err)
		}
	}
	return time.Since(began), nil
}

// pageSize is how many orders the shop tells of at once, at most.
const pageSize = 100

// exported writes all orders into a file that imports read back.
func exported(s *store.Store, path string) error {
	x := export.New(s, nil)
	defer x.Close()
	t, err := x.Usual("orders")
	if err != nil {
		return err
	}
	_, err = x.Write(context.Background(), export.Request{Template: t, Cause: journal.ByPerson}, func(string) (io.WriteCloser, error) { return os.Create(path) })
	return err
}

func importPulled(dir, file string, orders int) (spent, error) {
	if err := os.RemoveAll(dir); err != nil {
		return spent{}, err
	}
	began := start()
	s, im, i, err := planned(dir, file, store.Options{})
	if err != nil {
		return spent{}, err
	}
	defer func() { im.Close(); _ = s.Close() }()
	if _, err := apply(im, i.ID); err != nil {
		return spent{}, err
	}
	took := began.spent()
	if done, err := settled(im, i.ID, tabular.Applied); err != nil || done.Counts.New < orders*9/10 {
		return took, fmt.Errorf("imported %+v: %w", done.Counts, err)
	}
	return took, nil
}

// plainSecrets keeps secrets in memory.
type plainSecrets struct {
	mutex sync.Mutex
	all   map[string]string
}

func (p *plainSecrets) Put(_ context.Context, name string, value []byte) error {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.all[name] = string(value)
	return nil
}

func (p *plainSecrets) Get(_ context.Context, name string) ([]byte, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if value, there := p.all[name]; there {
		return []byte(value), nil
	}
	return nil, fault.New(fault.NotFound, "There is no such secret.", "")
}

func (p *plainSecrets) Has(_ context.Context, name string) (bool, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	_, there := p.all[name]
	return there, nil
}

func (p *plainSecrets) Delete(_ context.Context, name string) error {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	delete(p.all, name)
	return nil
}
