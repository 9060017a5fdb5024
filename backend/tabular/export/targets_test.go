package export_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/tabular/export"
)

// TestEveryTemplateGolden writes the same three orders by every template that ships, and in every format of a table.
func TestEveryTemplateGolden(t *testing.T) {
	opened(t, t.TempDir(), func(s *store.Store) {
		insert(t, s, some()...)
		all := ""
		for _, tpl := range export.BuiltIn() {
			if tpl.Format == export.PDF {
				continue
			}
			formats := []export.Format{""}
			if tpl.Key == "orders.summary" {
				formats = []export.Format{export.CSV, export.JSON, export.NDJSON, export.TSV}
			}
			for _, format := range formats {
				if tpl.Kind == export.Runs {
					continue // runs are those of this very test
				}
				request := export.Request{Template: tpl, Format: format, Filter: new(string)}
				result, m := written(t, s, request)
				name := tpl.Key
				if format != "" {
					name += " as " + string(format)
				}
				all += "== " + name + "\n" + strings.ReplaceAll(m.only(t), "\r\n", "⏎\n")
				for _, p := range result.Problems {
					all += fmt.Sprintf("-- %s %s %s left out %v: %s | %s | %s\n", p.Record, p.Field, p.Code, p.LeftOut, p.Found, p.Expected, p.Message)
				}
			}
		}
		golden(t, "templates.golden", strings.ToValidUTF8(all, "\\x"))
	})
}

// TestEachTransactionOfIIFSumsToZero reads back what QuickBooks would, for random orders.
func TestEachTransactionOfIIFSumsToZeroProof(t *testing.T) {
	dir := t.TempDir()
	n := 0
	checks(t, "export-iif", 15, 1000, func(t *rapid.T) {
		n++
		place := filepath.Join(dir, fmt.Sprint(n))
		must(t, os.Mkdir(place, 0o755))
		defer func() { _ = os.RemoveAll(place) }()
		opened(t, place, func(s *store.Store) {
			for i := range rapid.IntRange(1, 6).Draw(t, "orders") {
				insert(t, s, drawOrder(t, i))
			}
			tpl := shipped(t, "quickbooks.iif")
			for i := range tpl.Settings {
				switch tpl.Settings[i].Name {
				case "adjustment_account":
					tpl.Settings[i].Value = rapid.SampledFrom([]string{"", "Differences"}).Draw(t, "account")
				case "transaction":
					tpl.Settings[i].Value = rapid.SampledFrom(tpl.Settings[i].Choices).Draw(t, "transaction")
				}
			}
			_, m := written(t, s, export.Request{Template: tpl, Filter: new(string)})
			balanced(t, m.only(t))
		})
	})
}

// balanced adds up each transaction.
func balanced(t *rapid.T, text string) {
	t.Helper()
	sum, open := new(big.Rat), false
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		cells := strings.Split(line, "\t")
		switch cells[0] {
		case "TRNS", "SPL":
			if open == (cells[0] == "TRNS") {
				t.Fatalf("%s at the wrong place:\n%s", cells[0], text)
			}
			open = true
			part, ok := new(big.Rat).SetString(cells[7])
			if !ok {
				t.Fatalf("amount %q:\n%s", cells[7], text)
			}
			sum.Add(sum, part)
		case "ENDTRNS":
			if sum.Sign() != 0 || !open {
				t.Fatalf("a transaction is off by %s:\n%s", sum.FloatString(4), text)
			}
			open = false
		}
	}
	if open {
		t.Fatalf("the last transaction has no end:\n%s", text)
	}
}

func numbered(n int) []order.Order {
	var all []order.Order
	for i := range n {
		o := some()[0]
		o.Number, o.ExternalID = fmt.Sprintf("#%d", 5000+i), ""
		o.Placed.At += 1000 * 60
		all = append(all, o)
	}
	return all
}

