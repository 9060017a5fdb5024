package x12

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/edi"
)

// groupAnswer writes what a 997 or 999 says of one group.
type groupAnswer struct {
	*Writer
	release string
	guide   bool // it is a 999
}

// tag is AK or IK: the 999 has segments of its own for faults and verdicts on sets.
func (a *groupAnswer) tag(number int) string {
	if a.guide && number >= 3 && number <= 5 {
		return fmt.Sprintf("IK%d", number)
	}
	return fmt.Sprintf("AK%d", number)
}

func (a *groupAnswer) write(g *ackedGroup) {
	version := ""
	if a.release >= "005010" {
		version = g.Version
	}
	a.Segment("AK1", fitted(a.echo(g.Code), 2, 2, "ZZ"), numeric(g.Control), a.echo(version))
	groupLevel := worst(g.problems)
	accepted, noted := 0, groupLevel == edi.Noted
	for _, set := range g.sets {
		level := worst(set.problems)
		if groupLevel == edi.Rejects && level == edi.Hint { // it falls with its group, and has no fault of its own to tell
			continue
		}
		if level != edi.Rejects && groupLevel != edi.Rejects {
			accepted++
		}
		noted = noted || level == edi.Noted
		a.set(set, level)
	}
	stated := g.Stated
	if _, err := strconv.Atoi(stated); err != nil || len(stated) > 6 {
		stated = strconv.Itoa(len(g.sets))
	}
	a.Segment("AK9", slices.Concat([]string{groupVerdict(groupLevel, accepted, len(g.sets), noted), stated, strconv.Itoa(len(g.sets)), strconv.Itoa(accepted)},
		groupNotes(g.problems))...)
}

// fitted makes a value that is echoed as long as it has to be: what came may be the very fault that is told.
func fitted(value string, least, most int, fill string) string {
	if missing := least - len(value); missing > 0 {
		value = fill[:missing] + value
	}
	return value[:min(len(value), most)]
}

// numeric is a control number without what is no digit.
func numeric(value string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, value)
	return fitted(digits, 1, 9, "0")
}

// groupVerdict is AK901.
func groupVerdict(level edi.Level, accepted, sets int, noted bool) string {
	switch {
	case level == edi.Rejects, accepted == 0 && sets > 0:
		return "R"
	case accepted < sets:
		return "P"
	case noted:
		return "E"
	}
	return "A"
}

// groupNotes are AK905 to AK909: the codes that are from that list.
func groupNotes(problems []edi.Problem) (notes []string) {
	for _, p := range problems {
		code := codes[edi.OfGroup][p.Kind]
		if code == "" && p.Segment == "GS" {
			code = groupCodes[p.Element]
		}
		if code != "" && !slices.Contains(notes, code) && len(notes) < 5 {
			notes = append(notes, code)
		}
	}
	return notes
}

// set writes what was found in one set and the verdict on it.
func (a *groupAnswer) set(s *ackedSet, level edi.Level) {
	guide := ""
	if a.release >= "005010" {
		guide = s.Guide
	}
	a.Segment("AK2", fitted(a.echo(s.Type), 3, 3, "000"), fitted(a.echo(s.Control), 4, 9, "0000"), a.echo(guide))
	faults := slices.DeleteFunc(slices.Clone(s.problems), func(p edi.Problem) bool { return p.Scope < edi.OfSegment })
	slices.SortStableFunc(faults, func(x, y edi.Problem) int {
		return cmp.Or(cmp.Compare(x.Position, y.Position), cmp.Compare(x.Scope, y.Scope))
	})
	open := -1 // the segment whose elements are being told
	for i := range faults {
		p := &faults[i]
		if p.Scope == edi.OfSegment {
			a.Segment(a.tag(3), segmentTag(p), strconv.Itoa(p.Position), "", p.Code)
			open = -1
			continue
		}
		if open != p.Position {
			a.Segment(a.tag(3), segmentTag(p), strconv.Itoa(p.Position), "", "8")
			open = p.Position
		}
		a.element(p)
	}
	a.Segment(a.tag(5), slices.Concat([]string{verdictCode(level)}, setNotes(s.problems, len(faults) > 0))...)
}

// segmentTag is AK301: two or three characters, whatever stands in the file.
func segmentTag(p *edi.Problem) string {
	tag := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToUpper(p.Segment))
	return (tag + "ZZ")[:max(2, min(3, len(tag)))]
}

// element writes AK4: where in the segment, which element, which fault, and what stood there.
func (a *groupAnswer) element(p *edi.Problem) {
	place := []string{strconv.Itoa(p.Element)}
	if p.Component > 0 {
		place = append(place, strconv.Itoa(p.Component))
	}
	if p.Repetition > 1 && a.release >= "005010" {
		if len(place) == 1 {
			place = append(place, "")
		}
		place = append(place, strconv.Itoa(p.Repetition))
	}
	number := p.ID
	if _, err := strconv.Atoi(number); err != nil {
		number = ""
	}
	code := p.Code
	if a.release < "005010" && (code == "12" || code == "13") { // codes of later versions
		code = "3"
	}
	a.Segment(a.tag(4), a.Composite(place...), number, code, a.copied(p.Found))
}

// copied is AK404: the bad value, unless it cannot be written here.
func (a *groupAnswer) copied(found string) string {
	const most = 99
	if strings.IndexFunc(found, a.forbidden) >= 0 || strings.ContainsAny(found, "?\u2026") ||
		a.separators.Component != 0 && strings.IndexByte(found, a.separators.Component) >= 0 ||
		a.separators.Repetition != 0 && strings.IndexByte(found, a.separators.Repetition) >= 0 {
		return ""
	}
	return strings.TrimSpace(found[:min(len(found), most)])
}

// setNotes are AK502 to AK506.
func setNotes(problems []edi.Problem, faults bool) (notes []string) {
	if faults {
		notes = append(notes, "5")
	}
	for _, p := range problems {
		if p.Scope == edi.OfSet && p.Code != "" && !slices.Contains(notes, p.Code) && len(notes) < 5 {
			notes = append(notes, p.Code)
		}
	}
	return notes
}
