package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tradepost/backend/cli"
	"tradepost/backend/fault"
	"tradepost/backend/practice"
)

// stillClock stands at one time.
type stillClock struct{}

func (stillClock) Now() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }

func (stillClock) Sleep(ctx context.Context, _ time.Duration) error {
	<-ctx.Done()
	return context.Cause(ctx)
}

// stillShops are the practice shops at one moment, for commands that must say the same every time. They answer until the
// test ends.
func stillShops(t *testing.T) (*practice.Company, *practice.Site) {
	t.Helper()
	company, err := practice.Open(filepath.Join(t.TempDir(), "shops"), practice.Options{Clock: stillClock{}})
	must(t, err)
	site, err := company.Listen("127.0.0.1:0")
	must(t, err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- site.Answer(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		company.Close()
	})
	return company, site
}

// connecting are the arguments that connect a practice shop to another workspace.
func connecting(v practice.Vendor, more ...string) []string {
	return append(append([]string{}, v.Connect[2:]...), more...)
}

// TestConnectionCommands goes through the commands of connections on one workspace: exit codes and JSON, exactly.
func TestConnectionCommands(t *testing.T) {
	t.Setenv("TZ", "UTC")
	dir := t.TempDir()
	company, site := stillShops(t)
	shop, headless := site.Vendors[0], site.Vendors[1]
	short := filepath.Join(t.TempDir(), "short.csv")
	write(t, short, "SKU,Location,On hand,Product,Variant,Tracked since,Last movement\nMUG-BLU,Storeroom,58,,,,\nPOT-TEA,Storeroom,2,,,,\nCAD-TIN,Storeroom,14,,,,\n")
	must(t, os.WriteFile(filepath.Join(dir, "wrong"), []byte("cs_wrong\n"), 0o600))
	if a := ran(dir, "secrets", "use-key-file"); a.exit != 0 {
		t.Fatal(a.err)
	}
	broken := []string{"connect", "woocommerce", "Broken", "--set", "url=" + shop.URL, "--secret", "consumer_key=@" + filepath.Join(dir, "wrong"),
		"--secret", "consumer_secret=@" + filepath.Join(dir, "wrong")}
	for _, step := range []struct {
		name string
		exit int
		args []string
	}{
		{"connections-none", 0, []string{"connections"}},
		{"connect", 0, connecting(shop, "--approval", "large:20")},
		{"connect-twice", 1, connecting(shop)},
		{"connect-channel", 0, connecting(headless, "--channel", "Headless", "--since", "2026-01-01", "--set", "catalogue=add", "--set", "push_stock=yes",
			"--set", "push_price=no", "--set", "push_tracking=no")},
		{"connect-broken", 1, broken},
		{"check", 0, []string{"check", "practice woocommerce"}},
		{"sync-plan", 0, []string{"sync", "Practice WooCommerce", "--stream", "stock", "--plan"}},
		{"sync-products", 0, []string{"sync", "Practice WooCommerce", "--stream", "products"}},
		{"sync-orders", 0, []string{"sync", "Practice WooCommerce", "--stream", "orders"}},
		{"sync-again", 0, []string{"sync", "1", "--stream", "orders", "--since", "2026-01-01T00:00:00Z"}},
		{"sync-full", 0, []string{"sync", "Practice WooCommerce", "--stream", "orders", "--full"}},
		{"push-nothing", 0, []string{"push", "Practice WooCommerce", "--plan"}},
		{"count", 0, []string{"import", short, "--channel", "Practice WooCommerce"}},
		{"push-plan", 0, []string{"push", "Practice WooCommerce", "--plan"}},
		{"push-apply", 0, []string{"push", "Practice WooCommerce", "--apply"}},
		{"push-again", 0, []string{"push", "Practice WooCommerce", "--apply"}},
		{"plans-list", 0, []string{"plans", "list", "--connection", "Practice WooCommerce", "--state", "done"}},
		{"plans-show", 0, []string{"plans", "show", "1"}},
		{"plans-undo", 0, []string{"plans", "undo", "1"}},
		{"plans-discard", 0, []string{"plans", "discard", "2"}},
		{"plans-approve", 1, []string{"plans", "approve", "2"}},
		{"no-plan", 1, []string{"plans", "show", "77"}},
		{"connections", 0, []string{"connections"}},
		{"connections-pause", 0, []string{"connections", "pause", "Practice Vendure"}},
		{"connections-resume", 0, []string{"connections", "resume", "Practice Vendure"}},
		{"connections-remove", 0, []string{"connections", "remove", "Practice Vendure"}},
		{"no-connection", 1, []string{"sync", "Nowhere"}},
		{"no-stream", 2, []string{"sync", "Practice WooCommerce", "--stream", "dreams"}},
		{"bad-since", 2, []string{"sync", "Practice WooCommerce", "--since", "yesterday"}},
		{"no-connector", 1, []string{"connect", "fax", "Shop"}},
	} {
		a := ran(dir, append(step.args, "--json")...)
		if a.exit != step.exit {
			t.Errorf("%s: exit %d instead of %d: %s%s", step.name, a.exit, step.exit, a.out, a.err)
			continue
		}
		said := a.out
		if step.exit == 1 || step.exit == 2 {
			said = a.err
		} else if a.err != "" {
			t.Errorf("%s complains: %s", step.name, a.err)
		}
		for _, secret := range []string{"cs_", "whole-key"} {
			if strings.Contains(a.out+a.err, secret) {
				t.Errorf("%s gives a secret out: %s%s", step.name, a.out, a.err)
			}
		}
		golden(t, step.name, said, filepath.ToSlash(dir), filepath.ToSlash(filepath.Dir(short)), shop.URL, headless.URL, strings.TrimPrefix(shop.URL, "http://"), strings.TrimPrefix(headless.URL, "http://"))
	}
	// What was approved is there, once for each, under the key of its intent. Two of what was counted are still to be shipped.
	var written []string
	for _, e := range company.State().Shops[0].Effects {
		written = append(written, e.Before+" "+e.After)
		if !strings.HasPrefix(e.Key, "tp-") {
			t.Errorf("written without a key: %+v", e)
		}
	}
	if slices.Sort(written); !slices.Equal(written, []string{"6 0", "60 58"}) {
		t.Errorf("the shop was told %v", written)
	}
	// In JSON each stream is one object of its own, on one line, with what the issue names.
	lines := strings.Split(strings.TrimSpace(ran(dir, "sync", "Practice WooCommerce", "--json").out), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d lines: %v", len(lines), lines)
	}
	for i, stream := range []string{"products", "stock", "customers", "orders"} {
		did := has(t, "sync", parsed(t, lines[i]))
		if did["stream"] != stream || did["pulled"] != did["same"].(float64)+did["new"].(float64)+did["changed"].(float64) {
			t.Errorf("%s: %v", stream, did)
		}
	}
	must(t, company.MakeTrouble("woocommerce", "revoke", 0))
	if a := ran(dir, "sync", "Practice WooCommerce"); a.exit != 1 || strings.Count(a.err, "does not accept") != 1 || a.out != "" {
		t.Errorf("a shop whose key is revoked: %+v", a)
	}
	if a := ran(dir, "connections"); !strings.Contains(a.out, "needs you") {
		t.Errorf("a connection that needs somebody: %+v", a)
	}
}

