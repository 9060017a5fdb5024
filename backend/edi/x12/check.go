package x12

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
	"tradepost/backend/edi/definition"
)

// Handler takes what a check meets.
type Handler = check.Handler[Interchange, Group, Set, edi.Segment]

// Options say how a file is checked.
type Options struct {
	Version string              // by which sets are checked, whatever GS08 says
	Overlay *definition.Overlay // a partner's guide, or nil
	// Seen reports whether an interchange was received before; nil knows only those of the same file.
	Seen func(*Interchange) bool
}

// Check reads a file to its end and tells handler of everything in it. Faults of the file are problems; errors are those
// of reading, of text that is no X12 at all (code invalid, field file), and of options that are not understood.
func Check(source io.Reader, options Options, handler Handler) error {
	if options.Version != "" && !Book().Knows(Release(options.Version)) {
		return unknownVersionOption(options.Version)
	}
	c := &checking{reader: NewReader(source), options: options, handler: handler, seen: map[string]bool{}, guides: map[string]*definition.Directory{}}
	c.reader.Report = func(p edi.Problem) { c.pending = append(c.pending, p) }
	c.sets.Report = c.setProblem
	for {
		s, err := c.reader.Next()
		ended := errors.Is(err, io.EOF)
		if err != nil && !ended {
			return err
		}
		if !ended && string(s.Tag()) == "ISA" {
			c.openInterchange(s) // what the reader said of it belongs to it
		}
		for _, p := range c.pending {
			c.problem(p)
		}
		c.pending = c.pending[:0]
		if ended {
			c.closeInterchange(true)
			break
		}
		if err := c.segment(s); err != nil {
			return err
		}
	}
	return nil
}

// checking is one check under way.
type checking struct {
	reader  *Reader
	options Options
	handler Handler
	sets    check.Checker

	interchange *Interchange
	group       *Group
	set         *Set
	facts       facts         // of the set, for what it says about itself
	last        edi.Segment   // after which something may be found missing
	strayed     bool          // segments outside of envelopes were spoken of
	pending     []edi.Problem // what the reader said on the way to the next segment

	seen   map[string]bool // interchanges of this file
	guides map[string]*definition.Directory

	envelope *definition.Directory
}

// problem gives a problem its code and passes it on.
func (c *checking) problem(p edi.Problem) {
	if p.Code == "" {
		p.Code = codeOf(&p)
	}
	if c.options.Overlay != nil {
		c.options.Overlay.Soften(&p)
	}
	check.Call(c.handler.Problem, p)
}

// setProblem passes on what comparing with a definition found. Faults of ST belong to the set as such, and a missing SE is
// said in other words.
func (c *checking) setProblem(p edi.Problem) {
	if p.Segment == "SE" && p.Kind == edi.MissingSegment {
		return
	}
	if p.Kind == edi.TrailingSeparator && c.set != nil {
		if c.set.trailed { // whoever does it once does it everywhere
			return
		}
		c.set.trailed = true
	}
	if p.Segment == "ST" && p.Scope == edi.OfElement {
		p.Scope = edi.OfSet
		if p.Level == edi.Rejects {
			p.Code = map[int]string{1: "6", 2: "7", 3: "19"}[p.Element]
		}
	}
	c.problem(p)
}

// say reports a problem of an envelope at segment s.
func (c *checking) say(s *edi.Segment, scope edi.Scope, kind edi.Kind, level edi.Level, element int, found, allowed, message string) {
	place := s.PlaceOf(element, 0, 0)
	if scope >= edi.OfSet && c.set != nil {
		place.Position = max(c.set.Segments, 1)
	}
	c.problem(edi.Problem{Place: place, Kind: kind, Level: level, Scope: scope, Found: found, Allowed: allowed, Message: message})
}

func (c *checking) segment(s *edi.Segment) error {
	match := check.Match{}
	var err error
	switch tag := s.Tag(); string(tag) {
	case "ISA": // opened already
	case "IEA":
		c.closeSet(s)
		c.closeGroup(s)
		c.trailInterchange(s)
		c.handler.Met(s, match)
		c.closeInterchange(false)
		return nil
	case "GS":
		c.strayed = false
		c.openGroup(s)
	case "GE":
		c.closeSet(s)
		c.trailGroup(s)
		c.handler.Met(s, match)
		c.dropGroup()
		c.remember(s)
		return nil
	case "ST":
		c.strayed = false
		err = c.openSet(s)
		match = c.inSet(s)
	case "SE":
		return c.trailSet(s)
	default:
		if c.set == nil {
			c.outside(s)
		} else {
			match = c.inSet(s)
		}
	}
	c.handler.Met(s, match)
	c.remember(s)
	return err
}

