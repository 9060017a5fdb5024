package practice_test

import (
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"tradepost/backend/fault"
	"tradepost/backend/practice"
)

// clock is a time that stands still until somebody sleeps, or the test moves it.
type clock struct {
	mutex sync.Mutex
	at    time.Time
	last  time.Time // Sleep ends with the context at this time
	ended context.CancelFunc
}

func newClock() *clock { return &clock{at: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.at
}

func (c *clock) forward(d time.Duration) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.at = c.at.Add(d)
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.forward(d)
	if c.ended != nil && c.Now().After(c.last) {
		c.ended()
	}
	return context.Cause(ctx)
}

func open(t *testing.T, dir string, c *clock) *practice.Company {
	t.Helper()
	company, err := practice.Open(dir, practice.Options{Clock: c})
	if err != nil {
		t.Fatal(err)
	}
	return company
}

// lives lets a company move by itself for so long.
func lives(t *testing.T, company *practice.Company, c *clock, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	c.last, c.ended = c.Now().Add(d), cancel
	if err := company.Run(ctx); err != nil {
		t.Fatal(err)
	}
	c.ended = nil
}

// shown is how a company stands, without what is of this process alone.
func shown(company *practice.Company) practice.State {
	state := company.State()
	state.Folder, state.NextAt = "", time.Time{}
	for i := range state.Shops {
		state.Shops[i].Calls, state.Shops[i].URL, state.Shops[i].Settings = nil, "", nil
	}
	return state
}

func sameState(t *testing.T, a, b practice.State) {
	t.Helper()
	one, _ := json.MarshalIndent(a, "", " ")
	other, _ := json.MarshalIndent(b, "", " ")
	if string(one) == string(other) {
		return
	}
	x, y := strings.Split(string(one), "\n"), strings.Split(string(other), "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			t.Fatalf("line %d: %s is not %s", i, x[i], y[i])
		}
	}
	t.Fatalf("%d lines are not %d", len(x), len(y))
}

// TestCompanyRepeats lets one company live twice: everything happens again in the same way.
func TestCompanyRepeats(t *testing.T) {
	var states []practice.State
	for range 2 {
		c := newClock()
		company := open(t, t.TempDir(), c)
		lives(t, company, c, 6*time.Hour)
		states = append(states, shown(company))
		company.Close()
	}
	sameState(t, states[0], states[1])
	if n := states[0].Diary[0].N; n < 100 || n > 600 {
		t.Errorf("%d things happened in six hours", n)
	}
	happened := map[string]int{}
	for _, e := range states[0].Diary {
		happened[e.Do]++
	}
	if happened["place"] == 0 || happened["change"] == 0 {
		t.Errorf("only %v happened", happened)
	}
}

