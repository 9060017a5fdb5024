package check_test

import (
	"strings"
	"testing"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
)

type word = check.Handler[string, string, string, string]

// TestHandlersFollowEachOther hands everything to the first handler, then to the next, and to neither what it does not take.
func TestHandlersFollowEachOther(t *testing.T) {
	var met []string
	note := func(what string) func(*string) { return func(s *string) { met = append(met, what+" "+*s) } }
	first := word{Interchange: note("first"), Segment: func(s *string, _ check.Match) { note("first")(s) }, DocumentEnd: note("first"), InterchangeEnd: note("first")}
	second := word{Interchange: note("second"), Group: note("second"), Document: note("second"), Segment: func(s *string, _ check.Match) { note("second")(s) },
		Problem: func(p edi.Problem) { note("second")(&p.Message) }, GroupEnd: note("second")}
	all := first.And(second).And(word{})
	one := func(s string) *string { return &s }
	check.Call(all.Interchange, one("x"))
	check.Call(all.Group, one("g"))
	check.Call(all.Document, one("d"))
	all.Met(one("s"), check.Match{})
	check.Call(all.Problem, edi.Problem{Message: "p"})
	check.Call(all.DocumentEnd, one("e"))
	check.Call(all.GroupEnd, one("f"))
	check.Call(all.InterchangeEnd, one("z"))
	if got := strings.Join(met, ", "); got != "first x, second x, second g, second d, first s, second s, second p, first e, second f, first z" {
		t.Error(got)
	}
}
