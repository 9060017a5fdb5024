package edifact

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"tradepost/backend/edi"
)

func TestShow(t *testing.T) {
	root := "testdata/good"
	_ = filepath.Walk(root, func(p string, i os.FileInfo, _ error) error {
		if i.IsDir() { return nil }
		b, _ := os.ReadFile(p)
		if !Is(b) { return nil }
		f, _ := os.Open(p)
		defer f.Close()
		rep, err := Lint(f, Options{})
		fmt.Println("=====", p[len(root):], len(b), "outcome", rep.Outcome(), err)
		show := func(ind string, es []edi.Error) {
			for _, e := range es { n := func(p *int) int { if p == nil { return 0 }; return *p }
				fmt.Printf("%s%s %s %s %s/%d/%d.%d %s %q @%d:%d | %s\n", ind, e.Level, e.Code, e.Kind, e.Segment, n(e.Position), n(e.Element), n(e.Component), e.Loop, e.Found, e.Line, e.Offset, e.Message) }
		}
		show("", rep.Errors)
		for _, x := range rep.Interchanges { fmt.Println(" X", x.Control, x.Sender, x.Receiver, x.Version, x.Accepted); show("  ", x.Errors)
			for _, g := range x.Groups { fmt.Println("  G", g.Control, g.Code, g.Version, g.Accepted); show("   ", g.Errors)
				for _, s := range g.Sets { fmt.Println("   M", s.Type, s.Control, s.Version, s.Known, s.Accepted, s.Segments); show("     ", s.Errors) } } }
		return nil
	})
}