func TestFilesAreSplitAtWhatTheTargetTakes(t *testing.T) {
	opened(t, t.TempDir(), func(s *store.Store) {
		insert(t, s, numbered(501)...)
		xero := shipped(t, "xero.sales_invoices")
		result, m := written(t, s, export.Request{Template: xero, Filter: new(string), Name: "invoices.csv"})
		if len(result.Files) != 2 || result.Files[0].Name != "invoices.csv" || result.Files[1].Name != "invoices-2.csv" || result.Records != 501 {
			t.Fatalf("wrote %+v", result.Files)
		}
		for name, want := range map[string]int{"invoices.csv": 500, "invoices-2.csv": 1} {
			numbers := map[string]bool{}
			for line := range strings.SplitSeq(m.files[name].String(), "\r\n") {
				if at := strings.Index(line, ",#5"); at >= 0 {
					numbers[line[at:at+6]] = true
				}
			}
			if len(numbers) != want {
				t.Errorf("%s holds %d invoices, not %d", name, len(numbers), want)
			}
		}
		byRows := shipped(t, "tradepost.orders")
		byRows.Limits.Rows = 5 // two orders of two lines: no order is torn apart
		result, _ = written(t, s, export.Request{Template: byRows, IDs: []int64{1, 2, 3}})
		if len(result.Files) != 2 || result.Files[0].Rows != 4 || result.Files[1].Rows != 2 {
			t.Errorf("by rows: %+v", result.Files)
		}
		if ups := shipped(t, "ups.batch"); ups.Limits.Records != 250 {
			t.Errorf("UPS takes %d", ups.Limits.Records)
		}
	})
}

// TestSentOrdersAreRemembered shows that an order goes to QuickBooks once, unless a person asks for it again.
func TestSentOrdersAreRemembered(t *testing.T) {
	opened(t, t.TempDir(), func(s *store.Store) {
		insert(t, s, numbered(3)...)
		tpl := shipped(t, "quickbooks.iif")
		first, _ := written(t, s, export.Request{Template: tpl, IDs: []int64{1}})
		if first.Records != 1 {
			t.Fatalf("first wrote %d", first.Records)
		}
		if second, _ := written(t, s, export.Request{Template: tpl}); second.Records != 2 {
			t.Errorf("second wrote %d, not the two that were left", second.Records)
		}
		if third, _ := written(t, s, export.Request{Template: tpl}); third.Records != 0 {
			t.Errorf("third wrote %d", third.Records)
		}
		all := "stage=to_ship"
		again, _ := written(t, s, export.Request{Template: tpl, Filter: &all})
		warned := 0
		for _, p := range again.Problems {
			if p.Code == export.CodeSent && !p.LeftOut {
				warned++
			}
		}
		if again.Records != 3 || warned != 3 {
			t.Errorf("again wrote %d and warned of %d: %+v", again.Records, warned, again.Problems)
		}
		broken := func(string) (io.WriteCloser, error) { return failing{}, nil }
		insert(t, s, numbered(4)[3:]...)
		result, err := export.New(s, nil).Write(context.Background(), export.Request{Template: tpl}, broken)
		if err == nil || result.Run.State != journal.Failed {
			t.Errorf("a full disk gives %v, %s", err, result.Run.State)
		}
		if after, _ := written(t, s, export.Request{Template: tpl}); after.Records != 1 {
			t.Errorf("after a failure %d are left to send", after.Records)
		}
		kept, err := s.ExportOfRun(context.Background(), first.Run.ID)
		must(t, err)
		if kept.Target != "quickbooks" || len(kept.Files) != 1 || kept.Files[0].SHA256 != first.Files[0].SHA256 || kept.Records != 1 || kept.Run.Kind != journal.RunExport {
			t.Errorf("the journal says %+v", kept)
		}
	})
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("no space left") }
func (failing) Close() error              { return errors.New("no space left") }

