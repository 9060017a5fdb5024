package check

import (
	"fmt"
	"strings"

	"tradepost/backend/edi"
	"tradepost/backend/edi/definition"
)

// at fills the place of a problem about a segment.
func (c *Checker) at(s *edi.Segment, position int) edi.Place {
	place := s.PlaceOf(0, 0, 0)
	place.Position = position
	if c.matched.Loop != nil && c.matched.Depth > 0 {
		place.Loop = c.matched.Loop.Name
	}
	return place
}

func (c *Checker) segmentProblem(s *edi.Segment, kind edi.Kind, message string) edi.Problem {
	return edi.Problem{Place: c.at(s, c.position), Kind: kind, Scope: edi.OfSegment, Found: edi.Quote(s.Tag()), Message: message}
}

func (c *Checker) missing(loop *definition.Loop, slot *definition.Slot, s *edi.Segment) {
	p := c.segmentProblem(s, edi.MissingSegment, fmt.Sprintf("%s is missing: it has to stand before %s.", labelled(slot.Segment), s.Tag()))
	p.Segment, p.Loop = slot.Segment.Tag, ""
	if slot.Loop != nil {
		p.Loop = slot.Loop.Name
	} else if loop != &c.set.Root {
		p.Loop = loop.Name
	}
	c.Report(p)
}

func (c *Checker) needed(loop *definition.Loop, need *definition.Need, s *edi.Segment) {
	wanted := fmt.Sprintf("%s%02d %s", need.Tag, need.When.Element, strings.Join(need.When.Values, " or "))
	p := c.segmentProblem(s, edi.MissingSegment, fmt.Sprintf("Your partner's guide wants %s (%s) here; it is missing.", wanted, need.Label))
	p.Segment, p.Loop, p.Allowed = need.Tag, "", wanted
	if loop != &c.set.Root {
		p.Loop = loop.Name
	}
	c.Report(p)
}

// labelled is a segment's tag with what it is.
func labelled(segment *definition.Segment) string { return segment.Tag + " (" + segment.Label + ")" }

func (c *Checker) tooMany(slot *definition.Slot, s *edi.Segment) {
	kind, what := edi.TooManySegments, "segment"
	if slot.Loop != nil {
		kind, what = edi.TooManyLoops, "loop"
	}
	p := c.segmentProblem(s, kind, fmt.Sprintf("The %s %s may occur %s here; this is one too many.", what, labelled(slot.Segment), times(slot.Max)))
	p.Allowed = times(slot.Max)
	if slot.Max == 0 {
		p.Message = "Your partner's guide does not use " + labelled(slot.Segment) + "."
	}
	c.Report(p)
}

