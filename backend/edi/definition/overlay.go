package definition

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/edi"
	"tradepost/backend/fault"
)

// Overlay is a partner's guide: what it changes in sets, segments, elements and codes. It is a small text file; its
// language is described in docs/edi.md.
type Overlay struct {
	Name   string // what the guide calls itself
	rules  []rule
	codes  map[string]map[string]string // element to code to words
	levels []levelRule
}

// rule is one line of a guide about one set.
type rule struct {
	line    line
	set     string // "" for all
	version string // "" for all
	top     bool   // right in the set alone
	loops   []string
	tag     string
	element int // 0 for the segment itself
	part    int
	when    *When
	relates []Condition // between the segment's elements
	what    string
}

// levelRule makes problems of a kind weigh less.
type levelRule struct {
	kind  edi.Kind
	tag   string // "" everywhere
	level edi.Level
}

// ReadOverlay reads a guide. What it does not understand is an error that names the line.
func ReadOverlay(name, text string) (*Overlay, error) {
	lines, err := linesOf(name, text)
	if err != nil {
		return nil, badGuide(err)
	}
	o := &Overlay{Name: name, codes: map[string]map[string]string{}}
	set, version := "", ""
	for _, l := range lines {
		first, rest := word(l.text)
		switch first {
		case "guide":
			o.Name = strings.Trim(rest, `"`)
		case "for":
			set, version = word(rest)
		case "code":
			err = o.readCode(l, rest)
		case "note", "ignore":
			err = o.readLevel(l, first, rest)
		default:
			err = o.readRule(l, set, version, first, rest)
		}
		if err != nil {
			return nil, badGuide(err)
		}
	}
	return o, nil
}

func badGuide(err error) error {
	return fault.Wrap(err, fault.Invalid, "The guide cannot be read: "+err.Error()+".", "docs/edi.md says how a guide is written.").InField("overlay")
}

// readCode reads "code 128 QQ words": a value of an element that all sets may use.
func (o *Overlay) readCode(l line, rest string) error {
	element, rest := word(rest)
	value, words := word(rest)
	if value == "" {
		return l.fault("a code is: code ELEMENT VALUE words")
	}
	if o.codes[element] == nil {
		o.codes[element] = map[string]string{}
	}
	o.codes[element][value] = words
	return nil
}

// readLevel reads "note bad_code" or "ignore trailing_separator in REF".
func (o *Overlay) readLevel(l line, first, rest string) error {
	kind, rest := word(rest)
	r := levelRule{kind: edi.Kind(kind), level: edi.Noted, tag: strings.TrimSpace(strings.TrimPrefix(rest, "in "))}
	if first == "ignore" {
		r.level = edi.Hint
	}
	if kind == "" {
		return l.fault("after %s comes a kind of fault, as in: %s bad_code", first, first)
	}
	o.levels = append(o.levels, r)
	return nil
}

// Soften lowers the level of a problem where the guide says so.
func (o *Overlay) Soften(p *edi.Problem) {
	for _, r := range o.levels {
		if r.kind == p.Kind && (r.tag == "" || r.tag == p.Segment) {
			p.Level = max(p.Level, r.level)
		}
	}
}

var place = regexp.MustCompile(`^((?:[A-Z0-9]+/)*)([A-Z][A-Z0-9]{1,2})(?:\[([0-9.]+=[^\]]+)\])?$`)
var elementPlace = regexp.MustCompile(`^((?:[A-Z0-9]+/)*)([A-Z][A-Z0-9]{1,2}?)([0-9]{2})(?:-([0-9]+))?$`)