// TestCancelLeavesNothing stops an export on its way.
func TestCancelLeavesNothing(t *testing.T) {
	opened(t, t.TempDir(), func(s *store.Store) {
		insert(t, s, numbered(450)...)
		folder := t.TempDir()
		var e *export.Exporter
		e = export.New(s, func(p export.Progress) {
			if p.Done >= 200 && !e.Cancel(p.RunID) {
				t.Error("there was nothing to cancel")
			}
		})
		must(t, os.WriteFile(filepath.Join(folder, "orders.csv"), []byte("before"), 0o600))
		tpl := shipped(t, "tradepost.orders")
		tpl.Limits.Records = 100 // several files
		run, done, err := e.Begin(context.Background(), export.Request{Template: tpl}, filepath.Join(folder, "orders.csv"))
		must(t, err)
		<-done
		kept, err := s.ExportOfRun(context.Background(), run.ID)
		must(t, err)
		if kept.Run.State != journal.Cancelled || len(kept.Files) != 0 {
			t.Errorf("cancelled export is %s with %v", kept.Run.State, kept.Files)
		}
		names, err := os.ReadDir(folder)
		must(t, err)
		content, err := os.ReadFile(filepath.Join(folder, "orders.csv"))
		must(t, err)
		if len(names) != 1 || string(content) != "before" {
			t.Errorf("the folder has %v, and the file that was there holds %q", names, content)
		}
		e.Close()
	})
}

func TestFilesWaitToBeFetched(t *testing.T) {
	opened(t, t.TempDir(), func(s *store.Store) {
		insert(t, s, some()...)
		e := export.New(s, nil)
		spool := filepath.Join(t.TempDir(), "outgoing")
		e.SpoolIn(spool)
		run, done, err := e.Begin(context.Background(), export.Request{Template: shipped(t, "tradepost.orders"), Name: "../../evil.csv"}, "")
		must(t, err)
		<-done
		if names := e.Waiting(run.ID); !slices.Equal(names, []string{"evil.csv"}) {
			t.Fatalf("what waits is %v", names)
		}
		file, err := e.Open(run.ID, 1)
		must(t, err)
		content, err := io.ReadAll(file)
		must(t, errors.Join(err, file.Close()))
		if !bytes.Contains(content, []byte("#1001")) {
			t.Errorf("it holds %q", content)
		}
		if _, err := e.Open(run.ID, 2); !fault.Is(err, fault.NotFound) {
			t.Errorf("a second file gives %v", err)
		}
		if _, _, err := e.Begin(context.Background(), export.Request{Template: shipped(t, "tradepost.orders")}, "relative.csv"); !fault.Is(err, fault.NotFound) {
			t.Errorf("a relative path gives %v", err)
		}
		e.Close()
		if _, err := os.Stat(spool); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("after closing, the spool is there: %v", err)
		}
	})
}

// TestFormulasAreGuarded is OWASP's table, through a whole file: texts are guarded, numbers never, and it can be switched off.
func TestFormulasAreGuarded(t *testing.T) {
	opened(t, t.TempDir(), func(s *store.Store) {
		for i, title := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "plain", "'=quoted"} {
			o := some()[0]
			o.Number, o.ExternalID = fmt.Sprint(i), ""
			o.Placed.At += 1000
			o.Total = amount(-500)
			o.Lines = []order.Line{{Position: 1, Title: title, Quantity: "1", UOM: "each"}}
			insert(t, s, o)
		}
		tpl := export.Template{Name: "Guard", Kind: export.Lines, Format: export.CSV, Oldest: true, Style: export.TemplateStyle{NoHeader: true, LineEnd: "lf"},
			Columns: []export.TemplateColumn{{Header: "Title", Field: "line.title"}, {Header: "Total", Field: "total"}}}
		for guard, want := range map[string]string{
			"on":    "'=1+1,-5.00\n'+1,-5.00\n'-1,-5.00\n'@SUM(A1),-5.00\nplain,-5.00\n''=quoted,-5.00\n",
			"loose": "'=1+1,-5.00\n+1,-5.00\n'-1,-5.00\n'@SUM(A1),-5.00\nplain,-5.00\n''=quoted,-5.00\n",
			"off":   "=1+1,-5.00\n+1,-5.00\n-1,-5.00\n@SUM(A1),-5.00\nplain,-5.00\n'=quoted,-5.00\n",
		} {
			tpl.Style.Guard = guard
			if _, m := written(t, s, export.Request{Template: tpl}); m.only(t) != want {
				t.Errorf("guard %s writes\n%q\ninstead of\n%q", guard, m.only(t), want)
			}
		}
	})
}