// inSet checks a segment of the open set.
func (c *checking) inSet(s *edi.Segment) check.Match {
	c.set.Segments++
	if !c.set.Known {
		if c.set.Segments == 1 {
			c.sets.Elements(s, c.envelopes().Segment("ST"), 1)
		}
		return check.Match{}
	}
	match := c.sets.Segment(s)
	c.facts.see(c, s, match)
	return match
}

// outside checks a segment between envelopes.
func (c *checking) outside(s *edi.Segment) {
	switch tag := string(s.Tag()); tag {
	case "TA1":
		c.interchange.acks = true
		c.sets.Elements(s, c.envelopes().Segment("TA1"), 0)
	case "ISB", "ISE":
	default:
		if c.strayed { // one word about all that stands there
			return
		}
		c.strayed = true
		scope, where := edi.OfInterchange, "a group"
		if c.group != nil {
			scope, where = edi.OfGroup, "a set"
		}
		c.say(s, scope, StraySegment, edi.Rejects, 0, edi.Quote(s.Tag()), "", fmt.Sprintf("%s stands outside of %s: nothing that could hold it was begun.", edi.Quote(s.Tag()), where))
	}
}

// envelopes is the directory by which envelopes are checked: the newest, for envelopes have not changed and guides are about sets.
func (c *checking) envelopes() *definition.Directory {
	if c.envelope == nil {
		versions := Book().Versions()
		directory, err := Book().Directory(versions[len(versions)-1])
		if err != nil {
			panic(err) // the definitions are tested
		}
		c.envelope = directory
	}
	return c.envelope
}

// directory is what a version has, with the partner's guide laid over it.
func (c *checking) directory(version string) (*definition.Directory, error) {
	if d := c.guides[version]; d != nil {
		return d, nil
	}
	d, err := Book().Directory(version)
	if err != nil {
		return nil, fmt.Errorf("finding definitions: %w", err)
	}
	if c.options.Overlay != nil {
		if d, err = c.options.Overlay.Lay(d); err != nil {
			return nil, err
		}
	}
	c.guides[version] = d
	return d, nil
}

func (c *checking) openInterchange(s *edi.Segment) {
	c.closeInterchange(true)
	c.interchange = interchangeOf(s, c.reader.Separators())
	check.Call(c.handler.Interchange, c.interchange)
	c.checkHeader(s)
	key := c.interchange.SenderKind + "/" + c.interchange.Sender + "/" + c.interchange.Receiver + "/" + c.interchange.Control
	if c.seen[key] || c.options.Seen != nil && c.options.Seen(c.interchange) {
		c.say(s, edi.OfInterchange, DuplicateControl, edi.Rejects, 13, c.interchange.Control, "",
			fmt.Sprintf("An interchange with the number %s of this sender was received before: this one looks like a second copy.", c.interchange.Control))
	}
	c.seen[key] = true
}

// remember keeps the place of a segment after which something may be found missing.
func (c *checking) remember(s *edi.Segment) {
	c.last = edi.Segment{Data: append(c.last.Data[:0], s.Tag()...), Offset: s.Offset, Line: s.Line, Plain: true}
	c.last.Marks = append(c.last.Marks[:0], edi.MarkAt(edi.ElementMark, len(c.last.Data)))
}

// checkHeader checks ISA element by element. Widths were checked by the reader.
func (c *checking) checkHeader(s *edi.Segment) {
	def := c.envelopes().Segment("ISA")
	for i := range def.Elements {
		n, use := i+1, &def.Elements[i]
		value := strings.Trim(s.Text(n), " \u00a0")
		kind := headerFault(n, value, use.Element, c.interchange.Version)
		if kind == "" {
			continue
		}
		p := edi.Problem{Place: s.PlaceOf(n, 0, 0), Kind: kind, Scope: edi.OfInterchange, Code: headerCodes[n], ID: use.Element.ID, Found: edi.Quote([]byte(value)),
			Message: fmt.Sprintf("ISA%02d (%s) is %q, which may not stand there.", n, use.Label, edi.Quote([]byte(value)))}
		if value == "" {
			p.Message = fmt.Sprintf("ISA%02d (%s) is missing.", n, use.Label)
		}
		c.problem(p)
	}
}

// headerFault says what is wrong with a value of ISA without its padding.
func headerFault(n int, value string, e *definition.Element, version string) edi.Kind {
	switch n {
	case 2, 4, 16: // may be blank; ISA16 was judged by the reader
		return ""
	case 6, 8:
		if value == "" {
			return edi.MissingElement
		}
		return ""
	case 11:
		if value == "" || version < "00402" && value != "U" && value != "" && len(value) != 1 {
			return edi.BadCode
		}
		return ""
	}
	if value == "" {
		return edi.MissingElement
	}
	kind := check.Value(e, []byte(value))
	if kind == edi.TooShort && n == 13 { // said as a header that is not fixed
		return ""
	}
	return kind
}