// readRule reads "PO1/SDQ M x500", "N1[1=ST] M", "BEG03 M 1..10", "/REF02 N", "REF | R0203" or "BEG02 codes SA NE".
func (o *Overlay) readRule(l line, set, version, where, what string) (err error) {
	r := rule{line: l, set: set, version: strings.TrimSpace(version), what: what}
	where, r.top = strings.CutPrefix(where, "/")
	if m := place.FindStringSubmatch(where); m != nil && !isElement(where) {
		r.loops, r.tag = loopsOf(m[1]), m[2]
		if m[3] != "" {
			r.when = whenOf(m[3])
		}
	} else if m := elementPlace.FindStringSubmatch(where); m != nil {
		r.loops, r.tag = loopsOf(m[1]), m[2]
		r.element, _ = strconv.Atoi(m[3])
		r.part, _ = strconv.Atoi(m[4])
	} else {
		return l.fault("%q is no place: a segment is written REF or PO1/REF, an element BEG03", where)
	}
	if what == "" {
		return l.fault("after %s it has to be said what the guide wants of it", where)
	}
	if conditions, relates := strings.CutPrefix(what, "| "); relates {
		if r.element > 0 || r.when != nil {
			return l.fault("a condition is about the elements of a segment, as in: REF | R0203")
		}
		if r.relates, err = conditionsOf(conditions); err != nil || len(r.relates) == 0 {
			return l.fault("%q is no condition like R0203: %v", conditions, err)
		}
	}
	o.rules = append(o.rules, r)
	return nil
}

// isElement tells N101 from a segment: tags have at most three characters.
func isElement(where string) bool {
	tag, _, _ := strings.Cut(where[strings.LastIndex(where, "/")+1:], "-")
	return len(tag) > 3 && !strings.Contains(tag, "[")
}

func loopsOf(path string) []string {
	if path == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(path, "/"), "/")
}

// Lay gives a directory with the guide laid over it; d itself stays as it is.
func (o *Overlay) Lay(d *Directory) (*Directory, error) {
	laid := &Directory{Version: d.Version, elements: d.elements, composites: d.composites, segments: d.segments, sets: map[string]*Set{}}
	for kind, set := range d.sets {
		laid.sets[kind] = o.layCodes(set)
	}
	for _, r := range o.rules {
		if r.version != "" && r.version != d.Version {
			continue
		}
		found := false
		for kind, set := range laid.sets {
			if r.set == "" || r.set == kind {
				here, err := r.lay(&set.Root, nil)
				if err != nil {
					return nil, badGuide(err)
				}
				found = found || here
			}
		}
		if !found {
			return nil, badGuide(r.line.fault("there is no such place in %s of version %s", cmpOr(r.set, "any set"), d.Version))
		}
	}
	return laid, nil
}