// TestConnectWords holds what people read, and how secrets come in.
func TestConnectWords(t *testing.T) {
	dir := t.TempDir()
	_, site := stillShops(t)
	shop := site.Vendors[0]
	ran(dir, "secrets", "use-key-file")
	var out, errOut bytes.Buffer
	stated := []string{"--data", dir, "connect", "woocommerce", "My shop", "--set", "url=" + shop.URL, "--secret", "consumer_key=-", "--secret", "consumer_secret=-"}
	exit := runWith(t, strings.NewReader(shop.Secrets["consumer_key"]+"\n"+shop.Secrets["consumer_secret"]+"\n"), stated, &out, &errOut)
	for _, words := range []string{"My shop opens WooCommerce: Greenhouse & Co.", "currency   EUR", "time zone  Europe/Berlin", `tradepost sync "My shop"`} {
		if exit != 0 || !strings.Contains(out.String(), words) {
			t.Errorf("connecting says %d %s%s, without %s", exit, out.String(), errOut.String(), words)
		}
	}
	elsewhere := t.TempDir()
	ran(elsewhere, "secrets", "use-key-file")
	shown := ran(elsewhere, "connect", "woocommerce", "Other", "--set", "url="+shop.URL, "--secret", "consumer_key="+shop.Secrets["consumer_key"],
		"--secret", "consumer_secret="+shop.Secrets["consumer_secret"])
	if shown.exit != 0 || strings.Count(shown.err, "where others can read it") != 2 || strings.Contains(shown.err+shown.out, "cs_") {
		t.Errorf("secrets on the command line: %+v", shown)
	}
	help := ran(dir, "connect", "vendure", "--help")
	for _, words := range []string{"--secret api_key=", "--set url=", "Only with auth=session.", "1. Find the address", "docs.vendure.io"} {
		if !strings.Contains(help.out, words) {
			t.Errorf("the help of vendure lacks %s: %s", words, help.out)
		}
	}
	for _, c := range []struct{ args, want string }{
		{"__complete connect v", "vendure"}, {"__complete check M", "My shop"}, {"__complete connect vendure X --set a", "auth="},
		{"__complete connect vendure X --set auth=", "auth=session"}, {"__complete connect woocommerce X --secret c", "consumer_key="},
	} {
		if a := ran(dir, strings.Fields(c.args)...); !strings.Contains(a.out, c.want) {
			t.Errorf("%s completes as %s", c.args, a.out)
		}
	}
	for _, args := range [][]string{{"connect"}, {"connect", "woocommerce"}, {"connect", "woocommerce", "X", "--set", "url"}, {"connect", "woocommerce", "X", "--set", "colour=blue"},
		{"connect", "woocommerce", "X", "--set", "consumer_key=ck"}, {"connect", "woocommerce", "X", "--secret", "url=-"}, {"connect", "woocommerce", "X", "--approval", "large"},
		{"connect", "woocommerce", "X", "--approval", "ask:3"}, {"sync", "My shop", "--since", "2026-01-01", "--full"}, {"practice", "--speed", "0"}, {"sync"}, {"push", "My shop"}, {"push", "My shop", "--plan", "--apply"}, {"plans"}} {
		if a := ran(dir, args...); a.exit != 2 || a.err == "" {
			t.Errorf("%v: %+v", args, a)
		}
	}
	if a := ran(dir, "sync", "My shop"); a.exit != 0 || !strings.Contains(a.out, "orders    run ") || !strings.Contains(a.out, " looked at, ") {
		t.Errorf("sync in words: %+v", a)
	}
	if a := ran(dir, "connections"); !strings.Contains(a.out, "My shop") || !strings.Contains(a.out, "WooCommerce") {
		t.Errorf("connections in words: %+v", a)
	}
}