func (c *checking) trailInterchange(s *edi.Segment) {
	if c.interchange == nil {
		return // the reader sees to it that there is one
	}
	c.trailerElements(s)
	if stated := first(s, 1); !c.interchange.acks || c.interchange.groups > 0 || stated != "1" { // who sends only a TA1 counts it or not
		c.compareCount(s, edi.OfInterchange, c.interchange.groups, "groups")
	}
	c.compareControl(s, edi.OfInterchange, "ISA13", c.interchange.Control)
}

// trailerElements checks IEA, whose faults belong to the interchange. Lost leading zeros are spoken of by compareControl.
func (c *checking) trailerElements(s *edi.Segment) {
	report := c.sets.Report
	c.sets.Report = func(p edi.Problem) {
		if p.Kind == edi.TooShort && p.Element == 2 {
			return
		}
		p.Scope = edi.OfInterchange
		if p.Level == edi.Rejects {
			p.Code = map[int]string{1: "021", 2: "018"}[p.Element]
		}
		c.problem(p)
	}
	c.sets.Elements(s, c.envelopes().Segment("IEA"), 0)
	c.sets.Report = report
}

// compareCount compares the count that a trailer states with what there is.
func (c *checking) compareCount(s *edi.Segment, scope edi.Scope, there int, what string) {
	stated := first(s, 1)
	if number, err := strconv.Atoi(stated); err == nil && number != there {
		c.say(s, scope, CountMismatch, edi.Rejects, 1, edi.Quote([]byte(stated)), strconv.Itoa(there),
			fmt.Sprintf("%s01 says %d %s, but there are %d.", s.Tag(), number, what, there))
	}
}

// compareControl compares the control number of a trailer with its header's. Lost leading zeros are noted only.
func (c *checking) compareControl(s *edi.Segment, scope edi.Scope, header, control string) {
	stated := first(s, 2)
	if stated == control || stated == "" {
		return
	}
	level := edi.Rejects
	if strings.TrimLeft(stated, "0") == strings.TrimLeft(control, "0") {
		level = edi.Noted
	}
	c.say(s, scope, ControlMismatch, level, 2, edi.Quote([]byte(stated)), control,
		fmt.Sprintf("%s02 has the control number %s, but %s has %s.", s.Tag(), edi.Quote([]byte(stated)), header, control))
}

func (c *checking) closeInterchange(early bool) {
	if c.interchange == nil {
		return
	}
	c.closeSet(&c.last)
	c.closeGroup(&c.last)
	if early {
		c.say(&c.last, edi.OfInterchange, MissingTrailer, edi.Rejects, 0, "", "IEA", "The interchange has no end: IEA is missing. The file may have been cut off.")
	}
	check.Call(c.handler.InterchangeEnd, c.interchange)
	c.interchange = nil
}

func (c *checking) openGroup(s *edi.Segment) {
	c.closeSet(s)
	c.closeGroup(s)
	c.group = groupOf(s)
	c.interchange.groups++
	check.Call(c.handler.Group, c.group)
	c.checkGroupElements(s, "GS")
	if c.interchange.controls[c.group.Control] {
		c.say(s, edi.OfGroup, DuplicateControl, edi.Rejects, 6, c.group.Control, "", fmt.Sprintf("A group before it has the control number %s too.", c.group.Control))
	}
	c.interchange.controls[c.group.Control] = true
	if release := Release(c.group.Version); c.options.Version == "" && !Book().Knows(release) {
		c.group.versionUnknown = true
		c.say(s, edi.OfGroup, UnknownVersion, edi.Noted, 8, edi.Quote([]byte(c.group.Version)), strings.Join(Book().Versions(), ", "),
			fmt.Sprintf("Version %q is not known here: of its sets only the envelopes are checked; all else is kept as it is.", edi.Quote([]byte(c.group.Version))))
	}
}

// checkGroupElements checks GS or GE, whose faults belong to the group.
func (c *checking) checkGroupElements(s *edi.Segment, tag string) {
	report := c.sets.Report
	c.sets.Report = func(p edi.Problem) {
		if p.Kind == edi.TooShort && p.Element == 4 && len(p.Found) == 6 && c.group.Version < "004010" { // dates had two digits for years
			return
		}
		p.Scope, p.Code = edi.OfGroup, codes[edi.OfElement][p.Kind]
		if code := groupCodes[p.Element]; code != "" && tag == "GS" && p.Level == edi.Rejects {
			p.Code = code
		}
		c.problem(p)
	}
	c.sets.Elements(s, c.envelopes().Segment(tag), 0)
	c.sets.Report = report
}

