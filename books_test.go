package main

import (
	"context"
	"encoding/json"
	"net"
	"strings"
	"testing"
	"time"

	"tradepost/backend/cli"
	"tradepost/backend/connectors/quickbooksdesktop/sim"
)

// freePort is a port that nobody uses just now.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer func() { _ = listener.Close() }()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}

// TestBooksByCommand goes the whole way by commands beside a served workspace: connect, .qwc file, lists, mapping, plan, post, check, undo; the
// Web Connector calls the port of the connection.
func TestBooksByCommand(t *testing.T) {
	t.Setenv("TZ", "UTC")
	dir, port := t.TempDir(), freePort(t)
	startServing(t, dir, cli.ServeOptions{})
	file := t.TempDir() + "/orders.csv"
	write(t, file, badRow)
	if a := ran(dir, "import", file, "--channel", "Shop", "--json"); a.exit != exitWaits {
		t.Fatalf("import: %+v", a)
	}
	if a := ran(dir, "secrets", "use-key-file"); a.exit != 0 {
		t.Fatalf("key file: %+v", a)
	}
	secret := t.TempDir() + "/password"
	write(t, secret, "open sesame")
	if a := ran(dir, "connect", "quickbooksdesktop", "Books", "--set", "port="+port, "--secret", "password=@"+secret, "--json"); a.exit != 0 {
		t.Fatalf("connect: %+v", a)
	}
	qwc := ran(dir, "qbwc", "file", "--json")
	var made struct{ Content, Address string }
	must(t, json.Unmarshal([]byte(qwc.out), &made))
	if made.Address != "http://localhost:"+port+"/qwc/1" || !strings.Contains(made.Content, "<AppURL>"+made.Address+"</AppURL>") || !strings.Contains(made.Content, "<UserName>tradepost</UserName>") {
		t.Errorf("the file: %+v", qwc)
	}
	company := sim.NewCompany("Greenhouse & Co.", time.Now)
	w := &sim.WebConnector{URL: made.Address, User: "tradepost", Password: "open sesame", Company: company}
	called := func() {
		t.Helper()
		for range 6 {
			words, err := w.Update(context.Background())
			must(t, err)
			if words == "none" {
				return
			}
		}
		t.Fatal("the Web Connector never has nothing to do")
	}
	called()
	if a := ran(dir, "books", "mapping", "--post", "Shop", "--confirm", "--json"); a.exit != 0 || !strings.Contains(a.out, "Merchandise Sales") {
		t.Fatalf("mapping: %+v", a)
	}
	plan := ran(dir, "books", "plan", "--json")
	if plan.exit != 0 || !strings.Contains(plan.out, `"book.post"`) {
		t.Fatalf("plan: %+v", plan)
	}
	var planned struct{ ID string }
	must(t, json.Unmarshal([]byte(plan.out), &planned))
	if a := ran(dir, "books", "post", "--plan", planned.ID, "--json"); a.exit != exitWaits {
		t.Fatalf("post: %+v", a)
	}
	called()
	if txns := company.Txns(); len(txns) != 1 || txns[0].Total != 1000 || txns[0].Number != "2002" {
		t.Errorf("the company file has %+v", txns)
	}
	check := ran(dir, "books", "check", "--json")
	called()
	var checked struct {
		Books struct {
			Counts struct{ Posted, Waiting, Different int }
		}
		Totals struct {
			Days []struct{ Total, There, Difference string }
		}
	}
	if a := ran(dir, "books", "check"); a.exit != 0 || !strings.Contains(a.out, "Greenhouse") {
		t.Errorf("check in words: %+v", a)
	}
	must(t, json.Unmarshal([]byte(check.out), &checked))
	if c := checked.Books.Counts; c.Posted == 0 || c.Waiting+c.Different != 0 {
		t.Errorf("check: %+v", check)
	}
	if a := ran(dir, "books", "undo", "--plan", planned.ID, "--apply", "--json"); a.exit != exitWaits {
		t.Fatalf("undo: %+v", a)
	}
	called()
	if txns := company.Txns(); len(txns) != 0 {
		t.Errorf("after the undo the company file has %+v", txns)
	}
}

// exitWaits is what a command ends with whose work is not done whole: records in quarantine, or what waits until the vendor calls.
const exitWaits = 3