func times(most int) string {
	switch most {
	case 0:
		return "never"
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", most)
}

func (c *Checker) late(loop *definition.Loop, s *edi.Segment) {
	c.matched = Match{}
	before := ""
	f := c.frames[len(c.frames)-1]
	if f.at < len(f.loop.Slots) {
		before = " It belongs before " + labelled(f.loop.Slots[f.at].Segment) + "."
	}
	p := c.segmentProblem(s, edi.LateSegment, fmt.Sprintf("%s stands too late.%s", s.Tag(), before))
	if loop != &c.set.Root {
		p.Loop = loop.Name
	}
	c.Report(p)
}

// unplaced reports a segment that cannot stand here at all.
func (c *Checker) unplaced(s *edi.Segment) {
	c.matched = Match{}
	tag := string(s.Tag())
	known := c.directory.Segment(tag)
	switch {
	case len(tag) == 0:
		c.Report(c.segmentProblem(s, edi.UnknownSegment, "A segment without a name stands here."))
	case known == nil:
		c.Report(c.segmentProblem(s, edi.UnknownSegment, fmt.Sprintf("No segment is called %q.", edi.Quote([]byte(tag)))))
	case !c.set.Tags[tag]:
		c.Report(c.segmentProblem(s, edi.ForeignSegment, fmt.Sprintf("%s is no part of a %s.", labelled(known), c.set.Type)))
	default:
		c.Report(c.segmentProblem(s, edi.UnexpectedSegment, fmt.Sprintf("%s may not stand here.", labelled(known))))
	}
}

// elementProblem makes a problem about an element or component.
func (c *Checker) elementProblem(s *edi.Segment, position, element, component, repetition int, id string, kind edi.Kind) edi.Problem {
	place := s.PlaceOf(element, component, repetition)
	place.Position, place.Loop = position, c.at(s, position).Loop
	if repetition <= 1 {
		place.Repetition = 0
	}
	return edi.Problem{Place: place, Kind: kind, Scope: edi.OfElement, ID: id}
}

// within says which component and repetition an element's problem names: none where it has only one.
func within(at seen, use *definition.Use) (component, repetition int) {
	if use.Composite == nil && at.component == 1 {
		return 0, at.repetition
	}
	return at.component, at.repetition
}

// name calls an element by its place and by what it means.
func (c *Checker) name(p edi.Place, id, label string) string {
	name := fmt.Sprintf("%s%02d", p.Segment, p.Element)
	if c.Name != nil {
		name = c.Name(p, id)
	} else if p.Component > 0 {
		name = fmt.Sprintf("%s-%d", name, p.Component)
	}
	if label == "" {
		return name
	}
	return name + " (" + label + ")"
}

func (c *Checker) missingElement(s *edi.Segment, def *definition.Segment, position, element, component, repetition int, use *definition.Use) {
	kind := edi.MissingElement
	p := c.elementProblem(s, position, element, component, repetition, use.ID(), kind)
	p.Allowed = allowed(use)
	p.Message = c.name(p.Place, p.ID, use.Label) + " is missing; " + def.Tag + " cannot do without it."
	c.Report(p)
}

func (c *Checker) tooManyElements(s *edi.Segment, def *definition.Segment, position, element, start, end int) {
	p := c.elementProblem(s, position, element, 0, 0, "", edi.TooManyElements)
	p.Found = edi.Quote(s.Data[start:end])
	p.Allowed = fmt.Sprintf("%d elements", len(def.Elements))
	p.Message = fmt.Sprintf("%s has %d elements; %s has at most %d.", s.Tag(), s.Len(), labelled(def), len(def.Elements))
	c.Report(p)
}

func (c *Checker) tooManyComponents(s *edi.Segment, position int, at seen, use *definition.Use, most int) {
	component := at.component
	if use.Composite == nil {
		component = 0
	}
	p := c.elementProblem(s, position, at.element, component, at.repetition, use.ID(), edi.TooManyComponents)
	p.Found, p.Allowed = edi.Quote(s.Element(at.element)), fmt.Sprintf("%d components", most)
	p.Message = fmt.Sprintf("%s has more components than %d.", c.name(p.Place, p.ID, use.Label), most)
	if most == 1 {
		p.Allowed = "no components"
		p.Message = c.name(p.Place, p.ID, use.Label) + " has components, and may have none. Is the separator part of a text?"
	}
	c.Report(p)
}

func (c *Checker) tooManyRepetitions(s *edi.Segment, position int, at seen, use *definition.Use) {
	p := c.elementProblem(s, position, at.element, 0, at.repetition, use.ID(), edi.TooManyRepetitions)
	p.Found, p.Allowed = edi.Quote(s.Element(at.element)), times(use.Max)
	p.Message = fmt.Sprintf("%s repeats; it may occur %s.", c.name(p.Place, p.ID, use.Label), times(use.Max))
	c.Report(p)
}

func (c *Checker) unused(s *edi.Segment, position int, at seen, use *definition.Use, start, end int) {
	component, repetition := within(at, use)
	p := c.elementProblem(s, position, at.element, component, repetition, use.ID(), edi.UnusedElement)
	p.Found, p.Allowed = edi.Quote(s.Data[start:end]), "nothing"
	p.Message = c.name(p.Place, p.ID, use.Label) + " is not used and has to stay empty."
	c.Report(p)
}

func (c *Checker) trailing(s *edi.Segment, position, element int) {
	p := c.elementProblem(s, position, element, 0, 0, "", edi.TrailingSeparator)
	p.Level = edi.Hint
	p.Message = fmt.Sprintf("%s ends with separators that separate nothing; strict readers object.", s.Tag())
	c.Report(p)
}

func (c *Checker) badValue(s *edi.Segment, position int, at seen, component int, use *definition.Use, kind edi.Kind, start, end int) {
	p := c.elementProblem(s, position, at.element, component, at.repetition, use.ID(), kind)
	value := s.Clean(s.Data[start:end])
	p.Found, p.Allowed = edi.Quote(value), allowed(use)
	if kind == edi.UnknownCode {
		p.Level = edi.Hint
	}
	p.Message = c.name(p.Place, p.ID, use.Label) + " " + wrong(kind, use.Element, value, p.Found)
	c.Report(p)
}

// wrong says what is wrong with a value, to follow the element's name.
func wrong(kind edi.Kind, e *definition.Element, value []byte, found string) string {
	switch kind {
	case edi.TooShort:
		return fmt.Sprintf("is %q, %d long; it has to be at least %d.", found, len(value), e.Min)
	case edi.TooLong:
		return fmt.Sprintf("is %q, %d long; it may be at most %d.", found, len(value), e.Max)
	case edi.BadCode:
		return fmt.Sprintf("is %q, which is none of its codes.", found)
	case edi.UnknownCode:
		return fmt.Sprintf("is %q, a code that is not known here. Ask your partner what it means.", found)
	case edi.BadDate:
		return fmt.Sprintf("is %q, which is no date like 20261231.", found)
	case edi.BadTime:
		return fmt.Sprintf("is %q, which is no time like 1430.", found)
	}
	switch e.Type {
	case definition.Real, definition.Digits:
		return fmt.Sprintf("is %q, which is no number.", found)
	case definition.AN, definition.Mixed, definition.Letters, definition.ID, definition.Binary, definition.Date, definition.Time:
		if strings.TrimSpace(string(value)) == "" {
			return "holds only spaces."
		}
		return fmt.Sprintf("is %q, with a character that may not stand there.", found)
	}
	return fmt.Sprintf("is %q, which is no whole number (its decimals are implied).", found)
}

// allowed says what an element may hold.
func allowed(use *definition.Use) string {
	e := use.Element
	if e == nil {
		return ""
	}
	if len(e.Codes) > 0 {
		more := ""
		if len(e.Codes) > len(e.First) || !e.Closed {
			more = ", …"
		}
		codes := make([]string, len(e.First))
		for i, code := range e.First {
			codes[i] = strings.TrimSuffix(code+" "+e.Codes[code], " "+code)
		}
		return strings.Join(codes, ", ") + more
	}
	length := fmt.Sprintf("%d to %d", e.Min, e.Max)
	if e.Min == e.Max {
		length = fmt.Sprint(e.Min)
	}
	switch e.Type {
	case definition.Date:
		return map[int]string{6: "a date as YYMMDD", 8: "a date as CCYYMMDD"}[e.Max]
	case definition.Time:
		return "a time as HHMM, or HHMMSS"
	case definition.Real, definition.Digits:
		return "a number of " + length + " digits"
	case definition.AN, definition.Mixed, definition.Letters, definition.ID, definition.Binary:
		return length + " characters"
	}
	return "a whole number of " + length + " digits"
}

// broken reports a condition that does not hold, at the element that is missing or one too many.
func (c *Checker) broken(s *edi.Segment, position int, condition *definition.Condition, held uint64, uses []definition.Use, in seen) {
	element := culprit(condition, held)
	kind := edi.MissingPair
	if condition.Kind == 'E' {
		kind = edi.ExcludedElement
	}
	use := &uses[element-1]
	p := c.elementProblem(s, position, element, 0, 0, use.ID(), kind)
	if in.element > 0 {
		p = c.elementProblem(s, position, in.element, element, in.repetition, use.ID(), kind)
	}
	if kind == edi.ExcludedElement {
		p.Found = edi.Quote(s.Component(p.Element, max(p.Repetition, 1), max(p.Component, 1)))
	}
	names := make([]string, len(condition.Among))
	for i, number := range condition.Among {
		place := p.Place
		place.Element = number
		if in.element > 0 {
			place.Element, place.Component = in.element, number
		}
		names[i] = c.name(place, uses[number-1].ID(), uses[number-1].Label)
	}
	p.Message = relation(condition.Kind, names)
	p.Allowed = fmt.Sprintf("condition %c%s", condition.Kind, numbers(condition.Among))
	c.Report(p)
}

func numbers(among []int) (text string) {
	for _, number := range among {
		text += fmt.Sprintf("%02d", number)
	}
	return text
}

// culprit is the element to name: the first that is missing, or for E the second that is there.
func culprit(condition *definition.Condition, held uint64) int {
	there := 0
	for i, number := range condition.Among {
		holds := held&(1<<number) != 0
		if holds {
			there++
		}
		switch condition.Kind {
		case 'E':
			if there == 2 {
				return number
			}
		case 'C', 'L':
			if i > 0 && !holds {
				return number
			}
		default:
			if !holds {
				return number
			}
		}
	}
	return condition.Among[0]
}

func relation(kind byte, names []string) string {
	rest := strings.Join(names[1:], ", ")
	switch kind {
	case 'P':
		return "These come together or not at all: " + strings.Join(names, ", ") + "."
	case 'R':
		return "At least one of these has to be there: " + strings.Join(names, ", ") + "."
	case 'E':
		return "Only one of these may be there: " + strings.Join(names, ", ") + "."
	case 'C':
		return "With " + names[0] + " there also has to be " + rest + "."
	}
	return "With " + names[0] + " there also has to be one of " + rest + "."
}