// TestCompanyComesBack closes a company in the middle of its life, also while a line was written, and finds it as it was.
func TestCompanyComesBack(t *testing.T) {
	c, dir := newClock(), t.TempDir()
	company := open(t, dir, c)
	lives(t, company, c, 3*time.Hour)
	if _, err := company.Act("woocommerce", practice.Deed{Do: "clock", Minutes: 90}); err != nil {
		t.Fatal(err)
	}
	lives(t, company, c, time.Hour)
	before := shown(company)
	company.Close()
	diary := filepath.Join(dir, "practice.jsonl")
	file, err := os.OpenFile(diary, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	file.WriteString(`{"n":4711,"at":"2026-03-0`)
	file.Close()
	company = open(t, dir, c)
	sameState(t, before, shown(company))
	lives(t, company, c, time.Hour)
	after := shown(company)
	company.Close()
	company = open(t, dir, c)
	defer company.Close()
	sameState(t, after, shown(company))
}

// TestFirstDay holds that all shops have on sale what lies in the storeroom, and a past of some weeks.
func TestFirstDay(t *testing.T) {
	c := newClock()
	company := open(t, t.TempDir(), c)
	defer company.Close()
	state := company.State()
	for _, good := range state.Storeroom {
		for _, shop := range state.Shops {
			if good.Offered[shop.ID] != good.Held || good.Held <= 0 {
				t.Errorf("%s of %s: %d on sale, %d there", good.SKU, shop.ID, good.Offered[shop.ID], good.Held)
			}
		}
	}
	for _, shop := range state.Shops {
		states := map[string]bool{}
		for _, o := range shop.Orders {
			states[o.State] = true
		}
		oldest := shop.Orders[len(shop.Orders)-1]
		if shop.Counts["orders"] != 60 || len(states) < 2 || c.Now().Sub(oldest.PlacedAt) < 14*24*time.Hour || shop.Orders[0].PlacedAt.After(c.Now()) {
			t.Errorf("%s has %d orders, the 25th from %v, states %v", shop.Name, shop.Counts["orders"], oldest.PlacedAt, states)
		}
	}
}

// TestOversold waits until the shops sold what is there once.
func TestOversold(t *testing.T) {
	c := newClock()
	company := open(t, t.TempDir(), c)
	defer company.Close()
	seen, offered := false, false
	for range 48 {
		lives(t, company, c, time.Hour)
		for _, good := range company.State().Storeroom {
			seen = seen || good.Held < 0 && strings.Contains(good.Words, "oversold")
			offered = offered || len(good.Offered) == len(company.State().Shops)
		}
	}
	if !seen || !offered {
		t.Errorf("oversold: %v, offered in all shops: %v", seen, offered)
	}
}

// TestFolder holds that practice writes into its own folder alone, for nobody else to read, and once at a time.
func TestFolder(t *testing.T) {
	c, around := newClock(), t.TempDir()
	dir := filepath.Join(around, "practice")
	company := open(t, dir, c)
	site, err := company.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := practice.Open(dir, practice.Options{Clock: c}); !fault.Is(err, fault.Conflict) {
		t.Errorf("opened twice: %v", err)
	}
	lives(t, company, c, time.Hour)
	company.Close()
	var files []string
	err = filepath.WalkDir(around, func(path string, entry fs.DirEntry, err error) error {
		if info, _ := entry.Info(); err == nil && path != around {
			files = append(files, filepath.Base(path))
			if info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
				t.Errorf("%s may be read by others: %v", path, info.Mode())
			}
		}
		return err
	})
	if err != nil || files[0] != "practice" || len(files) < 5 {
		t.Errorf("%v, %v", files, err)
	}
	for _, v := range site.Vendors {
		if !strings.HasPrefix(v.URL, "http://127.0.0.1:") {
			t.Errorf("%s answers at %s", v.Name, v.URL)
		}
		if line := v.Line(); strings.Contains(line, "cs_") || !strings.Contains(line, "--secret") || !strings.Contains(line, "'"+v.Name+"'") {
			t.Errorf("the secret is in the line, or missing: %s", line)
		}
	}
	own := t.TempDir()
	os.WriteFile(filepath.Join(own, "tradepost.db"), nil, 0o600)
	if _, err := practice.Open(own, practice.Options{}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a merchant's own folder was taken: %v", err)
	}
	if left, _ := os.ReadDir(own); len(left) != 1 {
		t.Errorf("it was written to: %v", left)
	}
}