// TestGuardedTextsFit shows that the apostrophe of the guard counts where a target limits a column.
func TestGuardedTextsFit(t *testing.T) {
	opened(t, t.TempDir(), func(s *store.Store) {
		o := some()[0]
		o.Lines = []order.Line{{Position: 1, Title: "=" + strings.Repeat("x", 9), Quantity: "1", UOM: "each"}}
		insert(t, s, o)
		tpl := export.Template{Name: "Narrow", Kind: export.Lines, Format: export.CSV, Style: export.TemplateStyle{NoHeader: true, LineEnd: "lf"},
			Columns: []export.TemplateColumn{{Header: "Title", Field: "line.title", Max: 10}}}
		if _, m := written(t, s, export.Request{Template: tpl}); m.only(t) != "'="+strings.Repeat("x", 8)+"\n" {
			t.Errorf("written is %q", m.only(t))
		}
		tpl.Columns[0].Over = "refuse"
		if result, m := written(t, s, export.Request{Template: tpl}); m.only(t) != "" || result.LeftOut != 1 {
			t.Errorf("written is %q, left out %d", m.only(t), result.LeftOut)
		}
	})
}

func TestEncodingsAndStyles(t *testing.T) {
	opened(t, t.TempDir(), func(s *store.Store) {
		insert(t, s, some()[1])
		tpl := export.Template{Name: "Styles", Kind: export.Lines, Format: export.CSV, Columns: []export.TemplateColumn{{Header: "Größe", Field: "line.title"}, {Header: "P", Field: "placed_at"}, {Header: "T", Field: "total"}}}
		for _, c := range []struct {
			style export.TemplateStyle
			want  string
			lost  string
		}{
			{export.TemplateStyle{}, "Größe,P,T\r\nRing größer – Łódź,2026-03-13,10.00\r\n", ""},
			{export.TemplateStyle{Encoding: "utf-8-bom", LineEnd: "lf"}, "\xef\xbb\xbfGröße,P,T\nRing größer – Łódź,2026-03-13,10.00\n", ""},
			{export.TemplateStyle{Encoding: "windows-1252", LineEnd: "lf"}, "Gr\xf6\xdfe,P,T\nRing gr\xf6\xdfer \x96 ?\xf3d?,2026-03-13,10.00\n", "Łź"},
			{export.TemplateStyle{Delimiter: "semicolon", Decimal: "comma", Date: "dots", LineEnd: "lf"}, "Größe;P;T\nRing größer – Łódź;13.03.2026;10,00\n", ""},
			{export.TemplateStyle{Delimiter: "pipe", Quote: "always", Date: "mdy_time", LineEnd: "lf"}, "\"Größe\"|\"P\"|\"T\"\n\"Ring größer – Łódź\"|\"03/13/2026\"|\"10.00\"\n", ""},
			{export.TemplateStyle{NoHeader: true, Date: "instant", LineEnd: "lf"}, "Ring größer – Łódź,2026-03-13T05:00:00Z,10.00\n", ""},
		} {
			tpl.Style = c.style
			result, m := written(t, s, export.Request{Template: tpl})
			if m.only(t) != c.want {
				t.Errorf("%+v writes\n%q\ninstead of\n%q", c.style, m.only(t), c.want)
			}
			if lost := result.Problems; (c.lost == "") != (len(lost) == 0) || c.lost != "" && (lost[0].Found != c.lost || lost[0].Code != export.CodeUnwritten || lost[0].LeftOut) {
				t.Errorf("%+v tells of %+v", c.style, lost)
			}
		}
		tpl.Style = export.TemplateStyle{Encoding: "utf-16le", LineEnd: "lf"}
		if _, m := written(t, s, export.Request{Template: tpl}); !strings.HasPrefix(m.only(t), "\xff\xfeG\x00r\x00\xf6\x00") {
			t.Errorf("UTF-16 begins with %q", m.only(t)[:8])
		}
	})
}