func cmpOr(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// layCodes copies a set so that it can be changed, with the guide's own codes in its elements.
func (o *Overlay) layCodes(set *Set) *Set {
	copied := *set
	copied.Root = *o.copyLoop(&set.Root)
	return &copied
}

func (o *Overlay) copyLoop(l *Loop) *Loop {
	copied := *l
	copied.Slots, copied.Needs = slices.Clone(l.Slots), slices.Clone(l.Needs)
	for i := range copied.Slots {
		slot := &copied.Slots[i]
		slot.Segment = o.copySegment(slot.Segment)
		if slot.Loop != nil {
			slot.Loop = o.copyLoop(slot.Loop)
			slot.Segment = slot.Loop.Slots[0].Segment
		}
	}
	return &copied
}

func (o *Overlay) copySegment(s *Segment) *Segment {
	copied := *s
	copied.Elements = slices.Clone(s.Elements)
	for i := range copied.Elements {
		use := &copied.Elements[i]
		if use.Element != nil && o.codes[use.Element.ID] != nil {
			use.Element = withCodes(use.Element, o.codes[use.Element.ID])
		}
		if use.Composite != nil {
			composite := *use.Composite
			composite.Components = slices.Clone(composite.Components)
			for n := range composite.Components {
				if part := &composite.Components[n]; part.Element != nil && o.codes[part.Element.ID] != nil {
					part.Element = withCodes(part.Element, o.codes[part.Element.ID])
				}
			}
			use.Composite = &composite
		}
	}
	return &copied
}

func withCodes(e *Element, more map[string]string) *Element {
	copied, codes := *e, maps.Clone(e.Codes)
	if codes == nil {
		codes = map[string]string{}
	}
	maps.Copy(codes, more)
	copied.setCodes(codes)
	return &copied
}

// lay changes every slot that the rule is about and reports whether there was one.
func (r *rule) lay(l *Loop, path []string) (found bool, err error) {
	for i := range l.Slots {
		slot := &l.Slots[i]
		if slot.Loop != nil {
			deeper, err := r.lay(slot.Loop, append(slices.Clone(path), slot.Loop.Name))
			if err != nil {
				return false, err
			}
			found = found || deeper
		}
		opens := i == 0 && len(path) > 0 && r.isInside() // it is named by the place of its loop, too
		if slot.Segment.Tag != r.tag || !r.isHere(path) && (!opens || !r.isHere(path[:len(path)-1])) || slot.Loop != nil && r.isInside() {
			continue
		}
		if !r.isInside() && i == 0 && len(path) > 0 { // the loop's own slot stands further out
			continue
		}
		found = true
		if err := r.change(l, slot); err != nil {
			return false, err
		}
	}
	return found, nil
}

// isInside reports whether a rule is about what is in a segment, and not about the segment as such.
func (r *rule) isInside() bool { return r.element > 0 || r.relates != nil }

// isHere reports whether a slot below path is meant: without a path, segments right in the set, and what is in a segment anywhere.
func (r *rule) isHere(path []string) bool {
	if r.loops == nil {
		return r.isInside() && !r.top || len(path) == 0
	}
	return slices.Equal(path, r.loops)
}

func (r *rule) change(l *Loop, slot *Slot) error {
	if r.relates != nil {
		return r.relate(slot.Segment)
	}
	if r.element > 0 {
		err := r.changeElement(slot)
		slot.Segment.settle()
		return err
	}
	usage, times, rest := usesOf(r.what)
	first, _ := word(r.what)
	if _, stated := usageOf(first); !stated || rest != "" {
		return r.line.fault("%q is not understood: a segment is M, O or N, and may have x3", r.what)
	}
	if r.when != nil {
		l.Needs = append(l.Needs, Need{Key: slot.Segment.Key, Tag: r.tag, When: *r.when, Label: slot.Segment.Label})
		return nil
	}
	slot.Usage = usage
	if usage == Unused {
		slot.Max = 0
	} else if strings.Contains(r.what, "x") {
		slot.Max = times
	}
	return nil
}

// relate adds the conditions to those of a segment.
func (r *rule) relate(segment *Segment) error {
	for _, condition := range r.relates {
		if last := slices.Max(condition.Among); last > len(segment.Elements) {
			return r.line.fault("%s has only %d elements", r.tag, len(segment.Elements))
		}
	}
	segment.Conditions = slices.Concat(segment.Conditions, r.relates)
	return nil
}

func (r *rule) changeElement(slot *Slot) error {
	uses := slot.Segment.Elements
	if r.element > len(uses) {
		return r.line.fault("%s has only %d elements", r.tag, len(uses))
	}
	use := &uses[r.element-1]
	if r.part > 0 {
		if use.Composite == nil || r.part > len(use.Composite.Components) {
			return r.line.fault("%s%02d has no component %d", r.tag, r.element, r.part)
		}
		use = &use.Composite.Components[r.part-1]
	}
	for what := r.what; what != ""; {
		first, rest := word(what)
		what = rest
		switch usage, stated := usageOf(first); {
		case stated:
			use.Usage = usage
		case first == "codes":
			onlyCodes(use, strings.Fields(strings.ReplaceAll(rest, ",", " ")))
			return nil
		default:
			least, most, err := lengthsOf(first)
			if err != nil || use.Element == nil {
				return r.line.fault("%q is not understood: an element is M, O or N, has a length as 1..10, or codes", first)
			}
			element := *use.Element
			element.Min, element.Max = least, most
			use.Element = &element
		}
	}
	return nil
}

// onlyCodes leaves an element only the given values.
func onlyCodes(use *Use, values []string) {
	if use.Element == nil {
		return
	}
	element, codes := *use.Element, map[string]string{}
	for _, value := range values {
		codes[value] = use.Element.Codes[value]
	}
	element.Closed = true
	element.setCodes(codes)
	use.Element = &element
}