func TestListen(t *testing.T) {
	company := open(t, t.TempDir(), newClock())
	defer company.Close()
	for _, address := range []string{"0.0.0.0:80", ":4711", "192.168.1.2:1", "example.com:80", "127.0.0.1", "127.0.0.1:-1", "127.0.0.1:65535", "[::]:80"} {
		if _, err := company.Listen(address); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// running is a company that answers, standing still.
func running(t *testing.T) (*practice.Company, *practice.Site, *clock) {
	t.Helper()
	c := newClock()
	company := open(t, t.TempDir(), c)
	site, err := company.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- site.Answer(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		company.Close()
	})
	return company, site, c
}

func call(t *testing.T, method, url, body string, headers ...string) (int, string) {
	t.Helper()
	r := httptest.NewRequest(method, url, strings.NewReader(body))
	r.RequestURI = ""
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// TestPanel goes through what the panel offers.
func TestPanel(t *testing.T) {
	company, site, c := running(t)
	for _, page := range []string{"", "panel.css", "panel.js", "icon.svg"} {
		if status, text := call(t, "GET", site.Panel+page, ""); status != 200 || strings.Contains(text, "//cdn") || text == "" {
			t.Errorf("%q: %d", page, status)
		}
	}
	if _, text := call(t, "GET", site.Panel+"api/state", ""); strings.Contains(text, "null") {
		t.Errorf("the panel would stumble over null: %s", text)
	}
	shop := site.Panel + "api/shops/woocommerce/"
	before := company.State().Shops[0]
	for _, step := range []struct{ path, body, words string }{
		{"act", `{"do":"place"}`, "placed order"},
		{"act", `{"do":"change"}`, "Somebody"},
		{"act", `{"do":"change","stream":"products"}`, "price"},
		{"act", `{"do":"call_off","id":"` + before.Orders[0].ID + `"}`, "called order " + before.Orders[0].ID + " off"},
		{"act", `{"do":"remove","stream":"orders","id":"` + before.Orders[1].ID + `"}`, "removed " + before.Orders[1].ID},
		{"act", `{"do":"count","sku":"MUG-BLU","quantity":3}`, "3 of MUG-BLU"},
		{"act", `{"do":"clock","minutes":60}`, "60 minutes"},
		{"trouble", `{"kind":"down"}`, "done"},
		{"trouble", `{"kind":"revoke"}`, "done"},
		{"trouble", `{"kind":"lose"}`, "done"},
		{"trouble", `{"kind":"too_many","minutes":2}`, "done"},
	} {
		if status, text := call(t, "POST", shop+step.path, step.body); status != 200 || !strings.Contains(text, step.words) {
			t.Errorf("%s: %d %s", step.body, status, text)
		}
	}
	after := company.State().Shops[0]
	if after.Counts["orders"] != before.Counts["orders"] || after.Now.Sub(c.Now()) != time.Hour || len(after.Troubles) != 4 {
		t.Errorf("the shop stands so: %v, %v, %d troubles", after.Counts, after.Now, len(after.Troubles))
	}
	c.forward(3 * time.Minute)
	if n := len(company.State().Shops[0].Troubles); n != 3 {
		t.Errorf("%d troubles last after 3 minutes", n)
	}
	call(t, "POST", shop+"trouble", `{"kind":"calm"}`)
	if n := len(company.State().Shops[0].Troubles); n != 0 {
		t.Errorf("%d troubles last", n)
	}
	if status, _ := call(t, "POST", site.Panel+"api/pace", `{"speed":20}`); status != 200 || company.State().Speed != 20 {
		t.Errorf("pace: %d, %v", status, company.State().Speed)
	}
}

// TestPanelRefuses asks for what cannot be, and comes from where nobody may.
func TestPanelRefuses(t *testing.T) {
	company, site, _ := running(t)
	before := company.State()
	for _, step := range []struct {
		path, body string
		status     int
	}{
		{"shops/nowhere/act", `{"do":"place"}`, 404},
		{"shops/woocommerce/act", `{"do":"burn"}`, 422},
		{"shops/woocommerce/act", `{"do":"change","stream":"dreams"}`, 422},
		{"shops/woocommerce/act", `{"do":"call_off","id":"99999999"}`, 404},
		{"shops/woocommerce/act", `{"do":"count","sku":"NOTHING","quantity":1}`, 422},
		{"shops/woocommerce/act", `{"do":"count","sku":"MUG-BLU","quantity":-1}`, 422},
		{"shops/woocommerce/act", `{"do":"clock","minutes":100000}`, 422},
		{"shops/woocommerce/act", `place`, 422},
		{"shops/woocommerce/trouble", `{"kind":"fire"}`, 422},
		{"shops/woocommerce/trouble", `{"kind":"down","minutes":-1}`, 422},
		{"pace", `{"speed":0}`, 422},
		{"pace", `{"speed":"NaN"}`, 422},
	} {
		if status, text := call(t, "POST", site.Panel+"api/"+step.path, step.body); status != step.status || !strings.Contains(text, "remedy") {
			t.Errorf("%s %s: %d %s", step.path, step.body, status, text)
		}
	}
	place := site.Panel + "api/shops/woocommerce/act"
	for _, headers := range [][]string{{"Origin", "http://evil.example"}, {"Host", "evil.example"}, {"Origin", "null"}} {
		if status, _ := call(t, "POST", place, `{"do":"place"}`, headers...); status != http.StatusForbidden {
			t.Errorf("%v: %d", headers, status)
		}
	}
	if status, _ := call(t, "POST", place, `{"do":"place"}`, "Content-Type", "text/plain"); status != 422 {
		t.Errorf("a form of another page: %d", status)
	}
	if after := company.State(); !reflect.DeepEqual(before.Shops[0].Counts, after.Shops[0].Counts) || len(after.Diary) != 0 {
		t.Errorf("something happened: %v", after.Diary)
	}
}