// runWith runs the program with a standard input.
func runWith(t *testing.T, in io.Reader, args []string, out, errOut io.Writer) int {
	t.Helper()
	return cli.RunWith(context.Background(), program(), args, in, out, errOut)
}

// lines hands a command's output over line by line, while it runs.
type lines struct {
	mutex sync.Mutex
	text  strings.Builder
	first chan string
}

func (l *lines) Write(p []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	before := strings.Contains(l.text.String(), "\n")
	l.text.Write(p)
	if line, _, whole := strings.Cut(l.text.String(), "\n"); whole && !before {
		l.first <- line
	}
	return len(p), nil
}

// practising runs `tradepost practice` until the test ends it, and gives what it said.
func practising(t *testing.T, data string, args ...string) (cli.Practising, func()) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out, errOut, ended := &lines{first: make(chan string, 1)}, &bytes.Buffer{}, make(chan int, 1)
	go func() {
		ended <- cli.Run(ctx, program(), append([]string{"--data", data, "practice", "--json"}, args...), out, errOut)
	}()
	var now cli.Practising
	select {
	case line := <-out.first:
		must(t, json.Unmarshal([]byte(line), &now))
	case exit := <-ended:
		stop()
		t.Fatalf("practice ended with %d: %s", exit, errOut)
	}
	over := sync.OnceFunc(func() {
		stop()
		if exit := <-ended; exit != 0 || errOut.Len() > 0 {
			t.Errorf("practice ended with %d: %s", exit, errOut)
		}
	})
	t.Cleanup(over)
	return now, over
}

// TestPractice starts it with everything, looks at the workspace, and starts it again: the same addresses, connections and shops.
func TestPractice(t *testing.T) {
	around := t.TempDir()
	data := filepath.Join(around, "own")
	now, over := practising(t, data, "--serve")
	if now.Workspace != data+"-practice" || len(now.Vendors) != len(practice.Shops(time.Now)) || now.Tradepost == nil || !strings.HasPrefix(now.Panel, "http://127.0.0.1:") {
		t.Fatalf("practice says %+v", now)
	}
	listed := parsed(t, ran(now.Workspace, "connections", "--json").out).(map[string]any)["connections"].([]any)
	orders := parsed(t, ran(now.Workspace, "orders", "list", "--json").out).(map[string]any)["orders"].([]any)
	counted := parsed(t, ran(now.Workspace, "stock", "list", "--json").out).(map[string]any)
	if text, _ := json.Marshal(counted); !strings.Contains(string(text), `"Storeroom"`) {
		t.Errorf("nothing is tracked: %s", text)
	}
	if len(listed) != len(now.Vendors) || len(orders) < 50 {
		t.Errorf("%d connections, %d orders", len(listed), len(orders))
	}
	var about struct {
		Workspace struct {
			Name     string
			Practice bool
		}
	}
	ask(t, now.Tradepost, "/api/v1/about", &about)
	if !about.Workspace.Practice || about.Workspace.Name != "Practice" {
		t.Errorf("the workspace is labelled %+v", about)
	}
	if entries, err := os.ReadDir(around); err != nil || len(entries) != 1 || entries[0].Name() != "own-practice" {
		t.Errorf("practice wrote beside its folder: %v, %v", entries, err)
	}
	if a := ran(data, "practice", "--json"); a.exit != 1 || !strings.Contains(a.err, `"conflict"`) {
		t.Errorf("practice twice: %+v", a)
	}
	over()
	again, _ := practising(t, data)
	if again.Panel != now.Panel || again.Vendors[0].URL != now.Vendors[0].URL || again.Tradepost != nil {
		t.Errorf("the second time it is at %+v", again)
	}
	if a := ran(now.Workspace, "sync", "Practice WooCommerce", "--stream", "orders", "--json"); a.exit != 0 {
		t.Errorf("the connection broke: %+v", a)
	}
}