func (c *checking) trailGroup(s *edi.Segment) {
	if c.group == nil || c.group.Implied {
		c.say(s, edi.OfInterchange, MissingHeader, edi.Rejects, 0, "GE", "GS", "A group ends here (GE) that did not begin: GS is missing.")
		return
	}
	c.group.Stated = first(s, 1)
	c.checkGroupElements(s, "GE")
	c.compareCount(s, edi.OfGroup, c.group.Sets, "sets")
	c.compareControl(s, edi.OfGroup, "GS06", c.group.Control)
}

// closeGroup closes a group that has no GE.
func (c *checking) closeGroup(s *edi.Segment) {
	if c.group == nil {
		return
	}
	if !c.group.Implied {
		c.say(s, edi.OfGroup, MissingTrailer, edi.Rejects, 0, "", "GE", fmt.Sprintf("Group %s has no end: GE is missing.", c.group.Control))
	}
	c.dropGroup()
}

func (c *checking) dropGroup() {
	if c.group != nil {
		check.Call(c.handler.GroupEnd, c.group)
	}
	c.group = nil
}

func (c *checking) openSet(s *edi.Segment) error {
	c.closeSet(s)
	if c.group == nil {
		c.say(s, edi.OfInterchange, MissingHeader, edi.Rejects, 0, "ST", "GS", "A set begins here (ST) outside of a group: GS is missing.")
		c.group = &Group{Implied: true, controls: map[string]bool{}}
		check.Call(c.handler.Group, c.group)
	}
	c.group.Sets++
	c.facts.begin("")
	c.set = &Set{Type: first(s, 1), Control: first(s, 2), Guide: first(s, 3), Version: c.options.Version}
	if c.set.Version == "" {
		c.set.Version = c.group.Version
	}
	definition, err := c.define()
	if err != nil {
		return err
	}
	check.Call(c.handler.Document, c.set)
	if definition == nil && !c.group.versionUnknown {
		c.say(s, edi.OfSet, UnknownSet, edi.Noted, 1, c.set.Type, strings.Join(Book().Sets(), ", "),
			fmt.Sprintf("Documents of type %q are not known here: only the envelope is checked; all else is kept as it is.", edi.Quote([]byte(c.set.Type))))
	}
	if definition != nil && definition.Group != c.group.Code && !c.group.Implied {
		c.say(s, edi.OfSet, WrongGroup, edi.Rejects, 1, c.set.Type, definition.Group,
			fmt.Sprintf("A %s travels in groups of code %s; this group has code %s.", c.set.Type, definition.Group, c.group.Code))
	}
	if c.group.controls[c.set.Control] {
		c.say(s, edi.OfSet, DuplicateControl, edi.Rejects, 2, c.set.Control, "", fmt.Sprintf("A set before it in this group has the control number %s too.", c.set.Control))
	}
	c.group.controls[c.set.Control] = true
	return nil
}

// define finds the set's definition and begins checking by it; nil when there is none.
func (c *checking) define() (*definition.Set, error) {
	release := Release(c.set.Version)
	if !Book().Knows(release) {
		return nil, nil
	}
	directory, err := c.directory(release)
	if err != nil {
		return nil, err
	}
	set := directory.Set(c.set.Type)
	if set == nil {
		return nil, nil
	}
	c.set.Known, c.set.Version = true, release
	c.sets.Begin(directory, set)
	c.facts.begin(c.set.Type)
	return set, nil
}

func (c *checking) trailSet(s *edi.Segment) error {
	if c.set == nil {
		scope := edi.OfInterchange
		if c.group != nil {
			scope = edi.OfGroup
		}
		c.say(s, scope, MissingHeader, edi.Rejects, 0, "SE", "ST", "A set ends here (SE) that did not begin: ST is missing.")
		c.handler.Met(s, check.Match{})
		return nil
	}
	match := c.inSet(s)
	if !c.set.Known {
		c.sets.Elements(s, c.envelopes().Segment("SE"), c.set.Segments)
	}
	c.compareCount(s, edi.OfSet, c.set.Segments, "segments")
	c.compareControl(s, edi.OfSet, "ST02", c.set.Control)
	c.facts.end(c, s)
	c.handler.Met(s, match)
	c.endSet(s)
	c.remember(s)
	return nil
}

// closeSet closes a set that has no SE; s is what came instead.
func (c *checking) closeSet(s *edi.Segment) {
	if c.set == nil {
		return
	}
	c.set.Segments++
	c.say(s, edi.OfSet, MissingTrailer, edi.Rejects, 0, edi.Quote(s.Tag()), "SE", fmt.Sprintf("The set %s %s has no end: SE is missing.", c.set.Type, c.set.Control))
	c.set.Segments--
	c.facts.end(c, s)
	c.endSet(s)
}

func (c *checking) endSet(s *edi.Segment) {
	if c.set.Known {
		c.sets.End(s)
	}
	check.Call(c.handler.DocumentEnd, c.set)
	c.set = nil
}