func TestFilterInWords(t *testing.T) {
	opened(t, t.TempDir(), func(s *store.Store) {
		insert(t, s, some()...)
		tpl := export.Template{Name: "Numbers", Kind: export.Orders, Format: export.CSV, Oldest: true, Style: export.TemplateStyle{NoHeader: true, LineEnd: "lf", Guard: "off"}, Columns: []export.TemplateColumn{{Header: "N", Field: "number"}}}
		for filter, want := range map[string]string{
			"": "#1001 114-0000001-1234567 #1003", "stage=to_ship": "#1001 #1003", "status=paid held": "#1003", "channel=Etsy": "#1001 #1003", `channel="Shop, main"`: "",
			"placed>=2026-03-13": "114-0000001-1234567 #1003", "placed=2026-03-12": "#1001", "placed<2026-03-13": "#1001", "placed=2026-03": "#1001 114-0000001-1234567 #1003", "placed=last_month": "",
			"total>20": "#1001 #1003", "total<=10.00": "114-0000001-1234567", "currency=jpy": "#1003", "ship_to.country!=US": "#1001 #1003", "ship_to.city~bos": "114-0000001-1234567",
			"tag=vip": "#1001", "number=1001": "#1001", "cancelled_at=": "#1001 114-0000001-1234567 #1003", "refunded!=": "114-0000001-1234567", "held=no": "#1001 114-0000001-1234567", "paid_at>=2026-03-12": "#1001",
			"currency=USD,JPY total>5000": "#1003", "known_total>5000": "#1003", "placed=this_month total>20 channel=etsy": "#1001 #1003",
		} {
			result, m := &memory{}, &memory{}
			_ = result
			_, err := export.New(s, nil).Write(context.Background(), export.Request{Template: tpl, Filter: &filter}, m.create)
			if filter == `channel="Shop, main"` { // a comma divides channels, as in the list of orders
				if !fault.Is(err, fault.NotFound) {
					t.Errorf("%s gives %v", filter, err)
				}
				continue
			}
			must(t, err)
			if got := strings.Join(strings.Fields(m.only(t)), " "); got != want {
				t.Errorf("%s finds %q, not %q", filter, got, want)
			}
		}
		for filter, words := range map[string]string{"stage=sent_off": "is not a status", "bogus=1": "cannot", "placed>=soon": "is not a date", "total>x": "is a number", `channel="a`: "not closed", "currency>USD": "is a text", "line.sku=X": "one row per order"} {
			_, err := export.New(s, nil).Write(context.Background(), export.Request{Template: tpl, Filter: &filter}, (&memory{}).create)
			if !fault.Is(err, fault.Invalid) || words != "cannot" && !strings.Contains(fault.Of(err).Message, words) || fault.Of(err).Remedy == "" {
				t.Errorf("%s gives %v", filter, err)
			}
		}
	})
}

func TestTemplates(t *testing.T) {
	ctx := context.Background()
	opened(t, t.TempDir(), func(s *store.Store) {
		e := export.New(s, nil)
		tpl := shipped(t, "xero.sales_invoices")
		read, err := export.ParseTemplate(export.WriteTemplate(tpl))
		must(t, err)
		read.Name = "  My invoices "
		made, err := e.SaveTemplate(ctx, read, -1)
		must(t, err)
		if made.ID <= 1000 || made.Name != "My invoices" || made.BuiltIn {
			t.Errorf("made %+v", made)
		}
		if _, err := e.SaveTemplate(ctx, read, -1); !fault.Is(err, fault.Conflict) {
			t.Errorf("a second of that name gives %v", err)
		}
		if found, err := e.TemplateNamed(ctx, "my INVOICES"); err != nil || found.ID != made.ID || len(found.Columns) != 27 || found.Limits.Records != 500 {
			t.Errorf("found %+v, %v", found, err)
		}
		made.About = "changed"
		changed, err := e.SaveTemplate(ctx, made, made.Version)
		must(t, err)
		if _, err := e.SaveTemplate(ctx, made, made.Version); !fault.Is(err, fault.Conflict) {
			t.Errorf("writing over a change gives %v", err)
		}
		must(t, e.DeleteTemplate(ctx, changed.ID))
		if _, err := e.Template(ctx, changed.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("a removed template gives %v", err)
		}
		shippedOne := tpl
		if _, err := e.SaveTemplate(ctx, shippedOne, -1); !fault.Is(err, fault.Invalid) {
			t.Errorf("changing one that ships gives %v", err)
		}
		for name, spoil := range map[string]func(*export.Template){
			"no name": func(t *export.Template) { t.Name = "" }, "kind": func(t *export.Template) { t.Kind = "x" }, "format": func(t *export.Template) { t.Format = export.PDF },
			"field": func(t *export.Template) { t.Columns[0].Field = "buyer.nme" }, "expression": func(t *export.Template) { t.Columns[0].Expr = "value +" },
			"columns": func(t *export.Template) { t.Columns = nil }, "zone": func(t *export.Template) { t.Style.Zone = "Mars" }, "date": func(t *export.Template) { t.Style.Date = "x" },
			"filter": func(t *export.Template) { t.Filter = "x=1" }, "line": func(t *export.Template) { t.PerLine = false }, "setting": func(t *export.Template) { t.Columns[0] = export.TemplateColumn{Header: "x", Setting: "none"} },
		} {
			bad := shipped(t, "xero.sales_invoices")
			bad.ID, bad.Name, bad.Columns = 0, "Bad", slices.Clone(bad.Columns)
			spoil(&bad)
			if _, err := e.SaveTemplate(ctx, bad, -1); !fault.Is(err, fault.Invalid) || fault.Of(err).Remedy == "" {
				t.Errorf("%s gives %v", name, err)
			}
		}
	})
}

