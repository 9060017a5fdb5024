package main

import (
	"fmt"
	"os"

	"tradepost/backend/edi"
	"tradepost/backend/edi/x12"
)

func show(where string, es []edi.Error) {
	for _, e := range es {
		p, el, co := 0, 0, 0
		if e.Position != nil {
			p = *e.Position
		}
		if e.Element != nil {
			el = *e.Element
		}
		if e.Component != nil {
			co = *e.Component
		}
		fmt.Printf("   %s [%s] %s/%s %s pos%d el%d.%d line%d found=%q | %s\n", where, e.Level, e.Kind, e.Code, e.Segment, p, el, co, e.Line, e.Found, e.Message)
	}
}
func main() {
	for _, f := range os.Args[1:] {
		in, _ := os.Open(f)
		r, err := x12.Lint(in, x12.Options{})
		fmt.Println("==", f)
		if err != nil {
			fmt.Println("   ERR", err)
			continue
		}
		fmt.Println("   accepted", r.Accepted, r.Outcome())
		show("file", r.Errors)
		for _, x := range r.Interchanges {
			show("isa", x.Errors)
			for _, g := range x.Groups {
				show("gs "+g.Control, g.Errors)
				for _, s := range g.Sets {
					if !s.Accepted || len(s.Errors) > 0 {
						show("st "+s.Type+" "+s.Control, s.Errors)
					}
				}
			}
		}
	}
}
