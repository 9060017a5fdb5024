package definition

import (
	"strconv"
	"strings"
)

// compiler makes a directory of the lines that are for its version.
type compiler struct {
	*Directory
	versions []string
	at       int
	groups   int // loops of the set that were numbered
}

// mine takes the version mark off a piece and says whether it is for this version.
func (c *compiler) mine(l line, text string) (rest string, is bool, err error) {
	rest, in, err := scoped(c.versions, text)
	if err != nil {
		return "", false, l.fault("%v", err)
	}
	return rest, in.has(c.at), nil
}

// readElements reads the dictionary of elements. An element is "353 ID 2..2 label", with "| closed" when all its codes are
// listed; its codes follow indented, as "00 original; 01 cancellation". A composite is "C001 label = use, use | conditions".
func (c *compiler) readElements(lines []line) error {
	var open *Element
	for _, l := range lines {
		var err error
		switch {
		case l.indent > 0 && open == nil: // codes of an element of another version
		case l.indent > 0:
			err = c.readCodes(l, open)
			open.setCodes(open.Codes)
		case strings.Contains(l.text, " = "):
			open, err = nil, c.readComposite(l)
		default:
			open, err = c.readElement(l)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *compiler) readElement(l line) (*Element, error) {
	text, is, err := c.mine(l, l.text)
	if err != nil || !is {
		return nil, err
	}
	text, closed := strings.CutSuffix(text, "| closed")
	e := &Element{Closed: closed}
	var kind, lengths string
	e.ID, text = word(text)
	kind, text = word(text)
	lengths, e.Label = word(text)
	e.Type = Type(kind)
	if e.Min, e.Max, err = lengthsOf(lengths); err != nil {
		return nil, l.fault("%v", err)
	}
	if !knownType(e.Type) || e.Label == "" {
		return nil, l.fault("an element is: number, type, lengths as 1..30, label")
	}
	if c.elements[e.ID] != nil {
		return nil, l.fault("element %s is there twice in version %s", e.ID, c.Version)
	}
	c.elements[e.ID] = e
	return e, nil
}

func knownType(t Type) bool {
	switch t {
	case AN, ID, Date, Time, Real, Binary, Letters, Digits, Mixed:
		return true
	}
	_, implied := t.Implied()
	return implied
}

func (c *compiler) readCodes(l line, into *Element) error {
	if into.Codes == nil {
		into.Codes = map[string]string{}
	}
	for one := range strings.SplitSeq(l.text, ";") {
		text, is, err := c.mine(l, one)
		if err != nil {
			return err
		}
		if !is || text == "" {
			continue
		}
		value, label := word(text)
		if _, twice := into.Codes[value]; twice {
			return l.fault("code %s of element %s is there twice", value, into.ID)
		}
		if label == "-" {
			label = ""
		}
		into.Codes[value] = label
	}
	return nil
}

func (c *compiler) readComposite(l line) error {
	head, body, _ := strings.Cut(l.text, " = ")
	head, is, err := c.mine(l, head)
	if err != nil || !is {
		return err
	}
	id, label := word(head)
	if c.composites[id] != nil {
		return l.fault("composite %s is there twice in version %s", id, c.Version)
	}
	composite := &Composite{ID: id, Label: label}
	composite.Components, composite.Conditions, err = c.readUses(l, body)
	c.composites[id] = composite
	return err
}

// readSegment reads "TAG label: use, use | conditions".
func (c *compiler) readSegment(l line) error {
	head, body, found := strings.Cut(l.text, ":")
	if !found {
		return l.fault("a segment is: TAG label: elements")
	}
	head, is, err := c.mine(l, head)
	if err != nil || !is {
		return err
	}
	tag, label := word(head)
	if c.segments[tag] != nil {
		return l.fault("segment %s is there twice in version %s", tag, c.Version)
	}
	segment := &Segment{Tag: tag, Key: Key(tag), Label: label}
	segment.Elements, segment.Conditions, err = c.readUses(l, body)
	segment.settle()
	c.segments[tag] = segment
	return err
}

// readUses reads elements at their places, then conditions after a bar. What is for other versions leaves no place.
func (c *compiler) readUses(l line, body string) (uses []Use, conditions []Condition, err error) {
	body, relations, _ := strings.Cut(body, "|")
	for one := range strings.SplitSeq(body, ",") {
		text, is, err := c.mine(l, one)
		if err != nil {
			return nil, nil, err
		}
		if !is || text == "" {
			continue
		}
		use, err := c.readUse(l, text)
		if err != nil {
			return nil, nil, err
		}
		uses = append(uses, use)
	}
	var mine []string
	for one := range strings.FieldsSeq(relations) {
		text, is, err := c.mine(l, one)
		if err != nil {
			return nil, nil, err
		}
		if is {
			mine = append(mine, text)
		}
	}
	if conditions, err = conditionsOf(strings.Join(mine, " ")); err != nil {
		return nil, nil, l.fault("%v", err)
	}
	for _, condition := range conditions {
		for _, number := range condition.Among {
			if number > len(uses) {
				return nil, nil, l.fault("a condition speaks of element %d of %d", number, len(uses))
			}
		}
	}
	return uses, conditions, nil
}

// readUse reads "353 M x3 label": usage, repeats and label may be left out. "-" is a place left free.
func (c *compiler) readUse(l line, text string) (Use, error) {
	id, rest := word(text)
	use := Use{Usage: Optional, Max: 1}
	if id == "-" {
		use.Usage = Unused
		return use, nil
	}
	use.Element, use.Composite = c.elements[id], c.composites[id]
	if use.Element == nil && use.Composite == nil {
		return use, l.fault("no element %s in version %s", id, c.Version)
	}
	use.Usage, use.Max, use.Label = usesOf(rest)
	if use.Label == "" && use.Element != nil {
		use.Label = use.Element.Label
	} else if use.Label == "" {
		use.Label = use.Composite.Label
	}
	return use, nil
}

// usesOf reads usage, repeats and label, each of which may be left out.
func usesOf(text string) (usage Usage, times int, label string) {
	usage, times = Optional, 1
	first, rest := word(text)
	if stated, is := usageOf(first); is {
		usage, text = stated, rest
	}
	first, rest = word(text)
	if stated, is := timesOf(first); is {
		times, text = stated, rest
	}
	return usage, times, text
}

// readSet reads the lines of a set: segments as "TAG M x3 label", loops as "loop NAME O x3 label" with what they hold
// indented; "group PO" says in which functional group it travels.
func (c *compiler) readSet(kind string, lines []line) error {
	head := strings.TrimPrefix(lines[0].text, "set ")
	head, is, err := c.mine(lines[0], head)
	if err != nil || !is {
		return err
	}
	_, label := word(head)
	set := &Set{Type: kind, Label: label, Version: c.Version, Root: Loop{Name: kind, Label: label}, Tags: map[string]bool{}}
	c.groups = 0
	body := lines[1:]
	if len(body) > 0 && strings.HasPrefix(body[0].text, "group ") {
		set.Group, body = strings.TrimPrefix(body[0].text, "group "), body[1:]
	}
	rest, err := c.readSlots(set, &set.Root, body, -1)
	if err == nil && len(rest) > 0 {
		err = rest[0].fault("this line is not in the set")
	}
	c.sets[kind] = set
	return err
}

// readSlots reads the lines deeper than outer into a loop and gives back those after them.
func (c *compiler) readSlots(set *Set, into *Loop, lines []line, outer int) (rest []line, err error) {
	for len(lines) > 0 && lines[0].indent > outer {
		l := lines[0]
		picked, err := c.pick(l)
		if err != nil {
			return nil, err
		}
		text, is, err := c.mine(l, picked)
		if err != nil {
			return nil, err
		}
		description, isLoop := strings.CutPrefix(text, "loop ")
		switch {
		case !isLoop && is:
			slot, err := c.readSlot(l, text)
			if err != nil {
				return nil, err
			}
			set.Tags[slot.Segment.Tag] = true
			into.add(slot)
			lines = lines[1:]
		case !isLoop:
			lines = lines[1:]
		case !is:
			for lines = lines[1:]; len(lines) > 0 && lines[0].indent > l.indent; {
				lines = lines[1:]
			}
		default:
			if lines, err = c.readLoop(set, into, l, description, lines[1:]); err != nil {
				return nil, err
			}
		}
	}
	return lines, nil
}

// numbered is the name of loops that are called by their number: EDIFACT counts a message's groups as they begin.
const numbered = "SG"

// pick leaves of repeats that are marked with versions, as in "x9@D.96A x99@D.01B", the one for this version.
func (c *compiler) pick(l line) (string, error) {
	if !strings.Contains(l.text, "@") {
		return l.text, nil
	}
	kept := make([]string, 0, 8)
	for one := range strings.FieldsSeq(l.text) {
		repeat, _, marked := strings.Cut(one, "@")
		if _, is := timesOf(repeat); !is || !marked {
			kept = append(kept, one)
			continue
		}
		_, mine, err := c.mine(l, one)
		if err != nil {
			return "", err
		}
		if mine {
			kept = append(kept, repeat)
		}
	}
	return strings.Join(kept, " "), nil
}

func (c *compiler) readLoop(set *Set, into *Loop, l line, description string, lines []line) (rest []line, err error) {
	name, description := word(description)
	if name == numbered {
		c.groups++
		name += strconv.Itoa(c.groups)
	}
	slot := Slot{Loop: &Loop{Name: name}}
	slot.Usage, slot.Max, slot.Loop.Label = usesOf(description)
	if rest, err = c.readSlots(set, slot.Loop, lines, l.indent); err != nil {
		return nil, err
	}
	if len(slot.Loop.Slots) == 0 || slot.Loop.Slots[0].Loop != nil {
		return nil, l.fault("loop %s has to begin with a segment", name)
	}
	first := slot.Loop.Slots[0]
	slot.Segment, slot.When = first.Segment, first.When
	if slot.Loop.Label == "" {
		slot.Loop.Label = first.Segment.Label
	}
	into.add(slot)
	return rest, nil
}

func (l *Loop) add(slot Slot) {
	l.Slots = append(l.Slots, slot)
	l.Keys = append(l.Keys, slot.Segment.Key)
}

// readSlot reads "TAG[1=ST,BY] M x3 label".
func (c *compiler) readSlot(l line, text string) (slot Slot, err error) {
	tag, rest := word(text)
	tag, when, chosen := strings.Cut(strings.TrimSuffix(tag, "]"), "[")
	if slot.Segment = c.segments[tag]; slot.Segment == nil {
		return slot, l.fault("no segment %s in version %s", tag, c.Version)
	}
	if chosen {
		if slot.When = whenOf(when); slot.When == nil {
			return slot, l.fault("%q is no choice like [1=ST,BY]", when)
		}
	}
	var label string
	if slot.Usage, slot.Max, label = usesOf(rest); label != "" {
		copied := *slot.Segment
		copied.Label = label
		slot.Segment = &copied
	}
	return slot, nil
}

// whenOf reads 1=ST,BY or 1.2=ST; nil when it is none.
func whenOf(text string) *When {
	place, values, found := strings.Cut(text, "=")
	element, component, deep := strings.Cut(place, ".")
	when := &When{Values: strings.Split(values, ",")}
	var err error
	if when.Element, err = strconv.Atoi(element); err != nil || !found {
		return nil
	}
	if deep {
		if when.Component, err = strconv.Atoi(component); err != nil {
			return nil
		}
	}
	return when
}