func TestPreviewWritesNothing(t *testing.T) {
	ctx := context.Background()
	opened(t, t.TempDir(), func(s *store.Store) {
		insert(t, s, numbered(30)...)
		e := export.New(s, nil)
		for _, key := range []string{"tradepost.orders", "quickbooks.iif", "packing.slips", "ups.batch"} {
			p, err := e.Preview(ctx, export.Request{Template: shipped(t, key)}, 20)
			must(t, err)
			if len(p.Rows) < 20 || p.Matching != 30 || len(p.Columns) == 0 {
				t.Errorf("%s: %d rows of %d under %v", key, len(p.Rows), p.Matching, p.Columns)
			}
		}
		if all, err := s.Exports(ctx, 0, 10); err != nil || len(all) != 0 {
			t.Errorf("previews were journalled: %v, %v", all, err)
		}
	})
}

// TestPackingSlipsOfAnyText shows that no text stops the slips: what no font can print is told and the rest goes on.
func TestPackingSlipsOfAnyText(t *testing.T) {
	opened(t, t.TempDir(), func(s *store.Store) {
		o := some()[0]
		o.Number = "№ 😀\x00\u202e" + strings.Repeat("9", 300)
		o.Lines = append(o.Lines, order.Line{Position: 9, Title: strings.Repeat("😀 山田 ", 900), Quantity: "1000000000", UOM: "each"})
		o.Parties = append(o.Parties[:0:0], o.Parties...)
		for i := range o.Parties {
			o.Parties[i].Contact.Name, o.Parties[i].Contact.City = "𝔘𝔫𝔦 😀", "\xff\xfe"
		}
		insert(t, s, o)
		result, m := written(t, s, export.Request{Template: shipped(t, "packing.slips"), Filter: new(string)})
		if !strings.HasPrefix(m.only(t), "%PDF-") || result.Records != 1 || len(result.Problems) == 0 {
			t.Errorf("%d slips, problems %v", result.Records, result.Problems)
		}
	})
}

func TestPackingSlips(t *testing.T) {
	opened(t, t.TempDir(), func(s *store.Store) {
		insert(t, s, some()...)
		tpl := shipped(t, "packing.slips")
		tpl.Settings = append(tpl.Settings, export.TemplateSetting{Name: "font", Value: "core"})
		result, m := written(t, s, export.Request{Template: tpl, Filter: new(string)})
		if text := m.only(t); !strings.HasPrefix(text, "%PDF-") || strings.Count(text, "/Type /Page\n") != 4 {
			t.Errorf("%d pages, beginning with %q", strings.Count(text, "/Type /Page\n"), text[:8])
		}
		unwritten := 0
		for _, p := range result.Problems {
			if p.Code == export.CodeUnwritten && !p.LeftOut {
				unwritten++
			}
		}
		if result.Records != 3 || unwritten == 0 {
			t.Errorf("%d slips; characters that the core fonts lack: %d", result.Records, unwritten)
		}
	})
}