// TestPracticeByHand leaves the shops to a person, shows where their panel is, and at the next start connects the rest: none twice.
func TestPracticeByHand(t *testing.T) {
	data := filepath.Join(t.TempDir(), "own")
	now, over := practising(t, data, "--serve", "--by-hand")
	var about struct{ Workspace struct{ Panel string } }
	ask(t, now.Tradepost, "/api/v1/about", &about)
	if about.Workspace.Panel != now.Panel {
		t.Errorf("the panel is at %q, it is said to be at %q", now.Panel, about.Workspace.Panel)
	}
	connectors := func() (all []string) {
		listed := parsed(t, ran(now.Workspace, "connections", "--json").out).(map[string]any)["connections"].([]any)
		for _, one := range listed {
			all = append(all, one.(map[string]any)["connector"].(string))
		}
		slices.Sort(all)
		return all
	}
	if all := connectors(); len(all) != 0 {
		t.Errorf("it connected %v by itself", all)
	}
	byHand := slices.Clone(now.Vendors[0].Connect[2:])
	byHand[2] = "My own shop"
	if a := ran(now.Workspace, append(byHand, "--json")...); a.exit != 0 {
		t.Fatal(a.err)
	}
	over()
	again, _ := practising(t, data, "--serve")
	want := make([]string, 0, len(again.Vendors))
	for _, v := range again.Vendors {
		want = append(want, v.Connector)
	}
	slices.Sort(want)
	if all := connectors(); !slices.Equal(all, want) {
		t.Errorf("connected are %v instead of %v", all, want)
	}
}

// TestAPortThatIsTaken holds that a person hears why QuickBooks calls in vain.
func TestAPortThatIsTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer func() { _ = taken.Close() }()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	now, _ := practising(t, filepath.Join(t.TempDir(), "own"), "--serve", "--by-hand")
	password := filepath.Join(t.TempDir(), "password")
	write(t, password, "open sesame\n")
	if a := ran(now.Workspace, "connect", "quickbooksdesktop", "Books", "--set", "port="+port, "--secret", "password=@"+password); a.exit != 0 {
		t.Fatal(a.err)
	}
	// Listening begins beside the answer to the command.
	for tries := 0; !strings.Contains(ran(now.Workspace, "connections", "--json").out, "The port "+port+" of this computer is taken"); tries++ {
		if tries == 200 {
			t.Fatalf("nothing is said of it: %s", ran(now.Workspace, "connections", "--json").out)
		}
	}
}

// TestPracticeKeepsOff holds that practice takes no folder of a merchant, and opens to no other computer.
func TestPracticeKeepsOff(t *testing.T) {
	own := t.TempDir()
	ran(own, "orders", "list")
	before, _ := os.ReadDir(own)
	if a := ran(t.TempDir(), "practice", "--dir", own); a.exit != 1 && a.exit != 2 || !strings.Contains(a.err, "a workspace of its own") {
		t.Errorf("a merchant's folder: %+v", a)
	}
	if after, _ := os.ReadDir(own); len(after) != len(before) {
		t.Errorf("it was written to: %v", after)
	}
	for _, address := range []string{"0.0.0.0:0", "192.168.0.1:80", "here"} {
		if a := ran(t.TempDir(), "practice", "--dir", filepath.Join(t.TempDir(), "p"), "--listen", address); a.exit != 2 {
			t.Errorf("%s: %+v", address, a)
		}
	}
}

func ask(t *testing.T, at *cli.Served, path string, into any) {
	t.Helper()
	base, _, _ := strings.Cut(at.URL, "/?")
	r, err := http.NewRequest(http.MethodGet, base+path, nil)
	must(t, err)
	r.Header.Set("Authorization", "Bearer "+at.Token)
	answer, err := http.DefaultClient.Do(r)
	must(t, err)
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal(answer.Status, fault.Of(err))
	}
}
